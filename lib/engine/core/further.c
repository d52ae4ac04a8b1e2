/* What a further analysis is, and the orders that are known. What becomes of them is decided in
 * further_orders.c. */
#include "engine/core/further_orders.h"

#include <stdlib.h>

#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"

void furthers_init(struct furthers *furthers)
{
	map_init(&furthers->by_id);
	list_init(&furthers->open);
	list_init(&furthers->revisits);
	list_init(&furthers->closing);
	furthers->pending = furthers->recalling = furthers->revisits_open = 0;
}

void further_free(struct further_order *order)
{
	list_remove(&order->place);
	arena_free(&order->memory);
	free(order->kept);
	free(order->over);
	free(order);
}

void furthers_free(struct furthers *furthers)
{
	for (size_t i = 0; i < furthers->by_id.cap; i++)
		if (furthers->by_id.slots[i].key != 0)
			further_free((void *)(uintptr_t)furthers->by_id.slots[i].value);
	map_free(&furthers->by_id);
}

struct further_order *further_of(const struct engine *engine, uint64_t id)
{
	return map_get_pointer(&engine->account->furthers.by_id, id);
}

struct further_order *further_asked(const struct engine *engine, uint64_t id)
{
	struct further_order *order = further_of(engine, id);

	return order && order->phase == FURTHER_ASKED ? order : NULL;
}

bool further_waits(const struct engine *engine, uint64_t id)
{
	const struct further_order *order = further_of(engine, id);

	return order && order->phase >= FURTHER_OPEN && order->phase <= FURTHER_ASKED;
}

bool further_person_waits(const struct engine *engine, uint64_t id)
{
	return further_waits(engine, id) && further_of(engine, id)->reason != FURTHER_UNTAGGED &&
	       further_of(engine, id)->reason != FURTHER_REVISIT;
}

bool further_is_open(const struct further_order *order)
{
	return order->phase >= FURTHER_OPEN && order->phase <= FURTHER_ASKED &&
	       !(order->phase == FURTHER_OPEN && order->reason == FURTHER_REVISIT);
}

bool further_is_pending(const struct engine *engine, bool admitting)
{
	const struct furthers *all = &engine->account->furthers;
	const struct further_order *own = further_of(engine, engine->setup.ticket.id);

	if (shadow_is_on(engine))
		return false;
	if (engine->setup.mode == ENGINE_ONE_TICKET)
		return own != NULL && further_is_open(own);
	return (admitting ? all->pending : all->by_person) > 0 || all->searching;
}

static const char *const reasons[] = {"", "order", "untagged", "revisit", "refused", "undo"};

const char *further_reason_name(enum further_reason reason)
{
	ENSURE((size_t)reason < ARRAY_LEN(reasons));
	return reasons[reason];
}

int further_reason_parse(struct str text, enum further_reason *ret)
{
	for (size_t i = 1; i < ARRAY_LEN(reasons); i++)
		if (str_eq(text, str_of(reasons[i]))) {
			*ret = (enum further_reason)i;
			return 0;
		}
	return -1;
}

bool further_is_analysed(const struct ticket *ticket)
{
	return ticket->further.reason != FURTHER_REFUSED && ticket->further.reason != FURTHER_UNDO;
}

bool further_has_note(const struct ticket *ticket)
{
	return ticket->further.reason == FURTHER_NONE || ticket->further.reason == FURTHER_ORDER;
}

struct known further_former(const struct ticket *ticket)
{
	struct known known = ticket->further.former;

	known.this_run = true;
	if (known.kind == KNOWN_DONE && known.when < ticket->updated_last)
		known.when = ticket->updated_last;
	return known;
}

void further_copy(struct ticket *to, const struct ticket *from)
{
	to->further = from->further;
	to->further.order = arena_str(&to->memory, from->further.order);
	to->further.by = arena_str(&to->memory, from->further.by);
	earlier_copy(&to->further.earlier, &from->further.earlier, &to->memory);
	to->tags_removed = tags_copy(&from->tags_removed, &to->memory);
}
