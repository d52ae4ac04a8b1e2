/* The beginning and the end of the stop. All the rest follows from stop_holds() and stop_is_on():
 * mode.c begins no ticket, calls.c lets no request pass, and the pumps of decide/ and write/ put
 * tickets where they wait. */
#include "engine/stopping.h"

#include "engine/core/calls.h"
#include "engine/core/say.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/stop.h"
#include "engine/core/ticket.h"
#include "engine/core/waiting.h"
#include "engine/decide/decide.h"
#include "engine/find/find.h"
#include "engine/sent.h"
#include "engine/write/jobs.h"
#include "engine/write/write.h"

/* Further analyses are of writing mode: what of them is not decided goes back to its order. */
static void drop_further(struct engine *engine)
{
	list_each(node, next, &engine->held)
	{
		struct ticket *ticket = container_of(node, struct ticket, held);

		if (ticket->further.reason && ticket->lane > LANE_NONE &&
		    ticket->lane <= LANE_MODEL && ticket->lane != LANE_PARKED)
			waiting_drop(engine, ticket);
	}
}

static void mode_changed(struct engine *engine)
{
	bool shadow = shadow_is_on(engine);

	say(engine, LEVEL_WARNING, 0, "%s",
	    shadow ? SHADOW_SAID " from now on; what is decided already waits for mode = writing"
	           : "mode = writing: from now on tickets are written; what was decided in shadow "
	             "is decided anew");
	if (shadow) {
		drop_further(engine);
		recall_shadow_begins(engine);
	}
	pass_other_mode(engine);
}

void stopping_apply(struct engine *engine, bool before, enum write_mode writing)
{
	bool on = stop_is_on(engine), other = engine->writing != writing;

	if (other)
		mode_changed(engine);
	if ((on && !before) || (other && stop_holds_writes(engine)))
		calls_recall_held(engine);
	if (before && !on)
		pass_anew(engine);
}

static void each_call(const struct engine *engine,
                      void (*each)(void *arg, const struct engine_sent *sent), void *arg)
{
	for (size_t i = 0; i < engine->calls.deadlines.count; i++) {
		const struct call *call =
		        container_of(engine->calls.deadlines.nodes[i], struct call, deadline);
		struct engine_sent sent = {.tickets = 1};

		if (call->kind != CALL_UPDATE && call->kind != CALL_UPDATE_MANY)
			continue;
		if (call->kind == CALL_UPDATE)
			sent.ticket = call->ticket->key;
		else
			sent.tickets = call->ticket_count;
		each(arg, &sent);
	}
}

void engine_each_sent(const struct engine *engine,
                      void (*each)(void *arg, const struct engine_sent *sent), void *arg)
{
	jobs_each(engine, each, arg);
	each_call(engine, each, arg);
}
