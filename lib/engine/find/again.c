/* Tickets that are done and are read because a further analysis of them is ordered
 * (core/further.h). What is not done after all goes on as any other ticket. */
#include "engine/core/further_orders.h"
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
static const char *why_not(const struct engine *engine, const struct further_order *order,
                           const struct desk_ticket *read, bool tagged)
{
	bool by_tag = str_starts(str_of(order->order), STR("audit-"));

	if (desk_status_over(read->status))
		return desk_status_name(read->status);
	if (order->reason == FURTHER_REVISIT && !tagged)
		return "our tag was removed by someone";
	if (order->reason == FURTHER_UNTAGGED && tagged)
		return "our tag is there again";
	if (by_tag && !tags_have(&read->tags, str_of(engine->config->zendesk.again_tag)))
		return "the tag that ordered it was taken off";
	return NULL;
}

/* Only a tag is taken off: nothing is decided, and a write that a crash interrupts is ordered anew
 * by the tag, which is still there. */
static void take_without_analysis(struct engine *engine, const struct desk_ticket *read,
                                  struct further_order *order, struct known former, bool tagged)
{
	struct ticket *ticket = held_new(engine, read->id, read);

	memory_held(engine, read->id);
	ticket->admitted_at = engine->now.mono;
	further_begin(engine, order, ticket, former, tagged);
	lane_move_to_read(engine, ticket);
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
	if (order->reason == FURTHER_REFUSED) {
		take_without_analysis(engine, read, order, former, tagged);
		return;
	}
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
	const char *reason = why_not(engine, order, read, tagged);
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
