/* One ticket by its number (--ticket-id): read alone, and reported whatever its state is. */
#include <stdio.h>

#include "desk/zendesk/replies.h"
#include "engine/core/calls.h"
#include "engine/core/held.h"
#include "engine/core/mode.h"
#include "engine/core/state.h"
#include "engine/find/find.h"

static void ask_by_number(struct engine *engine)
{
	struct http_request request = {0};

	zd_request_ticket(&engine->account->zendesk, engine->setup.ticket.id, &request);
	call_start(engine, CALL_BY_NUMBER, &request, 0);
	engine->account->search.asking = true;
}

void by_number_pump(struct engine *engine, msec *deadline)
{
	const struct search *search = &engine->account->search;
	msec when = engine->account->find->not_before;

	if (engine->setup.again) {
		/* read with those that a person asked for */
		engine->account->search.over = !further_is_pending(engine, true);
		return;
	}

	if (search->over || search->asking || !gate_is_open(engine) || !mode_admitting(engine))
		return;
	if (engine->now.mono < when)
		clock_earliest(deadline, when);
	else if (call_may(engine, CALL_BY_NUMBER, 0, deadline))
		ask_by_number(engine);
}

static void end_without_ticket(struct engine *engine, enum lane end, const char *reason)
{
	engine->account->search.over = true;
	held_end(engine, held_new(engine, engine->setup.ticket.id, NULL), end, "%s", reason);
}

static void take_one_ticket(struct engine *engine, struct page *page,
                            const struct desk_ticket *read)
{
	engine->account->search.over = true;
	page_add(engine, page);
	ordered_read(engine, page, read);
	page_release(engine, page);
}

void by_number_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                     struct desk_answer *failure)
{
	struct desk_ticket *read;
	struct err err;

	engine->account->search.asking = false;
	if (failure->kind == DESK_NOT_FOUND) {
		end_without_ticket(
		        engine, LANE_FAILED,
		        "no such ticket: it never existed, was deleted, or is not visible to the "
		        "Zendesk user of this service");
		return;
	}
	if (failure->kind == DESK_TOO_LARGE) {
		end_without_ticket(engine, LANE_FAILED, "the ticket is over 8 MiB");
		return;
	}
	if (failure->kind == DESK_FORBIDDEN && !failure->scope) {
		end_without_ticket(engine, LANE_FAILED, failure->text);
		return;
	}
	if (failure->kind != DESK_FINE) {
		pass_failed(engine, call, failure);
		return;
	}
	struct page *page = page_new();
	read = arena_zalloc(&page->memory, sizeof(*read));
	int rc = zd_reply_ticket(reply, &page->memory, read, &err);
	if (rc == 0) {
		take_one_ticket(engine, page, read);
		return;
	}
	page_free(page);
	if (rc > 0) {
		end_without_ticket(engine, LANE_FAILED, err.text);
		return;
	}
	desk_answer_unreadable(failure, &err);
	pass_failed(engine, call, failure);
}
