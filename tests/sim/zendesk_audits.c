/* GET tickets/{id}/audits: who put a tag on a ticket, took it off, or changed its priority, newest
 * first. Of tags only those are kept that people use to speak to the service, or by which agents
 * say what a ticket is about; the newest few changes of each ticket. */
#include "parts.h"

#include <string.h>

#define KEPT 12

static struct z_tagging *add_change(struct world *world, struct z_ticket *ticket, enum z_hand hand)
{
	struct z_tagging *list = ticket->taggings;

	if (ticket->tagging_count == KEPT)
		memmove(&list[0], &list[1], (--ticket->tagging_count) * sizeof(*list));
	else
		list = ticket->taggings =
		        xrealloc(list, (ticket->tagging_count + 1) * sizeof(*list));
	struct z_tagging *change = &list[ticket->tagging_count++];
	*change = (struct z_tagging){
	        .audit = world->zendesk.store.next_id++, .hand = hand, .at = stamp_second(world)};
	if (hand == Z_HAND_AGENT)
		map_put(&world->zendesk.agents_changes, change->audit, ticket->id);
	return change;
}

void audits_note(struct world *world, struct z_ticket *ticket, uint32_t word, bool added,
                 enum z_hand hand)
{
	struct z_tagging *change = add_change(world, ticket, hand);

	change->word = word;
	change->added = added;
}

void audits_note_priority(struct world *world, struct z_ticket *ticket, enum z_hand hand)
{
	struct z_tagging *change = add_change(world, ticket, hand);

	change->is_priority = true;
	change->priority = ticket->live.priority;
}

bool world_agent_changed(const struct world *world, uint64_t id, uint64_t audit)
{
	uint64_t ticket;

	return map_get(&world->zendesk.agents_changes, audit, &ticket) && ticket == id;
}

/* A rule's change stands in the audit of an agent's update. */
static uint64_t author_of(const struct z_ticket *ticket, enum z_hand hand)
{
	if (hand == Z_HAND_BOT)
		return BOT_ID;
	return hand == Z_HAND_REQUESTER ? ticket->requester : PERSON_ID;
}

/* What the event changed. */
static void add_members(const struct world *world, const struct z_tagging *tagging, struct buf *out)
{
	const char *word = world->zendesk.store.words.items[tagging->word];

	if (tagging->is_priority)
		buf_printf(out,
		           "\"field_name\":\"priority\",\"previous_value\":null,\"value\":\"%s\"",
		           z_priority_names[tagging->priority]);
	else
		buf_printf(out,
		           "\"field_name\":\"tags\",\"previous_value\":[%s%s%s],"
		           "\"value\":[%s%s%s]",
		           tagging->added ? "" : "\"", tagging->added ? "" : word,
		           tagging->added ? "" : "\"", tagging->added ? "\"" : "",
		           tagging->added ? word : "", tagging->added ? "\"" : "");
}

static void add_audit(const struct world *world, const struct z_ticket *ticket,
                      const struct z_tagging *tagging, struct buf *out)
{
	char at[CLOCK_ISO_SIZE];
	bool rule = tagging->hand == Z_HAND_RULE;

	clock_format_iso(tagging->at * MSEC_SECOND, at);
	buf_printf(out,
	           "{\"id\":%llu,\"ticket_id\":%llu,\"created_at\":\"%s\",\"author_id\":%llu,"
	           "\"via\":{\"channel\":\"web\",\"source\":{\"from\":{},\"to\":{},\"rel\":null}},"
	           "\"metadata\":{\"system\":{},\"custom\":{}},\"events\":[{\"id\":%llu,"
	           "\"type\":\"Change\",",
	           (unsigned long long)tagging->audit, (unsigned long long)ticket->id, at,
	           (unsigned long long)author_of(ticket, tagging->hand),
	           (unsigned long long)tagging->audit + 1);
	add_members(world, tagging, out);
	buf_printf(out, ",\"via\":{\"channel\":\"%s\",\"source\":{\"from\":{},\"rel\":%s}}}]}",
	           rule ? "rule" : "web", rule ? "\"trigger\"" : "null");
}

void zendesk_audits(struct world *world, struct z_ticket *ticket, struct world_answer *answer)
{
	struct buf *out = &answer->body;

	answer_json(answer, 200);
	buf_puts(out, "{\"audits\":[");
	for (size_t i = ticket->tagging_count; i > 0; i--) {
		json_add_comma(out);
		add_audit(world, ticket, &ticket->taggings[i - 1], out);
	}
	buf_printf(out,
	           "],\"users\":[{\"id\":%llu,\"name\":\"Ann\",\"role\":\"agent\"},"
	           "{\"id\":%llu,\"name\":\"Bot\",\"role\":\"admin\"},"
	           "{\"id\":%llu,\"name\":\"Customer\",\"role\":\"end-user\"}],"
	           "\"meta\":{\"has_more\":false,\"after_cursor\":null}}",
	           PERSON_ID, BOT_ID, (unsigned long long)ticket->requester);
}

/* Somebody or something puts the tag on that orders a further analysis. */
void audits_order(struct world *world, struct z_ticket *ticket, enum z_hand hand)
{
	uint32_t word = world->zendesk.again_word;

	if (ticket->live.status >= Z_CLOSED || z_state_has(&ticket->live, word))
		return;
	z_state_add_tag(&world->zendesk.store, &ticket->live, word, false);
	audits_note(world, ticket, word, true, hand);
	ticket->agents_ordered += hand == Z_HAND_AGENT;
}
