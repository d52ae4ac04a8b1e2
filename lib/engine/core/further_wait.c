/* A person orders a further analysis of a ticket of which something is under way. */
#include <stdio.h>

#include "engine/core/further_next.h"
#include "engine/core/further_orders.h"
#include "engine/core/held.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"

static const char *what_runs(const struct engine *engine, const struct further_order *order)
{
	const struct ticket *held = held_find(engine, order->id);
	enum further_reason reason = order->phase == FURTHER_IDLE ? FURTHER_NONE : order->reason;

	if (order->over != NULL)
		return "its undo";
	switch (held ? held->further.reason : reason) {
	case FURTHER_NONE: return "its first analysis";
	case FURTHER_ORDER: return "the analysis that was ordered before";
	case FURTHER_UNTAGGED: return "the analysis because our tag was removed";
	case FURTHER_REVISIT: return "the analysis in the place of rules";
	case FURTHER_REFUSED: return "the update that takes its tag off";
	case FURTHER_UNDO: return "its undo";
	}
	return "what is under way";
}

enum further_wait further_wait(struct engine *engine, uint64_t id, struct str by)
{
	struct further_order *order = further_find_or_add(engine, id), next = {.id = id};

	if (order->next)
		return FURTHER_WAITS_ALREADY;
	if ((&engine->account->furthers)->next_count >= FURTHER_NEXT_MAX)
		return FURTHER_WAIT_FULL;
	by = utf8_cut(by, FURTHER_BY_MAX);
	snprintf(next.by, sizeof(next.by), STR_FMT, STR_ARG(by));
	next.at = engine->now.wall;
	further_name(engine, &next);
	further_next_put(engine, order, &next);
	further_count(order, FURTHER_ORDER, engine->now.wall);
	further_next_save(engine, order);
	say(engine, LEVEL_INFO, id, "Ticket %llu: the order of %s waits until %s is over",
	    (unsigned long long)id, next.by[0] != '\0' ? next.by : "a person",
	    what_runs(engine, order));
	return FURTHER_WAITS;
}
