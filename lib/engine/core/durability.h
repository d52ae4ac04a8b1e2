/* What a resident process does while the database cannot be written. Nothing is written to Zendesk
 * without a durable record, so a model's answer would be paid for nothing: no ticket is admitted
 * for a while, then one at a time as a trial, until a record is durable again. Tickets wait where
 * they are. A run that ends (--once) does not wait: it begins no further ticket and ends. */
#ifndef ENGINE_CORE_DURABILITY_H
#define ENGINE_CORE_DURABILITY_H

#include "base/clock.h"

struct engine;

struct durability {
	/* how long no ticket is admitted after the last failure; 0 = the database can be written */
	msec hold;
	/* monotonic */
	msec hold_until;
};

/* A record could not be written: the hold begins, or doubles. */
void durability_failed(struct engine *engine);
/* A record was written: the hold ends, and so does the alert. */
void durability_works(struct engine *engine);
/* True: a ticket may be admitted. Otherwise try again at `deadline`, or when a ticket has ended. */
bool durability_may_admit(const struct engine *engine, msec *deadline);
/* See engine_records_urgent. */
bool durability_is_urgent(const struct engine *engine);

#endif
