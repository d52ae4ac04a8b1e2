/* Tickets that cannot be read from a page: one that lacks a member, or shows it in another form, is
 * read alone, where Zendesk may show more. When that fails too, the ticket has failed: its outcome
 * tells its number and what is odd, and it is tried again later like others that failed. So nothing
 * that a search finds is left out in silence. */
#include "desk/zendesk/replies.h"
#include "engine/core/asked.h"
#include "engine/core/calls.h"
#include "engine/core/held.h"
#include "engine/core/mode.h"
#include "engine/core/quarantine.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/find/find.h"
#include "guard/backoff.h"

/* Whether memory.h would let a ticket be taken up of which only the number is known. */
static bool may_be_tried(const struct engine *engine, uint64_t id)
{
	struct known known = memory_known(engine, id);

	if (memory_is_erased(engine, id) || quarantine_has(engine, id) ||
	    memory_parked(engine, id) || (known.this_run && engine->setup.mode != ENGINE_RESIDENT))
		return false;
	return known.kind == KNOWN_NOT || known.kind == KNOWN_SKIPPED ||
	       (known.kind == KNOWN_FAILED && engine->now.mono >= known.when);
}

/* Too many wait to be read alone. */
static struct ticket *new_unreadable(struct engine *engine, uint64_t id)
{
	struct ticket *ticket = held_new(engine, id, NULL);

	ticket->failed_by = FAILURE_UNREADABLE;
	return ticket;
}

static void end_unasked(struct engine *engine, const struct desk_unread *unread)
{
	struct find *find = engine->account->find;

	if (!find->alone_told)
		say(engine, LEVEL_WARNING, 0,
		    "more than %d tickets cannot be read from their pages: the others have failed "
		    "and "
		    "are tried again later",
		    ALONE_MAX);
	find->alone_told = true;
	held_end(engine, new_unreadable(engine, unread->id), LANE_FAILED,
	         "cannot be read: its page shows no usable `%s`", unread->member);
}

void alone_want(struct engine *engine, const struct desk_unread *unread)
{
	if (engine->account->search.over || !may_be_tried(engine, unread->id))
		return;
	if (!asked_alone(engine, unread->id)) {
		end_unasked(engine, unread);
		return;
	}
	say(engine, LEVEL_INFO, unread->id,
	    "Ticket %llu cannot be read from a page, which shows no usable `%s`: reading it alone",
	    (unsigned long long)unread->id, unread->member);
}

void alone_pump(struct engine *engine, msec *deadline)
{
	struct asked *alone = &engine->account->alone;
	struct http_request request = {0};

	if (alone->count == 0)
		engine->account->find->alone_told = false;
	if (alone->count == 0 || alone->asking || !gate_is_open(engine) ||
	    !mode_admitting(engine) || engine->account->pages.count >= PAGES_HELD_MAX)
		return;
	if (engine->now.mono < alone->not_before) {
		clock_earliest(deadline, alone->not_before);
		return;
	}
	if (!call_may(engine, CALL_ALONE, 0, deadline))
		return;
	alone->asking = true;
	alone->asked = 1;
	zd_request_ticket(&engine->account->zendesk, alone->ids[0], &request);
	call_start(engine, CALL_ALONE, &request, 0);
}

/* Takes the id of the request off the list. */
static uint64_t take_id(struct engine *engine)
{
	struct asked *alone = &engine->account->alone;
	uint64_t id = alone->ids[0];

	alone->attempts = 0;
	asked_forget(engine, id);
	return id;
}

static void end_unreadable(struct engine *engine, const char *reason)
{
	uint64_t id = take_id(engine);

	if (memory_known(engine, id).kind == KNOWN_HELD)
		return; /* a pass has taken it meanwhile */
	if (memory_parked(engine, id))
		memory_give_up(engine, memory_parked(engine, id));
	held_end(engine, new_unreadable(engine, id), LANE_FAILED, "cannot be read: %s", reason);
}

static void try_later(struct engine *engine, const struct desk_answer *failure)
{
	struct asked *alone = &engine->account->alone;

	if (failure->kind == DESK_LIMITED)
		return; /* the guards keep the pause */
	if (++alone->attempts >= engine->config->retry.attempts)
		end_unreadable(engine, failure->text);
	else
		alone->not_before =
		        engine->now.mono + backoff_delay(engine->config->retry.backoff_factor,
		                                         alone->attempts, &engine->prng);
}

static void alone_failed(struct engine *engine, const struct call *call,
                         const struct desk_answer *failure)
{
	switch (failure->kind) {
	case DESK_NOT_FOUND: (void)take_id(engine); break; /* deleted meanwhile */
	case DESK_TOO_LARGE: end_unreadable(engine, "the ticket is over 8 MiB"); break;
	case DESK_UNAUTHORIZED:
		if (gate_unauthorized(engine, call, failure) == GATE_OWN_FAULT)
			end_unreadable(engine, failure->text);
		break;
	case DESK_REDIRECT:
	case DESK_TLS:
		/* users/me tells whether it is more than this ticket */
		gate_doubt_zendesk(engine);
		end_unreadable(engine, failure->text);
		break;
	case DESK_FORBIDDEN:
	case DESK_CONFLICT:
	case DESK_REFUSED:
	case DESK_BAD_REQUEST: end_unreadable(engine, failure->text); break;
	case DESK_FINE:
	case DESK_RETRY:
	case DESK_LIMITED: try_later(engine, failure); break;
	}
}

static void take_alone(struct engine *engine, struct page *page, const struct desk_ticket *read)
{
	(void)take_id(engine);
	page_add(engine, page);
	sift_read(engine, page, read);
	page_release(engine, page);
}

void alone_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                 struct desk_answer *failure)
{
	struct asked *alone = &engine->account->alone;
	struct desk_ticket *read;
	struct err err;

	alone->asking = false;
	/* given up or erased meanwhile */
	if (engine->account->search.over || alone->asked == 0)
		return;
	alone->asked = 0;
	if (failure->kind != DESK_FINE) {
		alone_failed(engine, call, failure);
		return;
	}
	struct page *page = page_new();
	read = arena_zalloc(&page->memory, sizeof(*read));
	int rc = zd_reply_ticket(reply, &page->memory, read, &err);
	if (rc == 0) {
		take_alone(engine, page, read);
		return;
	}
	page_free(page);
	if (rc > 0) {
		end_unreadable(engine, err.text);
		return;
	}
	desk_answer_unreadable(failure, &err);
	alone_failed(engine, call, failure);
}
