/* Finds the tickets of a backtest. */
#include "engine/find/solved.h"

#include "desk/zendesk/replies.h"
#include "engine/core/gates.h"
#include "engine/core/mode.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/waiting.h"
#include "engine/find/find.h"

static void ask_solved(struct engine *engine)
{
	struct find *find = engine->account->find;
	struct http_request request = {0};

	zd_request_solved(&engine->account->zendesk, find->solved.until, find->page_size, &request);
	call_start(engine, CALL_SOLVED, &request, 0);
	engine->account->search.asking = true;
}

void solved_pump(struct engine *engine, msec *deadline)
{
	const struct search *search = &engine->account->search;
	msec when = engine->account->find->not_before;

	if (search->over || search->asking || !gate_is_open(engine) || !mode_admitting(engine) ||
	    waiting_is_enough(engine))
		return;
	if (engine->now.mono < when)
		clock_earliest(deadline, when);
	else if (call_may(engine, CALL_SOLVED, 0, deadline))
		ask_solved(engine);
}

static void say_solved(struct engine *engine, const struct desk_page *found)
{
	struct find *find = engine->account->find;
	uint64_t count = found->total > 0 ? (uint64_t)found->total : found->count;

	if (find->said_found)
		return;
	find->said_found = true;
	find->expected = count < engine->setup.limit ? count : engine->setup.limit;
	say(engine, LEVEL_INFO, 0, "Found %llu solved %s without the tag %s",
	    (unsigned long long)count, str_plural(count, "ticket", "tickets"),
	    engine->config->zendesk.processed_tag);
}

/* What is said of a ticket by an index that lags is checked here; those that were shown before are
 * not taken twice. */
static bool may_be_tested(const struct engine *engine, const struct desk_ticket *read)
{
	return engine->account->find->solved.taken < engine->setup.limit &&
	       (read->status == DESK_SOLVED || read->status == DESK_CLOSED) &&
	       memory_known(engine, read->id).kind == KNOWN_NOT &&
	       !tags_have(&read->tags, str_of(engine->config->zendesk.processed_tag));
}

static void take_solved(struct engine *engine, struct page *page, const struct desk_page *found)
{
	struct account *account = engine->account;
	struct solved *solved = &account->find->solved;
	uint64_t before = solved->taken;
	msec oldest = MSEC_NEVER;

	page_add(engine, page);
	for (size_t i = 0; i < found->count; i++) {
		const struct desk_ticket *read = &found->tickets[i];

		clock_earliest(&oldest, read->updated_wall);
		if (!may_be_tested(engine, read))
			continue;
		(void)waiting_add(engine, page, read);
		solved->taken++;
	}
	page_release(engine, page);
	/* a whole page that changed in one second would be shown for ever */
	solved->until =
	        solved->taken > before || oldest == MSEC_NEVER ? oldest : oldest - MSEC_SECOND;
	account->search.over = !found->more || oldest == MSEC_NEVER || solved->until <= 0 ||
	                       solved->taken >= engine->setup.limit;
}

void solved_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                  struct desk_answer *failure)
{
	struct desk_page found;
	struct err err;

	engine->account->search.asking = false;
	if (failure->kind != DESK_FINE) {
		pass_failed(engine, call, failure);
		return;
	}
	struct page *page = page_new();
	if (zd_reply_search(reply, &page->memory, &found, NULL, &err) < 0) {
		page_free(page);
		desk_answer_unreadable(failure, &err);
		pass_failed(engine, call, failure);
		return;
	}
	engine->account->find->attempts = 0;
	engine->account->find->last_poll = engine->now.wall;
	say_solved(engine, &found);
	take_solved(engine, page, &found);
}
