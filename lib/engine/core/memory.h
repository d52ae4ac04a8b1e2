/* Memory: what happens to a ticket after its end. One word is kept of every ticket ever met
 * (known.h), and the decision of each that may come back with it:
 *
 *   DONE     never again. A search index that lags shows it for minutes; when its updated_at is
 *            later than our verdict it is read again, to see whether our tag is still there
 *   SKIPPED  when its updated_at is later than the last read, with the decision it had
 *   FAILED   by itself after 1, 2, 4 … 60 minutes, with fresh attempts. With a durable decision it
 *            goes straight to the re-read and no model is asked again; without one a search may
 *            find it again, and where the stream would not show it twice, its id is read again
 *   dry run  when its updated_at has moved
 *
 * A run that ends (--once, --ticket-id) processes no ticket twice; the next run does, from the
 * durable records.
 *
 * A ticket that may come back with its decision is parked: a fresh struct that holds the decision,
 * and the intent if there is one. Beyond 10,000 the oldest are forgotten. But a forgotten ticket
 * that may have been written could get a second note, so it is left to the next start of the
 * process, which reads the records. */
#ifndef ENGINE_CORE_MEMORY_H
#define ENGINE_CORE_MEMORY_H

#include "engine/core/known.h"
#include "engine/core/lanes.h"
#include "desk/desk.h"

struct engine;

struct memory {
	struct map known;   /* id → known.h */
	struct map parked;  /* id → struct ticket in LANE_PARKED */
	struct map marks;   /* id → marks.h */
	struct map shadows; /* id → shadow.h */
};

void memory_init(struct memory *memory);
/* Only when no ticket is parked. */
void memory_free(struct memory *memory);

struct known memory_known(const struct engine *engine, uint64_t id);
void memory_put(struct engine *engine, uint64_t id, struct known known);
void memory_forget(struct engine *engine, uint64_t id);
/* Remembers that the ticket is in progress. */
void memory_held(struct engine *engine, uint64_t id);
/* True: the ticket was erased on request and must not be processed any more. */
bool memory_is_erased(const struct engine *engine, uint64_t id);

/* What to do with a ticket that a reply shows. */
enum judgement { JUDGED_NEW, JUDGED_BACK, JUDGED_LOOK_AGAIN, JUDGED_KNOWN };
enum judgement memory_judge(const struct engine *engine, const struct desk_ticket *read);

/* The ticket has just moved from lane `before` to its end: remembers it, and keeps its decision if
 * it may come back. */
void memory_ended(struct engine *engine, struct ticket *ticket, enum lane before);
/* Takes ownership of a ticket that is not held, and keeps it until it comes back; the oldest is
 * forgotten when there are too many. */
void memory_park(struct engine *engine, struct ticket *ticket);
/* Takes it off the map only; the caller moves it to another lane and owns it. */
void memory_unpark(struct engine *engine, struct ticket *ticket);
/* NULL when no ticket with this id is parked. */
struct ticket *memory_parked(const struct engine *engine, uint64_t id);
/* A parked ticket is kept with its decision, not only with its number of failures. */
bool memory_decided(const struct ticket *ticket);
/* Frees a parked ticket: a later search finds it as new. */
void memory_give_up(struct engine *engine, struct ticket *ticket);
void memory_give_up_all(struct engine *engine);

#endif
