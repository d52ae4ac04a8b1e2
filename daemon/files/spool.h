/* A file that only grows, written by workers so that the loop never waits for a disk, a pipe or a
 * terminal.
 *
 * Bytes added are gathered for a moment and written in one piece, one piece at a time, in order.
 * The first failure is kept and told; a spool that may lose text (a log) goes on with the next
 * piece, any other writes nothing more. Memory is bounded: what does not fit while the disk stands
 * still is a failure too. */
#ifndef DAEMON_FILES_SPOOL_H
#define DAEMON_FILES_SPOOL_H

#include <uv.h>

#include "base/buf.h"

struct spool_rules {
	size_t max;    /* bytes waiting at most */
	bool may_lose; /* a log: go on after a failure */
	bool keep_fd;  /* the descriptor is not ours to close (stderr) */
	bool sync;     /* make it durable before it is closed */
};

struct spool;

/* Takes over an open descriptor. */
struct spool *spool_new(uv_loop_t *loop, uv_file fd, struct spool_rules rules) MUST_CHECK;
void spool_add(struct spool *spool, struct str text);
/* Begins at once with what waits, and calls `written` when all that was added so far is written or
 * lost: from the loop, or before it returns when nothing waits. One at a time; not called any more
 * once the spool is closed. */
void spool_flush(struct spool *spool, void (*written)(void *arg), void *arg);
/* The first failure in words, or NULL. */
const char *spool_error(const struct spool *spool);
/* Writes what is left, syncs, closes; then calls `closed` (may be NULL) and frees the spool.
 * `error` as spool_error, valid for the call. */
void spool_close(struct spool *spool, void (*closed)(void *arg, const char *error), void *arg);
/* The process is about to die: writes what waits without a worker. Harmless when it was written
 * already. */
void spool_emergency(struct spool *spool);

#endif
