/* Tickets that are done and are read because a further analysis of them is ordered
 * (core/further.h). What is not done after all goes on as any other ticket. */
#include "engine/core/further.h"
#include "engine/core/held.h"
#include "engine/core/quarantine.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/core/waiting.h"
#include "engine/find/find.h"

static void end_unread(struct engine *engine, uint64_t id, const struct desk_ticket *read,
                       enum lane end, const char *reason)
{
	struct ticket *ticket = held_new(engine, id, read);

	ticket->keep_memory = true;
	held_end(engine, ticket, end, "not analysed again: %s", reason);
}

/* Why nothing is to be done although the ticket is done; NULL = it is taken. */
static const char *why_not(const struct further_order *order, const struct desk_ticket *read,
                           bool tagged)
{
	if (desk_status_over(read->status))
		return desk_status_name(read->status);
	if (order->reason == FURTHER_REVISIT && !tagged)
		return "our tag was removed by someone";
	if (order->reason == FURTHER_UNTAGGED && tagged)
		return "our tag is there again";
	return NULL;
}

static void take(struct engine *engine, struct page *page, const struct desk_ticket *read,
                 struct further_order *order, bool tagged)
{
	struct known former = memory_known(engine, read->id);
	struct ticket *parked = memory_parked(engine, read->id);

	if (parked)
		memory_give_up(engine, parked); /* known by its tag alone to be done */
	if (former.kind != KNOWN_DONE && former.kind != KNOWN_UNTAGGED)
		former = (struct known){.kind = KNOWN_DONE, .when = read->updated_wall};
	struct ticket *ticket = waiting_add(engine, page, read);
	if (order->reason == FURTHER_ORDER)
		waiting_ahead(engine, ticket);
	else
		waiting_behind(engine, ticket);
	further_begin(engine, order, ticket, former, tagged);
}

bool again_read(struct engine *engine, struct page *page, const struct desk_ticket *read)
{
	struct further_order *order = further_asked(engine, read->id);
	struct known known = memory_known(engine, read->id);
	const char *tag = engine->config->zendesk.processed_tag;
	bool tagged = tags_have(&read->tags, str_of(tag));

	if (!order)
		return false;
	if (known.kind == KNOWN_HELD || memory_is_erased(engine, read->id) ||
	    quarantine_has(engine, read->id)) {
		further_close(engine, read->id);
		return false;
	}
	if (known.kind != KNOWN_DONE && known.kind != KNOWN_UNTAGGED && !tagged) {
		further_settle(engine, read->id); /* its first analysis is what was asked for */
		return false;
	}
	const char *reason = why_not(order, read, tagged);
	if (!reason) {
		take(engine, page, read, order, tagged);
		return true;
	}
	end_unread(engine, read->id, read, LANE_SKIPPED, reason);
	further_close(engine, read->id);
	return true;
}

bool again_unread(struct engine *engine, uint64_t id, const char *reason)
{
	if (!further_asked(engine, id))
		return false;
	end_unread(engine, id, NULL, LANE_FAILED, reason);
	further_close(engine, id);
	return true;
}
