/* Finds the tickets that agents have tagged, and reads who put the tag there. */
#include "engine/find/tagged.h"

#include <stdlib.h>

#include "desk/zendesk/replies.h"
#include "engine/core/further_orders.h"
#include "engine/core/gates.h"
#include "engine/core/held.h"
#include "engine/core/mode.h"
#include "engine/core/quarantine.h"
#include "engine/core/say.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/find/find.h"
#include "engine/find/histories.h"

#define SWITCHED_OFF "none"
#define ORDERS_APART (10 * MSEC_MINUTE)
#define ORDERS_SPAN (24 * MSEC_HOUR)

struct tagged *tagged_new(void)
{
	struct tagged *tagged = xcalloc(1, sizeof(*tagged));

	map_init(&tagged->judged);
	return tagged;
}

void tagged_free(struct tagged *tagged)
{
	map_free(&tagged->judged);
	free(tagged);
}

static struct tagged *tagged_of(const struct engine *engine)
{
	return engine->account->find->tagged;
}

static struct str again_tag(const struct engine *engine)
{
	return str_of(engine->config->zendesk.again_tag);
}

static bool is_switched_off(const struct engine *engine)
{
	return !shadow_writes(engine) || str_eq(again_tag(engine), STR(SWITCHED_OFF)) ||
	       engine->setup.mode == ENGINE_ONE_TICKET || engine->setup.backtest;
}

/* A run that ends is not over before it has looked once. */
static void tell_pending(struct engine *engine)
{
	struct tagged *tagged = tagged_of(engine);
	bool searching = engine->setup.mode == ENGINE_ONCE && !is_switched_off(engine) &&
	                 tagged->next != MSEC_NEVER;

	engine->account->furthers.searching =
	        mode_admitting(engine) && (searching || tagged->asking || histories_busy(engine));
}

/* --- asking --- */

static void ask_search(struct engine *engine)
{
	struct tagged *tagged = tagged_of(engine);
	struct http_request request = {0};

	zd_request_tagged(&engine->account->zendesk, again_tag(engine), &request);
	call_start(engine, CALL_TAGGED, &request, 0);
	tagged->asking = true;
	tagged->next = engine->setup.mode == ENGINE_RESIDENT
	                       ? engine->now.mono + engine->config->zendesk.poll_interval
	                       : MSEC_NEVER;
}

void tagged_pump(struct engine *engine, msec *deadline)
{
	struct tagged *tagged = tagged_of(engine);

	if (!tagged->asking && gate_is_open(engine) && mode_admitting(engine) &&
	    !is_switched_off(engine)) {
		if (engine->now.mono < tagged->next)
			clock_earliest(deadline, tagged->next);
		else if (call_may(engine, CALL_TAGGED, 0, deadline))
			ask_search(engine);
	}
	bool searching = engine->account->furthers.searching;
	tell_pending(engine);
	if (searching && !engine->account->furthers.searching)
		clock_earliest(deadline, engine->now.mono); /* the run may be over */
}

/* --- what was found --- */

/* Its history is worth a request. */
static bool is_worth_asking(const struct engine *engine, const struct desk_ticket *read)
{
	struct known known = memory_known(engine, read->id);
	const struct further_order *order = further_of(engine, read->id);
	bool done = known.kind == KNOWN_DONE || known.kind == KNOWN_UNTAGGED ||
	            tags_have(&read->tags, str_of(engine->config->zendesk.processed_tag));
	uint64_t judged;

	if (!done || known.kind == KNOWN_HELD || memory_is_erased(engine, read->id) ||
	    quarantine_has(engine, read->id) || desk_status_over(read->status))
		return false;
	if (!tags_have(&read->tags, again_tag(engine)) || (order && order->phase != FURTHER_IDLE))
		return false;
	return !map_get(&tagged_of(engine)->judged, read->id, &judged) ||
	       (msec)judged < read->updated_wall;
}

static const struct history_reader order_reader, loss_reader;

static bool ask_whose(struct engine *engine, const struct desk_ticket *read,
                      const struct history_reader *reader)
{
	return histories_add(engine, &(struct history_wish){.id = read->id,
	                                                    .updated = read->updated_wall,
	                                                    .reader = reader});
}

void tagged_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                  struct desk_answer *failure)
{
	struct desk_page found;
	struct err err;

	tagged_of(engine)->asking = false;
	if (failure->kind == DESK_UNAUTHORIZED) {
		(void)gate_unauthorized(engine, call, failure);
		return;
	}
	if (failure->kind != DESK_FINE ||
	    zd_reply_search(reply, &engine->scratch, &found, NULL, &err) < 0)
		return; /* the next poll searches again; the search for new tickets tells of it */
	for (size_t i = 0; i < found.count; i++)
		if (is_worth_asking(engine, &found.tickets[i]))
			(void)ask_whose(engine, &found.tickets[i], &order_reader);
}

/* --- what its history says --- */

static void judge(struct engine *engine, const struct history_wish *ticket)
{
	map_put(&tagged_of(engine)->judged, ticket->id, (uint64_t)ticket->updated);
}

static const char *hand_name(enum desk_hand hand)
{
	static const char *const names[] = {
	        [DESK_HAND_UNKNOWN] = "nobody, as far as its history shows",
	        [DESK_HAND_AGENT] = "an agent",
	        [DESK_HAND_USER] = "the requester or another end user",
	        [DESK_HAND_RULE] = "a trigger or an automation",
	        [DESK_HAND_OURS] = "the user of this service",
	};

	return names[hand];
}

static void say_does_not_count(struct engine *engine, const struct history_wish *ticket,
                               enum desk_hand hand)
{
	if (!map_get(&tagged_of(engine)->judged, ticket->id, NULL))
		say(engine, LEVEL_WARNING, ticket->id,
		    "Ticket %llu: the tag " STR_FMT " was added by %s, not by an agent: ignored",
		    (unsigned long long)ticket->id, STR_ARG(again_tag(engine)), hand_name(hand));
	judge(engine, ticket);
}

/* Once in 10 minutes and three times a day. Our clock may have been set back: an order in the
 * future is none of these. */
static bool is_too_often(const struct engine *engine, const struct further_order *order)
{
	msec now = engine->now.wall;
	msec last = order ? order->orders[0] : 0, third = order ? order->orders[2] : 0;

	return (last > 0 && last <= now && now - last < ORDERS_APART) ||
	       (third > 0 && third <= now && now - third < ORDERS_SPAN);
}

/* The tag comes back as often as it is taken off: it stays for a while. */
static bool is_stubborn(const struct engine *engine, const struct further_order *order)
{
	msec since = engine->now.wall - order->at;

	return order->reason == FURTHER_REFUSED && since >= 0 && since < ORDERS_APART;
}

static void refuse_order(struct engine *engine, const struct history_wish *ticket,
                         const struct desk_tagging *tagging)
{
	if (is_stubborn(engine, further_of(engine, ticket->id))) {
		judge(engine, ticket);
		return;
	}
	say(engine, LEVEL_WARNING, ticket->id,
	    "Ticket %llu: the tag " STR_FMT " came more than once in 10 minutes or three times a "
	    "day (last added by %s, user %llu); it is taken off without a new analysis",
	    (unsigned long long)ticket->id, STR_ARG(again_tag(engine)), hand_name(tagging->hand),
	    (unsigned long long)tagging->author);
	say_alert(engine, ALERT_AGAIN_TOO_OFTEN, ticket->id,
	          "Ticket %llu is ordered too often by the tag " STR_FMT,
	          (unsigned long long)ticket->id, STR_ARG(again_tag(engine)));
	(void)further_want_as(engine, ticket->id, FURTHER_REFUSED, tagging->name, tagging->audit);
	judge(engine, ticket);
}

static void name_of(const struct desk_tagging *tagging, struct buf *out)
{
	buf_init(out, FURTHER_BY_MAX + 64);
	buf_printf(out, "%s, user %llu", hand_name(tagging->hand),
	           (unsigned long long)tagging->author);
}

static void judge_order(struct engine *engine, const struct history_wish *ticket,
                        const struct desk_tagging *tagging)
{
	const struct further_order *order = further_of(engine, ticket->id);
	struct buf by;

	if (tagging->hand != DESK_HAND_AGENT || tagging->audit == 0) {
		say_does_not_count(engine, ticket, tagging->hand);
		return;
	}
	if (order && tagging->audit <= order->audit) {
		judge(engine, ticket); /* carried out already: the index lags */
		return;
	}
	if (is_too_often(engine, order)) {
		refuse_order(engine, ticket, tagging);
		return;
	}
	name_of(tagging, &by);
	(void)further_want_as(engine, ticket->id, FURTHER_ORDER, buf_str(&by), tagging->audit);
	buf_free(&by);
}

/* --- our tag is gone --- */

static bool may_return(const struct engine *engine, uint64_t id)
{
	const struct further_order *order = further_of(engine, id);
	msec last = order ? order->untagged : 0;

	return engine->config->zendesk.untagged == UNTAGGED_AGAIN &&
	       !(last > 0 && engine->now.wall - last < ORDERS_SPAN);
}

static void end_untagged(struct engine *engine, const struct history_wish *lost,
                         const struct desk_tagging *tagging)
{
	struct known known = memory_known(engine, lost->id);
	bool again = may_return(engine, lost->id);
	struct ticket *ticket;
	struct buf by;

	if (known.kind != KNOWN_DONE || known.when >= lost->updated)
		return; /* an order has taken it up or was carried out, or it was erased */
	if (further_person_waits(engine, lost->id))
		return; /* an order of a person goes first, whoever took the tag off */
	further_settle(engine, lost->id); /* what we would have done by ourselves is void */
	name_of(tagging, &by);
	ticket = held_new(engine, lost->id, NULL);
	ticket->updated_last = ticket->updated_first = lost->updated;
	ticket->tag_taken_off = true;
	ticket->skipped_for = SKIP_TAG_REMOVED;
	if (tagging->hand == DESK_HAND_UNKNOWN)
		held_end(engine, ticket, LANE_SKIPPED, "our tag was removed by someone");
	else
		held_end(engine, ticket, LANE_SKIPPED, "our tag was removed by %s", buf_cstr(&by));
	if (again)
		(void)further_want(engine, lost->id, FURTHER_UNTAGGED, buf_str(&by));
	buf_free(&by);
}

void tagged_lost(struct engine *engine, const struct desk_ticket *read)
{
	struct history_wish lost = {.id = read->id, .updated = read->updated_wall};
	struct desk_tagging unknown = {.at = -1};

	if (!ask_whose(engine, read, &loss_reader))
		end_untagged(engine, &lost, &unknown);
}

/* --- the readers of histories --- */

static int read_order(struct engine *engine, const struct history_wish *wish,
                      const struct http_reply *reply, struct err *err)
{
	struct desk_tagging tagging;

	if (zd_reply_tagging(reply, again_tag(engine), true, engine->account->user_id,
	                     &engine->scratch, &tagging, err) < 0)
		return -1;
	if (!memory_is_erased(engine, wish->id)) /* meanwhile */
		judge_order(engine, wish, &tagging);
	return 0;
}

/* A history that is not shown counts for nothing; one that did not come is asked for by the next
 * poll, which finds the ticket again. */
static void order_unread(struct engine *engine, const struct history_wish *wish, bool lasting)
{
	struct desk_tagging unknown = {.at = -1};

	if (lasting && !memory_is_erased(engine, wish->id))
		judge_order(engine, wish, &unknown);
}

static int read_loss(struct engine *engine, const struct history_wish *wish,
                     const struct http_reply *reply, struct err *err)
{
	struct desk_tagging tagging;

	if (zd_reply_tagging(reply, str_of(engine->config->zendesk.processed_tag), false,
	                     engine->account->user_id, &engine->scratch, &tagging, err) < 0)
		return -1;
	end_untagged(engine, wish, &tagging);
	return 0;
}

static void loss_unread(struct engine *engine, const struct history_wish *wish, bool lasting)
{
	struct desk_tagging unknown = {.at = -1};

	end_untagged(engine, wish, &unknown);
}

static const struct history_reader order_reader = {.kind = CALL_AUDITS,
                                                   .request = zd_request_audits,
                                                   .read = read_order,
                                                   .unread = order_unread};
static const struct history_reader loss_reader = {.kind = CALL_AUDITS,
                                                  .request = zd_request_audits,
                                                  .read = read_loss,
                                                  .unread = loss_unread};
