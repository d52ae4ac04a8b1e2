/* Erases a ticket from the log folder: its rows in all results and their backups, and the lines of
 * text logs that name it. Tickets are erased one after the other, on a worker.
 *
 * Temporary files of dead processes are searched like all others. The file of the running batch
 * gets its name later, and loses the ticket then: see results_forget. */
#ifndef DAEMON_FILES_ERASE_RESULTS_H
#define DAEMON_FILES_ERASE_RESULTS_H

#include <stdatomic.h>
#include <uv.h>

#include "daemon/files/textlog.h"
#include "ticket/key.h"

struct erased {
	struct ticket_key ticket;
	uint64_t rows;       /* number of rows removed from results */
	uint64_t lines;      /* number of lines removed from text logs */
	struct buf failures; /* lines "path: reason" for files that may still name the ticket */
};

/* One pass over the folder, blocking: either the logs of the UTC day that begins at `day` (wall,
 * ms), or all other files. `stop` ends the pass early. `erased` is added to; its `failures` must
 * be initialised. Temporary files of this process, which began at `started_wall`, are skipped. */
enum erase_part { ERASE_LOGS_OF_DAY, ERASE_THE_REST };
void eraser_walk(const char *dir, enum erase_part part, msec day, msec started_wall,
                 struct unsealer *unsealer, atomic_bool *stop, struct erased *erased);

struct eraser;

/* `dir` and `secret` (log.key, may be empty) are copied. `log` (NULL = none) writes in `dir`; it
 * is held while the files of its day are rewritten, and must outlive the eraser. */
struct eraser *eraser_new(uv_loop_t *loop, const char *dir, struct str secret, struct textlog *log,
                          msec started_wall) MUST_CHECK;
/* Queues a ticket. `done` is called on the loop; `erased` is valid during the call. */
void eraser_erase(struct eraser *eraser, struct ticket_key ticket,
                  void (*done)(void *arg, const struct erased *erased), void *arg);
/* Cancels queued tickets and reports them as failures; a pass under way ends early. Then calls
 * `closed` and frees the eraser. */
void eraser_close(struct eraser *eraser, void (*closed)(void *arg), void *arg);

#endif
