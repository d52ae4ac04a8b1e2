/* GET tickets/{id}/audits: who put a tag on a ticket or took it off, newest first. Only changes of
 * the two tags that people use to speak to the service are kept, the newest few of each ticket. */
#include "parts.h"

#include <string.h>

#define KEPT 12

void audits_note(struct world *world, struct z_ticket *ticket, uint32_t word, bool added,
                 enum z_hand hand)
{
	struct z_tagging *list = ticket->taggings;

	if (ticket->tagging_count == KEPT)
		memmove(&list[0], &list[1], (--ticket->tagging_count) * sizeof(*list));
	else
		list = ticket->taggings =
		        xrealloc(list, (ticket->tagging_count + 1) * sizeof(*list));
	list[ticket->tagging_count++] = (struct z_tagging){.audit = world->zendesk.store.next_id++,
	                                                   .word = word,
	                                                   .added = added,
	                                                   .hand = hand,
	                                                   .at = stamp_second(world)};
}

/* A rule's change stands in the audit of an agent's update. */
static uint64_t author_of(const struct z_ticket *ticket, enum z_hand hand)
{
	if (hand == Z_HAND_BOT)
		return BOT_ID;
	return hand == Z_HAND_REQUESTER ? ticket->requester : PERSON_ID;
}

static void add_audit(const struct world *world, const struct z_ticket *ticket,
                      const struct z_tagging *tagging, struct buf *out)
{
	const char *word = world->zendesk.store.words.items[tagging->word];
	char at[CLOCK_ISO_SIZE];
	bool rule = tagging->hand == Z_HAND_RULE;

	clock_format_iso(tagging->at * MSEC_SECOND, at);
	buf_printf(out,
	           "{\"id\":%llu,\"ticket_id\":%llu,\"created_at\":\"%s\",\"author_id\":%llu,"
	           "\"via\":{\"channel\":\"web\",\"source\":{\"from\":{},\"to\":{},\"rel\":null}},"
	           "\"metadata\":{\"system\":{},\"custom\":{}},\"events\":[{\"id\":%llu,"
	           "\"type\":\"Change\",\"field_name\":\"tags\",\"previous_value\":[%s%s%s],"
	           "\"value\":[%s%s%s],\"via\":{\"channel\":\"%s\",\"source\":{\"from\":{},"
	           "\"rel\":%s}}}]}",
	           (unsigned long long)tagging->audit, (unsigned long long)ticket->id, at,
	           (unsigned long long)author_of(ticket, tagging->hand),
	           (unsigned long long)tagging->audit + 1, tagging->added ? "" : "\"",
	           tagging->added ? "" : word, tagging->added ? "" : "\"",
	           tagging->added ? "\"" : "", tagging->added ? word : "",
	           tagging->added ? "\"" : "", rule ? "rule" : "web",
	           rule ? "\"trigger\"" : "null");
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
