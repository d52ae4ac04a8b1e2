/* The results file of a batch. Rows are written to a temporary file as tickets end, so that memory
 * does not grow with the batch. At the end the file is synced and gets its name,
 * results_YYYYMMDD_HHMMSS.json, or the next free one (_2, _3 …). A batch without outcomes leaves
 * no file. With a key every row is sealed before it is written, in the temporary file too, and the
 * finished file is a complete sealed one (privacy/seal.h). */
#ifndef DAEMON_FILES_RESULTS_H
#define DAEMON_FILES_RESULTS_H

#include <uv.h>

#include "observe/report.h"
#include "privacy/seal.h"

struct results;

/* `dir` is copied; `key` (NULL = plain) must outlive the results. */
struct results *results_new(uv_loop_t *loop, const char *dir,
                            const struct seal_key *key) MUST_CHECK;
/* Adds a row. `batch` is read with the first row: its start gives the file its name. */
void results_add(struct results *results, const struct batch *batch, const struct outcome *outcome);
/* Removes a ticket from this file: its present and later rows are removed before the file gets its
 * name. `gone` is called when no file of this batch contains the ticket any more, before `done` of
 * results_close. The same `gone` and `arg` must be given for all tickets. */
void results_forget(struct results *results, struct ticket_key ticket,
                    void (*gone)(void *arg, struct ticket_key ticket), void *arg);
/* Completes, syncs and renames the file, then calls `done` and frees `results`. `path` is that of
 * the file, NULL when there is none. `error`, if not NULL: without a path, why a file with rows
 * could not be written; with a path, why a ticket that was to be removed is still in it (`gone` is
 * not called for it). Both are valid during the call. */
void results_close(struct results *results, const struct batch *batch,
                   void (*done)(void *arg, const char *path, const char *error), void *arg);
/* Path of the temporary file; borrowed; NULL before the first row. For a message when the process
 * aborts. */
const char *results_temporary(const struct results *results);
/* Appends the ids of the tickets written to Zendesk, as "1-20, 25": a person needs them when the
 * file is lost. */
void results_list_written(const struct results *results, struct buf *out);

#endif
