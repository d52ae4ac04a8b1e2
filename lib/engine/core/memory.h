/* Memory: what becomes of a ticket after its end. Of every ticket ever met one word is kept
 * (known.h); of those that may come back with their decision the decision too:
 *
 *   DONE     not again. A search that lags shows it for minutes; one whose updated_at is later than
 *            our verdict is looked at again: is our tag still there?
 *   SKIPPED  when its updated_at has moved past the last read, with the decision it had
 *   FAILED   by itself after 1, 2, 4 … 60 minutes, with fresh attempts; with a durable decision
 *            straight to the re-read, no model is asked again; without one it may be found again,
 *            or, where the stream would not show it a second time, is read again
 *   a dry run's tickets when their updated_at has moved
 *
 * A run that ends (--once, --ticket-id) takes up nothing a second time; its successor does, from
 * the durable records.
 *
 * A ticket that may come back with its decision is parked: a fresh struct that holds the decision,
 * and an intent if there is one. The oldest of more than 10,000 are forgotten; but one that may
 * have been written and whose decision we no longer hold could be commented twice, so it is left to
 * the next life of the process, which reads the records. */
#ifndef ENGINE_CORE_MEMORY_H
#define ENGINE_CORE_MEMORY_H

#include "engine/core/known.h"
#include "engine/core/lanes.h"
#include "desk/desk.h"

struct engine;

struct memory {
	struct map known;  /* id → known.h */
	struct map parked; /* id → ticket, in LANE_PARKED */
};

void memory_init(struct memory *memory);
void memory_free(struct memory *memory); /* when nothing is parked */

struct known memory_known(const struct engine *engine, uint64_t id);
void memory_put(struct engine *engine, uint64_t id, struct known known);
void memory_forget(struct engine *engine, uint64_t id);
void memory_held(struct engine *engine, uint64_t id); /* it is on its way */
bool memory_is_erased(const struct engine *engine,
                      uint64_t id); /* at somebody's request: not to be taken up any more */

/* What to do with a ticket that a reply shows. */
enum judgement { JUDGED_NEW, JUDGED_BACK, JUDGED_LOOK_AGAIN, JUDGED_KNOWN };
enum judgement memory_judge(const struct engine *engine, const struct desk_ticket *read);

/* The ticket has just moved from `before` to its end: it is remembered, and its decision kept if it
 * may come back. */
void memory_ended(struct engine *engine, struct ticket *ticket, enum lane before);
/* a fresh one, with a decision, held by nobody */
void memory_park(struct engine *engine, struct ticket *ticket);
/* it is about to leave its lane */
void memory_unpark(struct engine *engine, struct ticket *ticket);
struct ticket *memory_parked(const struct engine *engine, uint64_t id); /* NULL = none */
bool memory_decided(const struct ticket *ticket);                       /* with its decision */
/* a parked one: it is found anew */
void memory_give_up(struct engine *engine, struct ticket *ticket);
void memory_give_up_all(struct engine *engine);

#endif
