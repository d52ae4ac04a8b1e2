/* A resident engine tells its outcomes in batches, each closed by a summary. The tickets that one
 * pass brought (or a person's order, or a return) are a batch; it is over when all of them have
 * come to their end. What is taken in hand while the last ones of a batch are on their way is
 * counted in the next one, so that a batch ends even where tickets never cease to come. Outcomes
 * are told as they happen: one that comes early stands in the batch that is open then. */
#ifndef ENGINE_CORE_BATCHES_H
#define ENGINE_CORE_BATCHES_H

#include "base/base.h"

struct engine;
struct ticket;

/* There are never more than two. */
struct batches {
	uint64_t number; /* of the batch that new tickets are counted in */
	size_t taken, open;
	bool closing; /* the batch before it waits for the end of … */
	size_t left;  /* … so many tickets */
};

void batches_take(struct engine *engine, struct ticket *ticket);
void batches_release(struct engine *engine, const struct ticket *ticket);
void batches_pump(struct engine *engine);
void batches_finish(struct engine *engine); /* what is left over is a batch too */

#endif
