/* Erasing a ticket from the folder of logs: its rows in all results and their backups, and the
 * lines of text logs that name it. One ticket after the other, on a worker.
 *
 * What dead processes left in the making is looked through like all else. What belongs to the batch
 * that is running takes its place among these files later: see results_forget. */
#ifndef DAEMON_FILES_ERASE_RESULTS_H
#define DAEMON_FILES_ERASE_RESULTS_H

#include <stdatomic.h>
#include <uv.h>

#include "daemon/files/textlog.h"
#include "ticket/key.h"

struct erased {
	struct ticket_key ticket;
	uint64_t rows;       /* of results */
	uint64_t lines;      /* of text logs */
	struct buf failures; /* lines "path: reason": where the ticket may still be named */
};

/* All of it, waiting for the disk: the logs of one day only, or all files but these. `failures` has
 * been initialised. Files that this process, begun at `started_wall`, has in the making are left
 * alone. */
enum erase_part { ERASE_LOGS_OF_DAY, ERASE_THE_REST };
void eraser_walk(const char *dir, enum erase_part part, msec day, msec started_wall,
                 struct unsealer *unsealer, atomic_bool *stop, struct erased *erased);

struct eraser;

/* `dir` and `secret` (log.key, may be empty) are copied. `log` (NULL = none) writes in `dir`: it is
 * held while its own files are rewritten; it must outlive the eraser. */
struct eraser *eraser_new(uv_loop_t *loop, const char *dir, struct str secret, struct textlog *log,
                          msec started_wall) MUST_CHECK;
/* `done` gets what was found, valid for the call. */
void eraser_erase(struct eraser *eraser, struct ticket_key ticket,
                  void (*done)(void *arg, const struct erased *erased), void *arg);
/* What has not begun is given up and told as a failure, what is under way ends early; then `closed`
 * is called and the eraser is gone. */
void eraser_close(struct eraser *eraser, void (*closed)(void *arg), void *arg);

#endif
