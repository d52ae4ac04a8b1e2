/* The orders of further analyses: from the order to the ticket that carries it out, and to its
 * end. */
#include "engine/core/further_orders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/core/journal.h"
#include "engine/core/revisit.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/record.h"

#define FAILURES_MAX FURTHER_FAILURES_MAX
#define AGAIN_FIRST FURTHER_AGAIN_FIRST
#define SAVE_AGAIN (10 * MSEC_SECOND)

static struct furthers *all_of(const struct engine *engine)
{
	return &engine->account->furthers;
}

static void count_phase(struct furthers *all, const struct further_order *order, int by)
{
	bool open = further_is_open(order), undo = order->reason == FURTHER_UNDO;
	bool revisit = order->reason == FURTHER_REVISIT;

	all->pending += (size_t)(open ? by : 0);
	all->by_person += (unsigned)(open && (undo || order->reason == FURTHER_ORDER) ? by : 0);
	all->undos += (size_t)(open && undo ? by : 0);
	all->undoing += (size_t)(order->phase == FURTHER_RUNNING && undo ? by : 0);
	all->recalling += (size_t)(order->phase == FURTHER_RECALLING ? by : 0);
	all->revisits_open += (size_t)(order->phase == FURTHER_OPEN && revisit ? by : 0);
}

void further_enter(struct engine *engine, struct further_order *order, enum further_phase phase)
{
	struct furthers *all = all_of(engine);

	count_phase(all, order, -1);
	list_remove(&order->place);
	order->phase = phase;
	count_phase(all, order, 1);
	if (phase != FURTHER_OPEN)
		return;
	bool revisit = order->reason == FURTHER_REVISIT;
	list_push_back(revisit ? &all->revisits : &all->open, &order->place);
}

struct further_order *further_find_or_add(struct engine *engine, uint64_t id)
{
	struct further_order *order = further_of(engine, id);

	if (order)
		return order;
	order = xcalloc(1, sizeof(*order));
	order->id = id;
	list_init(&order->place);
	map_put_pointer(&all_of(engine)->by_id, id, order);
	return order;
}

static void count_order(struct further_order *order, enum further_reason reason, msec wall)
{
	if (reason == FURTHER_REVISIT)
		order->revisits++;
	if (reason == FURTHER_UNTAGGED)
		order->untagged = wall;
	if (reason != FURTHER_ORDER)
		return;
	memmove(&order->orders[1], &order->orders[0],
	        (FURTHER_TIMES - 1) * sizeof(order->orders[0]));
	order->orders[0] = wall;
}

static void name_order(struct engine *engine, struct further_order *order, uint64_t audit)
{
	if (audit != 0)
		snprintf(order->order, sizeof(order->order), "audit-%llu",
		         (unsigned long long)audit);
	else
		snprintf(order->order, sizeof(order->order), "%lld-%08llx",
		         (long long)engine->now.wall,
		         (unsigned long long)prng_below(&engine->prng, UINT64_C(1) << 32));
	if (audit != 0)
		order->audit = audit;
}

void further_save(struct engine *engine, struct further_order *order)
{
	uint64_t before = engine->last_sequence;

	order->unsaved = false;
	if (order->reason == FURTHER_UNDO && order->look)
		return;
	if (order->reason == FURTHER_UNDO)
		journal_undo(engine, order, NULL);
	else
		journal_order(engine, order, false);
	order->sequence = engine->last_sequence > before ? engine->last_sequence : 0;
}

static void unsaved_of(struct engine *engine, struct list *list, uint64_t from)
{
	list_each(node, next, list)
	{
		struct further_order *order = container_of(node, struct further_order, place);

		if (order->sequence < from)
			continue;
		order->unsaved = true;
		order->not_before = engine->now.mono + SAVE_AGAIN;
	}
}

void further_unsaved(struct engine *engine, uint64_t from)
{
	unsaved_of(engine, &all_of(engine)->closing, from);
	unsaved_of(engine, &all_of(engine)->open, from);
	unsaved_of(engine, &all_of(engine)->revisits, from);
}

bool further_want_as(struct engine *engine, uint64_t id, enum further_reason reason, struct str by,
                     uint64_t audit)
{
	struct further_order *order = further_find_or_add(engine, id);
	bool outranks = order->phase >= FURTHER_OPEN && order->phase <= FURTHER_ASKED &&
	                reason == FURTHER_ORDER && order->reason != FURTHER_ORDER &&
	                order->reason != FURTHER_UNDO;

	if ((order->phase != FURTHER_IDLE && !outranks) || order->over != NULL)
		return false;
	/* lists and counts depend on the reason; what was begun for the other one is begun anew */
	further_enter(engine, order, FURTHER_IDLE);
	order->reason = reason;
	order->at = engine->now.wall;
	order->failures = 0;
	order->look = order->forget = false;
	order->not_before = engine->now.mono;
	by = utf8_cut(by, FURTHER_BY_MAX);
	snprintf(order->by, sizeof(order->by), STR_FMT, STR_ARG(by));
	name_order(engine, order, audit);
	count_order(order, reason, engine->now.wall);
	further_enter(engine, order, FURTHER_OPEN);
	further_save(engine, order);
	return true;
}

bool further_want(struct engine *engine, uint64_t id, enum further_reason reason, struct str by)
{
	return further_want_as(engine, id, reason, by, 0);
}

/* --- from the order to its ticket, and its end --- */

void further_begin(struct engine *engine, struct further_order *order, struct ticket *ticket,
                   struct known former, bool tagged)
{
	struct further *further = &ticket->further;

	*further = (struct further){.reason = order->reason,
	                            .order = arena_str(&ticket->memory, str_of(order->order)),
	                            .by = arena_str(&ticket->memory, str_of(order->by)),
	                            .former = former,
	                            .tag_seen = tagged,
	                            .forget = order->forget,
	                            .look = order->look};
	earlier_copy(&further->earlier, &order->earlier, &ticket->memory);
	/* a job's success does not tell whether the note is there */
	ticket->single_only = order->reason == FURTHER_ORDER;
	if (further->earlier.written)
		ticket->priority_first = further->earlier.priority_left;
	arena_free(&order->memory);
	order->earlier = (struct earlier){0};
	further_enter(engine, order, FURTHER_RUNNING);
}

void further_settle(struct engine *engine, uint64_t id)
{
	struct further_order *order = further_of(engine, id);

	if (order && order->phase != FURTHER_IDLE)
		further_enter(engine, order, FURTHER_IDLE);
}

void further_settle_by_end(struct engine *engine, uint64_t id)
{
	const struct further_order *order = further_of(engine, id);

	if (order && order->reason != FURTHER_UNDO)
		further_settle(engine, id);
}

void further_close(struct engine *engine, uint64_t id)
{
	struct further_order *order = further_of(engine, id);

	if (!order || order->phase == FURTHER_IDLE)
		return;
	further_enter(engine, order, FURTHER_IDLE);
	journal_order(engine, order, true);
}

void further_dropped_id(struct engine *engine, uint64_t id, msec delay)
{
	struct further_order *order = further_of(engine, id);

	if (!order || order->phase == FURTHER_IDLE)
		return;
	order->not_before = engine->now.mono + delay;
	further_enter(engine, order, FURTHER_OPEN);
}

void further_dropped(struct engine *engine, struct ticket *ticket)
{
	memory_put(engine, ticket->key.id, ticket->further.former);
	further_dropped_id(engine, ticket->key.id, 0);
}

/* It is tried again a few times; a run that ends leaves that to the person, who is told. */
static void try_again_later(struct engine *engine, uint64_t id)
{
	struct further_order *order = further_of(engine, id);

	if (!order)
		return;
	if (order->reason == FURTHER_REVISIT && order->revisits < REVISITS_PER_TICKET) {
		order->revisits++;
		further_dropped_id(engine, id, AGAIN_FIRST);
		further_save(engine, order);
		if (engine->setup.mode != ENGINE_RESIDENT)
			further_enter(engine, order, FURTHER_IDLE); /* left to the next run */
	} else if (order->reason == FURTHER_REVISIT || engine->setup.mode != ENGINE_RESIDENT ||
	           ++order->failures >= FAILURES_MAX)
		further_close(engine, id);
	else
		further_dropped_id(engine, id, AGAIN_FIRST << (order->failures - 1));
}

bool further_ended(struct engine *engine, struct ticket *ticket, bool durable)
{
	if (ticket->further.reason == FURTHER_NONE) {
		/* its first analysis was still under way; what was only read settles no order */
		if (durable)
			further_settle_by_end(engine, ticket->key.id);
		return false;
	}
	if (ticket->state == TICKET_FAILED && durable && ticket->further.reason != FURTHER_REFUSED)
		return false; /* it comes back by itself, with its order */
	if (ticket->state != TICKET_FAILED || !shadow_records(engine)) {
		further_settle(engine, ticket->key.id);
		return false;
	}
	memory_put(engine, ticket->key.id, ticket->further.former);
	try_again_later(engine, ticket->key.id);
	return true;
}

void further_forget(struct engine *engine, uint64_t id)
{
	struct further_order *order = further_of(engine, id);

	if (!order)
		return;
	further_enter(engine, order, FURTHER_IDLE);
	(void)map_remove(&all_of(engine)->by_id, id);
	further_free(order);
}

/* --- over restarts --- */

int further_restore(struct engine *engine, const struct record *record, struct err *err)
{
	struct further_order read = {0};
	bool over;

	if (journal_read_order(record->payload, &read, &over, err) < 0)
		return -1;
	struct further_order *order = further_find_or_add(engine, record->ticket.id);
	further_enter(engine, order, FURTHER_IDLE);
	order->reason = read.reason;
	order->at = read.at;
	memcpy(order->order, read.order, sizeof(order->order));
	memcpy(order->by, read.by, sizeof(order->by));
	memcpy(order->orders, read.orders, sizeof(order->orders));
	order->untagged = read.untagged;
	order->audit = read.audit;
	order->revisits = read.revisits;
	if (!over)
		further_enter(engine, order, FURTHER_OPEN);
	return 0;
}

static void resume_of(struct engine *engine, struct list *list)
{
	list_each(node, next, list)
	{
		struct further_order *order = container_of(node, struct further_order, place);

		order->not_before = engine->now.mono;
		if (order->reason == FURTHER_UNDO)
			continue; /* no ticket that was restored carries it out */
		if (memory_known(engine, order->id).kind == KNOWN_HELD ||
		    memory_parked(engine, order->id))
			further_enter(engine, order, FURTHER_RUNNING);
	}
}

void further_resume(struct engine *engine)
{
	resume_of(engine, &all_of(engine)->open);
	resume_of(engine, &all_of(engine)->revisits);
}
