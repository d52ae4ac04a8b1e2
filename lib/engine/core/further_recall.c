/* From the order of a further analysis to what earlier writes of its ticket did, as the records
 * tell: then it is read. */
#include "engine/core/asked.h"
#include "engine/core/further_orders.h"
#include "engine/core/gates.h"
#include "engine/core/mode.h"
#include "engine/core/revisit.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/core/undoing.h"
#include "engine/core/undoing_end.h"

#define RECALLING_MAX 32 /* at a time: each answer holds the history of a ticket */
#define AGAIN_FIRST FURTHER_AGAIN_FIRST

static struct furthers *furthers_of(const struct engine *engine)
{
	return &engine->account->furthers;
}

static bool may_recall(const struct engine *engine, const struct further_order *order)
{
	if (engine->setup.mode == ENGINE_ONE_TICKET && order->id != engine->setup.ticket.id)
		return false;
	if (engine->now.mono < order->not_before || order->sequence > engine->settled_sequence)
		return false;
	if (shadow_is_on(engine) && !order->look)
		return false;
	if (order->reason == FURTHER_UNDO)
		return mode_may_undo(engine) && furthers_of(engine)->undoing < UNDOS_AT_ONCE;
	return order->reason == FURTHER_ORDER ? mode_working(engine)
	                                      : mode_admitting(engine) && !asked_is_full(engine);
}

static void recall_due(struct engine *engine, struct list *list, msec *deadline)
{
	struct furthers *all = furthers_of(engine);

	list_each(node, next, list)
	{
		struct further_order *order = container_of(node, struct further_order, place);
		bool early = engine->now.mono < order->not_before;

		if (all->recalling >= RECALLING_MAX)
			return;
		if (early)
			clock_earliest(deadline, order->not_before);
		if (early && order->reason == FURTHER_REVISIT)
			return; /* there may be thousands behind it */
		if (early)
			continue;
		if (order->unsaved)
			further_save(engine, order);
		if (order->unsaved || !may_recall(engine, order))
			continue;
		further_enter(engine, order, FURTHER_RECALLING);
		effects_add(engine->out, EFFECT_HISTORY)->ticket =
		        ticket_key(engine->account->id, order->id);
	}
}

void further_pump(struct engine *engine, msec *deadline)
{
	undoing_closing(engine, deadline);
	if (!gate_is_open(engine))
		return;
	recall_due(engine, &furthers_of(engine)->open, deadline);
	if (revisit_may(engine) && !shadow_is_on(engine))
		recall_due(engine, &furthers_of(engine)->revisits, deadline);
}

void further_recalled(struct engine *engine, uint64_t id, const char *history, bool failed)
{
	struct further_order *order = further_of(engine, id);

	if (!order || order->phase != FURTHER_RECALLING)
		return; /* erased meanwhile */
	if (failed) {
		order->not_before = engine->now.mono + AGAIN_FIRST;
		further_enter(engine, order, FURTHER_OPEN);
		return;
	}
	arena_free(&order->memory);
	earlier_read(history, &order->memory, &order->earlier);
	if (order->reason == FURTHER_UNDO) {
		undoing_take(engine, order, history);
		return;
	}
	further_enter(engine, order, FURTHER_ASKED);
	if (order->reason != FURTHER_ORDER)
		asked_add(engine, id);
	else if (!asked_want(engine, id))
		further_dropped_id(engine, id, AGAIN_FIRST);
}
