/* The orders to take back, from the order to the read. Their end is in undoing_end.c. */
#include "engine/core/further_orders.h"
#include "engine/core/undoing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "engine/core/held.h"
#include "engine/core/journal.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/core/undoing_end.h"
#include "engine/event.h"

/* --- ordering --- */

/* An UNDO that only looks must not cost the ticket the REVISIT that waits. */
static void keep_revisit(struct further_order *order)
{
	order->kept = xcalloc(1, sizeof(*order->kept));
	*order->kept = *order;
	order->kept->kept = NULL;
}

static bool may_be_replaced(const struct further_order *order)
{
	return (order->phase == FURTHER_IDLE && order->over == NULL) ||
	       (order->phase == FURTHER_OPEN &&
	        (order->reason == FURTHER_REVISIT || order->reason == FURTHER_UNTAGGED));
}

static void refuse(struct engine *engine, const struct event *event, uint64_t id,
                   const char *reason)
{
	struct further_order order = {.id = id, .look = event->look};

	snprintf(order.order, sizeof(order.order), "%s", event->order);
	undoing_tell(engine, &order, &(struct undo_end){.result = UNDO_LEFT, .reason = reason});
}

static void want(struct engine *engine, const struct event *event, uint64_t id)
{
	struct further_order *order = further_of(engine, id);

	if (order != NULL && !may_be_replaced(order)) {
		refuse(engine, event, id,
		       order->reason == FURTHER_UNDO ? "it is being undone already"
		                                     : "it is being analysed again");
		return;
	}
	order = further_find_or_add(engine, id);
	if (order->phase == FURTHER_OPEN && event->look)
		keep_revisit(order);
	further_enter(engine, order, FURTHER_IDLE);
	order->reason = FURTHER_UNDO;
	order->at = engine->now.wall;
	order->failures = 0;
	order->sequence = 0;
	order->unsaved = false;
	order->not_before = engine->now.mono;
	order->forget = event->forget;
	order->look = event->look;
	struct str by = utf8_cut(str_of(event->by ? event->by : ""), FURTHER_BY_MAX);
	snprintf(order->by, sizeof(order->by), STR_FMT, STR_ARG(by));
	snprintf(order->order, sizeof(order->order), "%s", event->order);
	further_enter(engine, order, FURTHER_OPEN);
	further_save(engine, order);
}

/* Why nothing can be taken back now; NULL = it can. */
static const char *why_none(const struct engine *engine, const struct event *event)
{
	if (engine->draining || engine->finished)
		return "the service is stopping";
	if (engine->stop.sentence[0] != '\0')
		return engine->stop.sentence;
	if (event->look || shadow_writes(engine))
		return NULL;
	return shadow_is_on(engine) ? "in shadow mode nothing is written; set mode = writing first"
	                            : "this is a dry run: nothing is written";
}

void undoing_order(struct engine *engine, const struct event *event)
{
	const char *none = why_none(engine, event);

	for (size_t i = 0; i < event->ticket_count; i++) {
		uint64_t id = event->tickets[i].id;

		if (none != NULL)
			refuse(engine, event, id, none);
		else if (id == 0 || id > INT64_MAX || memory_is_erased(engine, id))
			refuse(engine, event, id, "no record of it");
		else if (memory_known(engine, id).kind == KNOWN_HELD)
			refuse(engine, event, id, "it is in progress");
		else
			want(engine, event, id);
	}
}

/* --- from the records to the read --- */

/* A write of an earlier life, or of a try that failed, may have been sent. */
static void take_up_intent(struct engine *engine, struct ticket *ticket, const char *history)
{
	struct json *tree =
	        ticket->further.look || history == NULL ? NULL : json_parse(str_of(history), NULL);
	const struct json *events = json_at(tree, "events");

	for (struct json_each each = json_items(events); json_next(&each);) {
		const struct json *event = each.value, *payload = json_at(event, "payload");

		if (str_eq(json_str_at(event, "kind"), STR("intent")) &&
		    str_eq(json_str_at(payload, "order"), ticket->further.order))
			journal_take_intent(engine, ticket, payload);
	}
	json_free(tree);
}

void undoing_take(struct engine *engine, struct further_order *order, const char *history)
{
	struct known former = memory_known(engine, order->id);
	struct ticket *parked = memory_parked(engine, order->id);

	if (former.kind == KNOWN_HELD || (parked != NULL && memory_decided(parked))) {
		undoing_close(
		        engine, order,
		        &(struct undo_end){.result = UNDO_LEFT, .reason = "it is in progress"});
		return;
	}
	if (!order->earlier.written) {
		undoing_close(engine, order,
		              &(struct undo_end){.result = UNDO_NOTHING,
		                                 .reason = "no update of ours is recorded"});
		return;
	}
	if (parked != NULL)
		memory_give_up(engine, parked);
	if (former.kind != KNOWN_UNTAGGED && former.kind != KNOWN_DONE)
		former = (struct known){.kind = KNOWN_DONE};
	struct ticket *ticket = ticket_new(ticket_key(engine->account->id, order->id));
	held_take(engine, ticket);
	memory_held(engine, order->id);
	ticket->admitted_at = engine->now.mono;
	further_begin(engine, order, ticket, former, false);
	take_up_intent(engine, ticket, history);
	lane_move_to_read(engine, ticket);
}

/* --- over restarts --- */

int undoing_restore(struct engine *engine, const struct record *record, struct err *err)
{
	struct further_order read = {0};
	bool over, undone;
	msec updated;

	if (journal_read_undo(record->payload, &read, &over, &undone, &updated, err) < 0)
		return -1;
	struct further_order *order = further_find_or_add(engine, record->ticket.id);
	further_enter(engine, order, FURTHER_IDLE);
	order->reason = FURTHER_UNDO;
	order->at = read.at;
	order->forget = read.forget;
	memcpy(order->order, read.order, sizeof(order->order));
	memcpy(order->by, read.by, sizeof(order->by));
	if (!over)
		further_enter(engine, order, FURTHER_OPEN);
	else if (undone && read.forget)
		memory_put(engine, record->ticket.id,
		           (struct known){.kind = KNOWN_UNTAGGED, .when = updated});
	return 0;
}
