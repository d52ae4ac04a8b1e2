/* Where lines go: a descriptor, written in pieces of a bounded size. Unlike stdio it says why a
 * write failed, and whether a pipe's reader has left. */
#ifndef DAEMON_CTL_SINK_H
#define DAEMON_CTL_SINK_H

#include "base/buf.h"

struct sink {
	int fd;
	struct buf pending;
	int error; /* errno of the first write that failed; from then on nothing is written */
};

/* The descriptor stays the caller's. */
void sink_init(struct sink *sink, int fd);
/* Writes what is pending when that is more than 64 KiB. */
void sink_add(struct sink *sink, struct str text);
/* Writes all that is pending, and waits for a descriptor that does not block. 0; or -1, now or
 * before, with `error` set. */
int sink_flush(struct sink *sink) MUST_CHECK;
/* True when the other end of a pipe or socket has gone, before anything is written to it. */
bool sink_is_left(const struct sink *sink);
void sink_free(struct sink *sink);

#endif
