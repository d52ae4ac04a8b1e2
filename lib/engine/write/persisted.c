/* Nothing is written that is not durable first: a ticket goes on when its record is durable, and
 * fails here when the record could not be written. */
#include "engine/core/further_orders.h"
#include "engine/core/durability.h"
#include "engine/core/held.h"
#include "engine/core/mode.h"
#include "engine/core/say.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/write/write.h"

/* The ticket with the oldest record, of all that wait for a record; NULL = none. */
static struct ticket *oldest_waiting(const struct engine *engine)
{
	static const enum lane lanes[] = {LANE_DECISION, LANE_SHADOW, LANE_INTENT};
	struct ticket *oldest = NULL;

	for (size_t i = 0; i < ARRAY_LEN(lanes); i++) {
		struct ticket *first = lane_first(engine, lanes[i]);

		if (first != NULL && (oldest == NULL || first->sequence < oldest->sequence))
			oldest = first;
	}
	return oldest;
}

void persisted_upto(struct engine *engine, uint64_t upto)
{
	struct ticket *ticket;

	if (upto > engine->settled_sequence)
		engine->settled_sequence = upto;
	while ((ticket = oldest_waiting(engine)) && ticket->sequence <= upto) {
		ticket->sequence = 0;
		if (ticket->lane == LANE_DECISION) {
			lane_move_to_read(engine, ticket);
		} else if (ticket->lane == LANE_SHADOW) {
			shadow_done(engine, ticket);
		} else {
			ticket->record_says_skipped = false;
			attempts_write(engine, ticket, engine->now.mono);
		}
	}
}

/* Their tickets fail and come back later. */
void persisted_failed(struct engine *engine, uint64_t from)
{
	bool before = engine->durability.hold > 0;
	struct ticket *ticket;

	further_unsaved(engine, from);
	persisted_upto(engine, from - 1);
	while ((ticket = oldest_waiting(engine))) {
		ticket->sequence = 0;
		/* not durable, and no write was sent that rests on it */
		ticket->has_intent = false;
		ticket->failed_by = FAILURE_STORE;
		held_end(engine, ticket, LANE_FAILED, "the database could not be written");
	}
	engine->settled_sequence = engine->last_sequence;
	if (engine->setup.mode != ENGINE_RESIDENT)
		mode_end_run(engine, RUN_FAILED, "the database could not be written");
	if (!before)
		say_alert(engine, ALERT_RECORDS_FAILING, 0,
		          "the database cannot be written, so Zendesk updates are on hold");
	durability_failed(engine);
}
