/* How tickets come back that were met before: restored ones, skipped ones that have changed, and
 * failed ones whose time has come (core/memory.h). */
#include "engine/core/asked.h"
#include "engine/core/held.h"
#include "engine/core/mode.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/find/find.h"

void returns_take_up(struct engine *engine, struct ticket *ticket)
{
	memory_held(engine, ticket->key.id);
	ticket->refused = false;
	if (list_empty(&ticket->held))
		held_take(engine, ticket);
	ticket->admitted_at = engine->now.mono;
	engine->admitted++;
	engine->batch.found++;
	lane_move_to_read(engine, ticket);
}

void returns_bring_back(struct engine *engine, uint64_t id)
{
	struct ticket *ticket = memory_parked(engine, id);

	if (memory_known(engine, id).kind == KNOWN_SKIPPED)
		ticket->record_says_skipped = true;
	memory_unpark(engine, ticket);
	returns_take_up(engine, ticket);
}

/* More room than new tickets get, by one page, so that a backlog does not keep returning tickets
 * away. */
static bool has_room_for_returns(const struct engine *engine)
{
	return mode_has_room(engine, DESK_PAGE_MAX) && !asked_is_full(engine);
}

void returns_pump(struct engine *engine, msec *deadline)
{
	if (!gate_is_open(engine) || !mode_admitting(engine))
		return;
	while (has_room_for_returns(engine)) {
		struct ticket *ticket = lane_due(engine, LANE_PARKED);
		if (ticket == NULL) {
			clock_earliest(deadline, lane_when(engine, LANE_PARKED));
			return;
		}
		if (memory_decided(ticket)) {
			returns_bring_back(engine, ticket->key.id);
			continue;
		}
		asked_add(engine, ticket->key.id);
		memory_give_up(engine, ticket);
	}
}
