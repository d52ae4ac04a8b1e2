/* A resident engine reports its outcomes in batches; a summary closes each. A batch is due after
 * log.batch_interval, counted from its first ticket, or when BATCH_TICKETS have ended; with an
 * interval of 0 the tickets that one pass found are a batch (so are tickets that a person asked
 * for, or that came back after a failure). A batch that is due is over when all of its tickets have
 * ended. Tickets taken while the last ones
 * of a batch are still in progress are counted in the next batch, so that a batch ends even when
 * tickets never cease to come. Outcomes are reported as they happen: an early outcome of the next
 * batch appears in the batch that is still open. */
#ifndef ENGINE_CORE_BATCHES_H
#define ENGINE_CORE_BATCHES_H

#include "base/base.h"

struct engine;
struct ticket;

#define BATCH_TICKETS 1000

/* The batch that new tickets are counted in, and the one before it while that is not over. */
struct batches {
	uint64_t number; /* number of the batch that new tickets are counted in */
	/* tickets of the new batch: counted in it so far, and not ended */
	size_t taken, open;
	bool closing; /* the previous batch is not over: `left` of its tickets have not ended */
	size_t left;
};

/* Counts a ticket that is now held. */
void batches_take(struct engine *engine, struct ticket *ticket);
/* The ticket has ended or is freed. */
void batches_release(struct engine *engine, const struct ticket *ticket);
/* Reports each batch that is over (EFFECT_BATCH), once a step; lowers the engine's deadline to when
 * the next one is due. */
void batches_pump(struct engine *engine);
/* Reports what is not reported yet; called at the end of the run. */
void batches_finish(struct engine *engine);

#endif
