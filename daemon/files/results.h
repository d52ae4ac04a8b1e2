/* The results file of a batch: rows are streamed to a temporary name as tickets end, so that memory
 * does not grow with the batch; at the end it is made durable and takes its name,
 * results_YYYYMMDD_HHMMSS.json, or the next free one (_2, _3 …). A batch without a single outcome
 * leaves no file. With a key every row is sealed before it goes to the disk, under its temporary
 * name too, and the finished file is a sealed one with its end (privacy/seal.h). */
#ifndef DAEMON_FILES_RESULTS_H
#define DAEMON_FILES_RESULTS_H

#include <uv.h>

#include "observe/report.h"
#include "privacy/seal.h"

struct results;

/* `dir` is copied. `prompt_version` is a constant. `key` (NULL = plain) must outlive it. */
struct results *results_new(uv_loop_t *loop, const char *dir, const char *prompt_version,
                            const struct seal_key *key) MUST_CHECK;
/* `batch` as it is when the first row comes: its start names the file. */
void results_add(struct results *results, const struct batch *batch, const struct outcome *outcome);
/* The file of this batch will not hold that ticket: its rows, those that are there and those that
 * come, are taken out before the file gets its name. `gone` is told when no file of this batch
 * holds it any more, before `done` of results_close. */
void results_forget(struct results *results, struct ticket_key ticket,
                    void (*gone)(void *arg, struct ticket_key ticket), void *arg);
/* Foot, sync, rename. `done`: `path` is where the file now is, NULL when there is none; `error`
 * says why a file with rows could not be written, or with a path why a ticket that was to be
 * forgotten still stands in it (`gone` is not told then), else NULL. Both are valid for the call,
 * after which `results` is gone. */
void results_close(struct results *results, const struct batch *batch,
                   void (*done)(void *arg, const char *path, const char *error), void *arg);
/* Where the rows are so far; NULL when there are none. For last words. */
const char *results_temporary(const struct results *results);
/* Ids of the tickets that were written to Zendesk, as "1-20, 25": what a person needs to know when
 * the file is lost. */
void results_list_written(const struct results *results, struct buf *out);

#endif
