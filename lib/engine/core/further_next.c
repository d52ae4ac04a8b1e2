/* The orders that wait. Those whose turn has come are begun at the end of a step, when the record
 * of what they waited for was handed over: an outcome that followed the record of the order would
 * be taken for the order's own by the next start. */
#include "engine/core/further_next.h"

#include <stdlib.h>
#include <string.h>

#include "engine/core/further_orders.h"
#include "engine/core/journal.h"
#include "engine/core/say.h"
#include "engine/core/state.h"

#define SAVE_AGAIN (10 * MSEC_SECOND)

static struct furthers *orders_of(const struct engine *engine)
{
	return &engine->account->furthers;
}

static struct further_order *with_next(const struct engine *engine, uint64_t id)
{
	struct further_order *order = further_of(engine, id);

	return order && order->next ? order : NULL;
}

bool further_has_next(const struct engine *engine, uint64_t id)
{
	return with_next(engine, id) != NULL;
}

static bool is_held(const struct engine *engine, uint64_t id)
{
	return memory_known(engine, id).kind == KNOWN_HELD;
}

void further_next_save(struct engine *engine, struct further_order *order)
{
	uint64_t before = engine->last_sequence;

	order->next->unsaved = false;
	journal_order(engine, order, order->phase == FURTHER_IDLE);
	order->next->sequence = engine->last_sequence > before ? engine->last_sequence : 0;
}

void further_next_over(struct engine *engine, uint64_t id)
{
	struct further_order *order = with_next(engine, id);

	if (order && order->phase == FURTHER_IDLE)
		further_next_ready(engine, order);
}

void further_next_refused(struct engine *engine, uint64_t id)
{
	struct further_order *order = with_next(engine, id);

	if (!order || order->phase != FURTHER_RUNNING)
		return;
	say(engine, LEVEL_WARNING, id,
	    "Ticket %llu: the order of %s is not carried out: Zendesk refuses the update of the "
	    "analysis before it",
	    (unsigned long long)id, order->next->by);
	further_next_drop(engine, order);
	journal_order(engine, order, false);
}

static void begin(struct engine *engine, struct further_order *order)
{
	struct further_order next = *order->next;

	further_next_drop(engine, order);
	order->reason = FURTHER_ORDER;
	order->at = next.at;
	memcpy(order->order, next.order, sizeof(order->order));
	memcpy(order->by, next.by, sizeof(order->by));
	order->failures = 0;
	order->look = order->forget = false;
	order->not_before = engine->now.mono;
	further_enter(engine, order, FURTHER_OPEN);
	further_save(engine, order);
	say(engine, LEVEL_INFO, order->id, "Ticket %llu: the order of %s, which waited, is next",
	    (unsigned long long)order->id, order->by[0] != '\0' ? order->by : "a person");
}

static void save_unsaved(struct engine *engine, struct list *list)
{
	list_each(node, next, list)
	{
		struct further_order *order = container_of(node, struct further_order, after);

		if (order->next->unsaved)
			further_next_save(engine, order);
	}
}

static void save_again(struct engine *engine, msec *deadline)
{
	struct furthers *all = orders_of(engine);

	if (all->save_next == 0)
		return;
	if (engine->now.mono < all->save_next) {
		clock_earliest(deadline, all->save_next);
		return;
	}
	all->save_next = 0;
	save_unsaved(engine, &all->waiting);
}

void further_next_pump(struct engine *engine, msec *deadline)
{
	struct furthers *all = orders_of(engine);

	if (engine->draining || engine->finished)
		return; /* their records leave them to the next start */
	save_again(engine, deadline);
	list_each(node, next, &all->ready)
	{
		struct further_order *order = container_of(node, struct further_order, after);

		if (order->phase != FURTHER_IDLE || is_held(engine, order->id)) {
			list_remove(&order->after);
			list_push_back(&all->waiting, &order->after);
		} else if (order->over == NULL) {
			begin(engine, order);
			clock_earliest(deadline, engine->now.mono);
		}
	}
}

static void next_unsaved_of(struct engine *engine, struct list *list, uint64_t from)
{
	list_each(node, next, list)
	{
		struct further_order *order = container_of(node, struct further_order, after);

		if (order->next->sequence < from)
			continue;
		order->next->unsaved = true;
		orders_of(engine)->save_next = engine->now.mono + SAVE_AGAIN;
	}
}

void further_next_unsaved(struct engine *engine, uint64_t from)
{
	next_unsaved_of(engine, &orders_of(engine)->waiting, from);
	next_unsaved_of(engine, &orders_of(engine)->ready, from);
}
