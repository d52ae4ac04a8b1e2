/* Answers of models that other tickets may use (lib/engine/decide/reuse.h). An answer is kept once,
 * in the records of the decisions that rest on it; beside them the store keeps a row each with the
 * record's key, which tells nothing of its text. When a ticket is erased, all rows with its keys go
 * with it, so that no answer is found again that it used. A rebuilt database has no rows: the model
 * is asked again. */
#ifndef DAEMON_STORE_STORE_ANSWERS_H
#define DAEMON_STORE_STORE_ANSWERS_H

#include "base/clock.h"
#include "engine/record.h"

struct store;

/* The secret of the keys: derived from one that the database holds, so that it is the same in each
 * process. */
#define STORE_ANSWERS_SECRET_SIZE 32
void store_answers_secret(const struct store *store, uint8_t ret[STORE_ANSWERS_SECRET_SIZE]);
/* Calls `each` for at most `max` records whose answers were given at `since` (wall, ms) or later,
 * the newest record first, which is valid during the call; with `answer` and `answered`. Records
 * from before `since` are not looked at. What cannot be read is left out, and so is all that
 * follows when the database is damaged. Before store_start. */
void store_answers_restore(struct store *store, msec since, size_t max,
                           void (*each)(void *arg, const struct record *record), void *arg);
/* Queues the removal of rows from before `before` (wall, ms), in small steps. */
void store_answers_prune(struct store *store, msec before);

#endif
