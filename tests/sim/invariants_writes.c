/* Checks writes, single ones and bulk updates: they are durable first, have exactly the durable
 * stamp, and change nothing that a person set. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "invariants.h"

#define BATCH_MAX 100

static uint64_t ticket_of(const struct http_request *request)
{
	struct str url = str_of(request->url);
	ptrdiff_t at = str_find(url, STR("/tickets/"));
	uint64_t id = 0;
	if (at < 0)
		return 0;
	url = str_skip(url, (size_t)at + strlen("/tickets/"));
	struct str digits = str_split(&url, '.');
	return str_to_u64(digits, &id) == 0 ? id : 0;
}

/* Checks the priority when the write arrives, because a person may have changed it meanwhile.
 *
 * It may change only when no person has changed it since the first read, and never down from
 * urgent; a write that can only conflict does no harm. */
static void check_priority(struct invariants *invariants, uint64_t id, const struct json *change)
{
	const struct sim_decision *ticket = sim_decision_of(invariants, id);
	struct world_ticket now;
	msec stamped;
	if (!ticket)
		return;
	if (is_undo(ticket)) {
		check_undo_priority(invariants, id, change);
		return;
	}
	world_look(invariants->world, id, &now);
	if (!json_at(change, "priority") ||
	    clock_parse_iso(json_str_at(change, "updated_stamp"), &stamped) < 0 ||
	    now.updated * MSEC_SECOND > stamped)
		return;
	bool urgent = strcmp(now.priority, "urgent") == 0;
	if (!urgent && strcmp(now.priority, ticket->priority_first) == 0)
		return;
	invariants->priorities_overwritten++;
	if (urgent)
		violated(invariants, "ticket %llu is urgent, and we lower it",
		         (unsigned long long)id);
	violated(invariants,
	         "ticket %llu: priority was '%s' at the first read, a person made it '%s', we "
	         "overwrite it",
	         (unsigned long long)id, ticket->priority_first, now.priority);
}

/* Decision and intent must be durable before the write, the intent with exactly the stamp that is
 * sent. A write never has a status or assignee, and its note is private. */
static void check_update(struct invariants *invariants, uint64_t id, const struct json *change)
{
	const struct sim_decision *ticket = sim_decision_of(invariants, id);
	struct str stamp = json_str_at(change, "updated_stamp");
	bool safe = false, is_public = true;
	if (!ticket) {
		violated(invariants, "an update of no ticket");
		return;
	}
	if (!json_bool_at(change, "safe_update", &safe) || !safe || !stamp.len)
		violated(invariants, "ticket %llu is written without a stamp",
		         (unsigned long long)id);
	if (!ticket->decided || !str_eq(stamp, str_of(ticket->stamp)))
		violated(invariants,
		         "ticket %llu is written before its decision and intent are durable",
		         (unsigned long long)id);
	if (!ticket->reads.fresh)
		violated(invariants, "ticket %llu is written without a read after its decision",
		         (unsigned long long)id);
	if (!str_eq(stamp, str_of(ticket->reads.settled)) &&
	    !str_eq(stamp, str_of(ticket->reads.newest)))
		violated(invariants, "ticket %llu is written on a read that had not settled",
		         (unsigned long long)id);
	if (json_at(change, "status") || json_at(change, "assignee_id"))
		violated(invariants, "status or assignee of ticket %llu is sent",
		         (unsigned long long)id);
	(void)json_bool_at(json_at(change, "comment"), "public", &is_public);
	if (is_undo(ticket))
		check_undo_update(invariants, id, change);
	if (json_at(change, "comment") && is_public)
		violated(invariants, "the note of ticket %llu is public", (unsigned long long)id);
}

static void check_many(struct invariants *invariants, const struct json *changes)
{
	size_t count = json_item_count(changes);
	uint64_t ids[BATCH_MAX];
	if (count == 0 || count > BATCH_MAX) {
		violated(invariants, "update_many with %zu tickets", count);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct json *change = json_item(changes, i);
		int64_t id = 0;
		(void)json_int_at(change, "id", &id);
		ids[i] = (uint64_t)id;
		for (size_t j = 0; j < i; j++)
			if (ids[j] == ids[i])
				violated(invariants, "update_many carries ticket %llu twice",
				         (unsigned long long)id);
		check_update(invariants, ids[i], change);
	}
}

void check_sent(struct invariants *invariants, const struct http_request *request)
{
	if (request->method != HTTP_PUT || invariants->violation[0])
		return;
	if (invariants->options->dry_run)
		violated(invariants, "a dry run writes");
	struct json *body = json_parse(str_make(request->body, request->body_len), NULL);
	if (!body)
		violated(invariants, "an update that is no JSON");
	else if (sim_endpoint_of(request) == SIM_UPDATE_MANY)
		check_many(invariants, json_at(body, "tickets"));
	else
		check_update(invariants, ticket_of(request), json_at(body, "ticket"));
	json_free(body);
}

void check_arrival(struct invariants *invariants, const struct http_request *request)
{
	if (request->method != HTTP_PUT || invariants->violation[0])
		return;
	struct json *body = json_parse(str_make(request->body, request->body_len), NULL);
	const struct json *many = json_at(body, "tickets");
	if (json_at(body, "ticket"))
		check_priority(invariants, ticket_of(request), json_at(body, "ticket"));
	for (struct json_each each = json_items(many); json_next(&each);) {
		int64_t id = 0;
		if (json_int_at(each.value, "id", &id))
			check_priority(invariants, (uint64_t)id, each.value);
	}
	json_free(body);
}

/* What is recorded as an agent's choice is a change that an agent made. */
static void check_choice(struct invariants *invariants, const struct record *record)
{
	struct json *payload = json_parse(str_of(record->payload), NULL);
	int64_t audit = 0;

	(void)json_int_at(payload, "audit", &audit);
	if (!world_agent_changed(invariants->world, record->ticket.id, (uint64_t)audit))
		violated(invariants, "ticket %llu: a choice is recorded that no agent made",
		         (unsigned long long)record->ticket.id);
	json_free(payload);
}

void check_record(struct invariants *invariants, const struct record *record)
{
	if (invariants->options->dry_run)
		violated(invariants, "a dry run makes a record durable: %s of ticket %llu",
		         record_kind_name(record->kind), (unsigned long long)record->ticket.id);
	if (invariants->shadow &&
	    (record->kind == RECORD_DECISION || record->kind == RECORD_INTENT))
		violated(invariants, "in shadow the record %s of ticket %llu is made",
		         record_kind_name(record->kind), (unsigned long long)record->ticket.id);
	struct sim_decision *ticket = sim_decision_of(invariants, record->ticket.id);
	if (record->kind == RECORD_DECISION && ticket)
		ticket->taken = true;
	if (record->kind == RECORD_CHOICE)
		check_choice(invariants, record);
}

void note_order(struct invariants *invariants, uint64_t id)
{
	struct sim_decision *ticket = sim_decision_of(invariants, id);

	if (ticket)
		ticket->orders_given++;
}

/* Each id of a person's order stands for an order that a person gave, or for a tag that an agent
 * put on the ticket. */
static void count_order(struct invariants *invariants, struct sim_decision *ticket, uint64_t id,
                        bool by_tag)
{
	struct world_ticket now;

	world_look(invariants->world, id, &now);
	ticket->orders_named += !by_tag;
	ticket->tags_named += by_tag;
	if (ticket->orders_named > ticket->orders_given || ticket->tags_named > now.agents_ordered)
		violated(invariants, "ticket %llu is analysed again, and nobody ordered it",
		         (unsigned long long)id);
}

/* What rules answered because the service failed is analysed again at most twice, and each try has
 * a record of its own. */
static void note_revisit(struct invariants *invariants, struct sim_decision *ticket, uint64_t id,
                         const struct json *payload)
{
	bool over;

	if (!str_eq(json_str_at(payload, "reason"), STR("revisit")) ||
	    !json_bool_at(payload, "over", &over) || over)
		return;
	if (++ticket->revisits > 2)
		violated(invariants, "ticket %llu is analysed again and again after an outage",
		         (unsigned long long)id);
}

static void note_order_record(struct invariants *invariants, struct sim_decision *ticket,
                              const struct record *record)
{
	struct json *payload = json_parse(str_of(record->payload), NULL);
	struct str id = json_str_at(payload, "order");

	if (str_eq(json_str_at(payload, "reason"), STR("order")) &&
	    !str_eq(id, str_of(ticket->order))) {
		snprintf(ticket->order, sizeof(ticket->order), STR_FMT, STR_ARG(id));
		count_order(invariants, ticket, record->ticket.id, str_starts(id, STR("audit-")));
	}
	note_revisit(invariants, ticket, record->ticket.id, payload);
	ticket->refused = false; /* a mark goes when its ticket is done: an order asks once more */
	ticket->succeeded = false;
	ticket->outcomes = 0;
	json_free(payload);
}

static void note_decision(struct sim_decision *ticket, const struct json *payload)
{
	struct str reason = json_str_at(json_at(payload, "further"), "reason");

	if (!json_bool_at(payload, "provisional", &ticket->provisional))
		ticket->provisional = false;
	ticket->revised = str_eq(reason, STR("revisit"));
	ticket->decided = true;
	ticket->stamp[0] = '\0';
	ticket->reads.fresh = false;
	snprintf(ticket->priority_first, sizeof(ticket->priority_first), STR_FMT,
	         STR_ARG(json_str_at(payload, "priority_first")));
}

/* One more note is allowed for each order of a person that a durable intent names. */
static void note_intent(struct invariants *invariants, struct sim_decision *ticket, uint64_t id,
                        struct str order)
{
	snprintf(ticket->intent_of, sizeof(ticket->intent_of), STR_FMT, STR_ARG(order));
	if (order.len == 0 || !str_eq(order, str_of(ticket->order)) ||
	    str_eq(order, str_of(ticket->written)))
		return;
	snprintf(ticket->written, sizeof(ticket->written), STR_FMT, STR_ARG(order));
	world_order_note(invariants->world, id);
}

static void note_shadow(struct sim_decision *ticket, const char *text)
{
	struct json *payload = json_parse(str_of(text), NULL);
	bool provisional = false;

	(void)json_bool_at(payload, "provisional", &provisional);
	ticket->shadowed = !provisional;
	ticket->shadow_provisional = provisional;
	ticket->anew = false;
	json_free(payload);
}

/* Of what is about to be written: an old list may be put back later by somebody else's tool. */
static void check_fallback_goes(struct invariants *invariants, const struct sim_decision *ticket,
                                uint64_t id, const struct json *tags)
{
	for (size_t i = 0; ticket->revised && i < json_item_count(tags); i++)
		if (str_eq(json_str_value(json_item(tags, i)), STR("ai_fallback")))
			violated(invariants,
			         "ticket %llu was analysed again and still has ai_fallback",
			         (unsigned long long)id);
}

void note_durable(struct invariants *invariants, const struct record *record)
{
	struct sim_decision *ticket;
	ticket = sim_decision_of(invariants, record->ticket.id);
	if (record->kind == RECORD_REFUSAL && ticket)
		ticket->refused = true;
	if (record->kind == RECORD_SHADOW && ticket)
		note_shadow(ticket, record->payload);
	if (record->kind == RECORD_ORDER && ticket)
		note_order_record(invariants, ticket, record);
	if (record->kind == RECORD_UNDO && ticket)
		note_undo_record(invariants, ticket, record);
	if (record->kind != RECORD_DECISION && record->kind != RECORD_INTENT)
		return; /* its absence is not checked here */
	struct json *payload = json_parse(str_of(record->payload), NULL);
	if (!payload || !ticket) {
		violated(invariants, "a record that is no JSON, or of no ticket");
	} else if (record->kind == RECORD_DECISION) {
		note_decision(ticket, payload);
	} else {
		snprintf(ticket->stamp, sizeof(ticket->stamp), STR_FMT,
		         STR_ARG(json_str_at(payload, "stamp")));
		note_intent(invariants, ticket, record->ticket.id, json_str_at(payload, "order"));
		check_fallback_goes(invariants, ticket, record->ticket.id,
		                    json_at(payload, "tags"));
	}
	json_free(payload);
}
