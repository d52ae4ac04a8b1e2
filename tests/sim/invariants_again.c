/* Checks further analyses: nobody but people orders them, each order of a person is carried out or
 * ends with a reason, and what rules answered is tried a few times. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "invariants.h"

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
                         const json_t *payload)
{
	bool over;

	if (!str_eq(json_str_at(payload, "reason"), STR("revisit")) ||
	    !json_bool_at(payload, "over", &over) || over)
		return;
	if (++ticket->revisits > 2)
		violated(invariants, "ticket %llu is analysed again and again after an outage",
		         (unsigned long long)id);
}

/* The order that waits behind what is under way has a record of its own before it begins. */
static void note_person(struct invariants *invariants, struct sim_decision *ticket, uint64_t id,
                        const json_t *payload)
{
	struct str order = json_str_at(payload, "order");
	bool waits = false, over = false;

	if (!json_bool_at(payload, "waits", &waits))
		waits = false;
	(void)json_bool_at(payload, "over", &over);
	bool known = str_eq(order, str_of(ticket->order)) || str_eq(order, str_of(ticket->waits));
	if (!known && ticket->waits[0] != '\0')
		violated(invariants, "a person's order of ticket %llu was lost, and another came",
		         (unsigned long long)id);
	char *which = waits ? ticket->waits : ticket->order;

	snprintf(which, sizeof(ticket->order), STR_FMT, STR_ARG(order));
	if (!waits)
		ticket->waits[0] = '\0';
	ticket->order_open = !over;
	if (!known)
		count_order(invariants, ticket, id, str_starts(order, STR("audit-")));
}

void note_order_record(struct invariants *invariants, struct sim_decision *ticket,
                       const struct record *record)
{
	json_t *payload = json_parse(str_of(record->payload), NULL);
	bool waits = false;

	if (str_eq(json_str_at(payload, "reason"), STR("order"))) {
		note_person(invariants, ticket, record->ticket.id, payload);
	} else {
		ticket->waits[0] = '\0';
		ticket->order_open = false;
	}
	note_revisit(invariants, ticket, record->ticket.id, payload);
	if (!json_bool_at(payload, "waits", &waits) || !waits) {
		ticket->succeeded = false;
		ticket->outcomes = 0;
	}
	json_free(payload);
}

void note_order_end(struct sim_decision *ticket, enum outcome_status status)
{
	ticket->failed_last = status == OUTCOME_ERROR;
	if (ticket->waits[0] == '\0' && !ticket->failed_last)
		ticket->order_open = false;
}

void note_order_made(struct sim_decision *ticket, const struct record *record)
{
	json_t *payload = json_parse(str_of(record->payload), NULL);
	bool over = false, waits = false;

	(void)json_bool_at(payload, "over", &over);
	/* its turn has come, also if this record is lost to a full disk */
	if (record->kind == RECORD_ORDER && ticket->waits[0] != '\0' &&
	    str_eq(json_str_at(payload, "order"), str_of(ticket->waits)) &&
	    !(json_bool_at(payload, "waits", &waits) && waits)) {
		memcpy(ticket->order, ticket->waits, sizeof(ticket->order));
		ticket->waits[0] = '\0';
	}
	ticket->revisit_runs = record->kind == RECORD_ORDER && !over &&
	                       str_eq(json_str_at(payload, "reason"), STR("revisit"));
	json_free(payload);
}

void check_taken(struct invariants *invariants, uint64_t id)
{
	const struct sim_decision *ticket = sim_decision_of(invariants, id);

	if (ticket && ticket->revisit_runs && !invariants->stopped && !invariants->shadow)
		violated(invariants, "a person's order of ticket %llu behind a revisit is dropped",
		         (unsigned long long)id);
}

void check_order_end(struct invariants *invariants, uint64_t id, const struct sim_decision *ticket)
{
	if (ticket->order_open && !ticket->failed_last && !sim_refused(invariants, id))
		violated(invariants, "a person's order of ticket %llu was lost",
		         (unsigned long long)id);
}
