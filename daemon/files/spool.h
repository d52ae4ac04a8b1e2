/* Appends to a file on workers, so that the loop never waits for a disk, a pipe or a terminal.
 *
 * Added bytes are gathered for a moment and written in order, one piece at a time. The first
 * failure is kept. After it, a spool that may lose text (a log) continues with the next piece; any
 * other writes nothing more. Memory is limited: text that exceeds the limit because the disk is
 * too slow counts as a failure too. */
#ifndef DAEMON_FILES_SPOOL_H
#define DAEMON_FILES_SPOOL_H

#include <uv.h>

#include "base/buf.h"

struct spool_rules {
	size_t max;    /* most bytes that may wait */
	bool may_lose; /* continue after a failure (a log) */
	bool keep_fd;  /* do not close the descriptor (stderr) */
	bool sync;     /* sync the file before it is closed */
};

struct spool;

/* Takes over the open descriptor, unless `keep_fd` is set. */
struct spool *spool_new(uv_loop_t *loop, uv_file fd, struct spool_rules rules) MUST_CHECK;
/* Queues a copy of `text`. It is dropped after a failure, unless `may_lose` is set. */
void spool_add(struct spool *spool, struct str text);
/* Writes at once what waits. `written` is called when all that was added so far is written or
 * lost: later, on the loop, or before this returns when nothing waits. Only one flush at a time.
 * After spool_close it is not called any more. */
void spool_flush(struct spool *spool, void (*written)(void *arg), void *arg);
/* Text of the first failure, or NULL; borrowed. */
const char *spool_error(const struct spool *spool);
/* Writes what waits, syncs, closes; then calls `closed` (may be NULL) and frees the spool. `error`
 * is that of spool_error, valid during the call. */
void spool_close(struct spool *spool, void (*closed)(void *arg, const char *error), void *arg);
/* For a process that is about to end: writes without a worker what waits. A repeated call does
 * nothing. */
void spool_emergency(struct spool *spool);

#endif
