/* Judging the tickets of a page, whatever requested it. Pages are requested one at a time and only
 * while fewer than two tickets wait, so that memory does not grow with the backlog. */
#include "engine/core/asked.h"
#include "engine/core/further_orders.h"
#include "engine/core/held.h"
#include "engine/core/mode.h"
#include "engine/core/quarantine.h"
#include "engine/core/say.h"
#include "engine/core/search.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/core/waiting.h"
#include "engine/find/changed.h"
#include "engine/find/find.h"

#define INDEX_LAG (15 * MSEC_MINUTE) /* more than a search index lags */

void sift_drop_waiting(struct engine *engine)
{
	bool keeps_wanted = mode_working(engine) && !engine->account->search.over;

	size_t before = lane_count(engine, LANE_WAITING);
	if (before == 0)
		return;
	list_each(node, next, &engine->held)
	{
		struct ticket *ticket = container_of(node, struct ticket, held);

		if (ticket->lane == LANE_WAITING && !(ticket->wanted && keeps_wanted))
			waiting_drop(engine, ticket);
	}
	backlog_unread(engine, before - lane_count(engine, LANE_WAITING));
}

/* Their records say that they are open: they are left to the next run. */
static void leave_orders(struct engine *engine, const struct asked *asked)
{
	for (size_t i = 0; i < asked->count; i++)
		if (further_asked(engine, asked->ids[i]))
			further_settle(engine, asked->ids[i]);
}

void sift_stop(struct engine *engine)
{
	if (engine->setup.mode != ENGINE_RESIDENT || engine->draining) {
		engine->account->search.over = true;
		leave_orders(engine, &engine->account->again);
		leave_orders(engine, &engine->account->wanted);
		asked_clear(engine);
		memory_give_up_all(engine);
	}
	sift_drop_waiting(engine);
}

/* The search index lags, so tags and status are checked here. Results that are already done are not
 * counted. */
static bool may_be_taken(const struct engine *engine, const struct desk_ticket *read)
{
	if (read->status != DESK_NEW && read->status != DESK_OPEN)
		return false;
	if (tags_have(&read->tags, str_of(engine->config->zendesk.processed_tag)))
		return false;
	return engine->setup.mode != ENGINE_ONCE ||
	       read->created_wall <= engine->account->find->started;
}

/* A parked ticket has changed and comes back. While no ticket may be admitted it stays parked; if
 * the stream showed it, its id is read again later. */
static void take_back(struct engine *engine, uint64_t id)
{
	if (mode_admitting(engine)) {
		engine->account->find->unseen++;
		returns_bring_back(engine, id);
	} else if (search_shows_once(engine)) {
		asked_add(engine, id);
	}
}

void sift_read(struct engine *engine, struct page *page, const struct desk_ticket *read)
{
	if (memory_known(engine, read->id).kind == KNOWN_HELD) {
		held_news(engine, read);
		return;
	}
	if (engine->account->search.over || !may_be_taken(engine, read))
		return;
	if (quarantine_has(engine, read->id)) {
		quarantine_tell(engine, read->id, read, false);
		return;
	}
	enum judgement judgement = memory_judge(engine, read);
	if (judgement != JUDGED_KNOWN && memory_is_erased(engine, read->id))
		return;
	switch (judgement) {
	case JUDGED_NEW:
		engine->account->find->unseen++;
		(void)waiting_add(engine, page, read);
		break;
	case JUDGED_BACK: take_back(engine, read->id); break;
	case JUDGED_LOOK_AGAIN: asked_add(engine, read->id); break;
	case JUDGED_KNOWN: break;
	}
}

void sift_page(struct engine *engine, struct page *page, const struct desk_page *found)
{
	page_add(engine, page);
	for (size_t i = 0; i < found->count; i++)
		sift_read(engine, page, &found->tickets[i]);
	page_release(engine, page);
}

static void say_no_date(struct engine *engine)
{
	bool *told = &engine->account->find->stream.said_no_date;

	if (*told || !search_follows_stream(engine))
		return;
	*told = true;
	say(engine, LEVEL_WARNING, 0,
	    "the reply to a search has no Date header, which tells where the incremental export "
	    "begins: searching again");
}

/* After a complete search the stream may take over. It begins before the search's first page: the
 * search may have taken long, or been interrupted by a halt or a reload, and may miss what
 * changed after its first page. Our own clock can be wrong by days: it says nothing of the
 * server's. */
static void search_over(struct engine *engine)
{
	struct find *find = engine->account->find;

	if (find->stream.search_began < 0) {
		say_no_date(engine);
		return;
	}
	engine->account->stream.search_first = false;
	find->stream.start = find->stream.search_began - INDEX_LAG;
}

void sift_pass_over(struct engine *engine)
{
	struct account *account = engine->account;
	struct find *find = account->find;
	bool whole = !find->cut && !find->other_mode;

	if (account->search.pass != PASS_STREAM && whole)
		search_over(engine);
	if (engine->setup.mode == ENGINE_RESIDENT && find->unseen > 0)
		say(engine, LEVEL_INFO, 0, "Found %llu unprocessed %s",
		    (unsigned long long)find->unseen,
		    str_plural(find->unseen, "ticket", "tickets"));
	if (whole) {
		engine->tallies.passes_done++;
		find->last_run = engine->now.wall;
		changed_pass_over(engine);
		backlog_pass_over(engine);
	}
	account->search.pass = PASS_OVER;
}
