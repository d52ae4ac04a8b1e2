/* After a start, when all records were read: which tickets carry out the orders that are open. */
#include <stdio.h>

#include "engine/core/further_next.h"
#include "engine/core/further_orders.h"
#include "engine/core/held.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"

/* A ticket that was restored goes on, and its analysis is an earlier one than what was ordered: the
 * record of its end was lost, to a full disk for example. */
static bool is_of_another(const struct engine *engine, const struct further_order *order)
{
	const struct ticket *ticket = held_find(engine, order->id);

	return order->reason == FURTHER_ORDER && ticket != NULL &&
	       !str_eq(ticket->further.order, str_of(order->order));
}

static void put_behind(struct engine *engine, struct further_order *order)
{
	const struct ticket *ticket = held_find(engine, order->id);
	struct further_order next = *order;

	further_enter(engine, order, FURTHER_IDLE);
	if (ticket->further.reason != FURTHER_NONE) {
		order->reason = ticket->further.reason;
		snprintf(order->order, sizeof(order->order), STR_FMT,
		         STR_ARG(ticket->further.order));
		snprintf(order->by, sizeof(order->by), STR_FMT, STR_ARG(ticket->further.by));
		further_enter(engine, order, FURTHER_RUNNING);
	}
	further_next_put(engine, order, &next);
	further_next_save(engine, order);
}

static void resume_next(struct engine *engine)
{
	list_each(node, next, &engine->account->furthers.waiting)
	{
		struct further_order *order = container_of(node, struct further_order, after);

		if (order->phase == FURTHER_IDLE &&
		    memory_known(engine, order->id).kind != KNOWN_HELD)
			further_next_ready(engine, order);
	}
}

static void resume_of(struct engine *engine, struct list *list)
{
	list_each(node, next, list)
	{
		struct further_order *order = container_of(node, struct further_order, place);
		bool held = memory_known(engine, order->id).kind == KNOWN_HELD;
		const struct ticket *parked = memory_parked(engine, order->id);

		order->not_before = engine->now.mono;
		if (order->reason == FURTHER_UNDO)
			continue; /* no ticket that was restored carries it out */
		if (held && is_of_another(engine, order))
			put_behind(engine, order);
		else if (held || (parked != NULL && parked->further.reason == order->reason))
			further_enter(engine, order, FURTHER_RUNNING);
		else if (further_gives_way(order))
			further_enter(engine, order, FURTHER_IDLE);
	}
}

void further_resume(struct engine *engine)
{
	resume_of(engine, &engine->account->furthers.open);
	resume_of(engine, &engine->account->furthers.revisits);
	resume_next(engine);
}
