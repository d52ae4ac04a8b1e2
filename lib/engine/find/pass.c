/* Passes: looking for tickets again and again, by Zendesk's search or by the stream (stream.c).
 *
 * A pass of the search begins with one page. When the search counts more tickets than that page
 * holds, they are looked through slice by slice (slices.c): most urgent first, and oldest first
 * among equals.
 *
 * A run (--once) is over after a complete pass that began after our last verdict and brought no id
 * unseen in this run. Search lags behind our own writes, so an empty page in the middle of a run
 * proves nothing. A resident engine begins a pass each zendesk.poll_interval, but none while
 * another lasts or while enough tickets wait; between passes it sends nothing.
 *
 * What can go wrong: a page is too large (it is requested again at half the size); a cursor is
 * refused (the export starts over); a cursor does not move (the pass ends); the service does not
 * answer (a run fails after finishing what was begun, a resident engine tries again with the next
 * pass). */
#include <stdio.h>

#include "desk/zendesk/replies.h"
#include "engine/core/calls.h"
#include "engine/core/mode.h"
#include "engine/core/revisit.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/waiting.h"
#include "engine/find/changed.h"
#include "engine/find/find.h"
#include "guard/backoff.h"

#define RESTARTS_MAX 3

static void say_found(struct engine *engine, uint64_t count)
{
	struct account *account = engine->account;
	struct find *find = account->find;
	uint64_t limit = engine->setup.limit;

	if (find->said_found || engine->setup.mode == ENGINE_RESIDENT)
		return;
	find->said_found = true;
	find->expected = limit && limit < count ? limit : count;
	if (find->expected < count)
		say(engine, LEVEL_INFO, 0, "Found %llu unprocessed tickets (taking %llu)",
		    (unsigned long long)count, (unsigned long long)limit);
	else
		say(engine, LEVEL_INFO, 0, "Found %llu unprocessed %s", (unsigned long long)count,
		    str_plural(count, "ticket", "tickets"));
}

static void begin_pass(struct engine *engine)
{
	struct account *account = engine->account;
	struct find *find = account->find;

	account->search.pass = search_follows_stream(engine) && !account->stream.search_first
	                               ? PASS_STREAM
	                               : PASS_SEARCH;
	find->next_pass = engine->now.mono + engine->config->zendesk.poll_interval;
	find->cut = find->other_mode = false;
	find->unseen = 0;
	find->restarts = 0;
	find->attempts = 0;
	find->slices.now = (struct desk_slice){0};
	find->slices.turned_back = false;
	buf_reset(&find->cursor);
	changed_begin_pass(engine);
}

void pass_anew(struct engine *engine)
{
	if (engine->account->search.asking)
		/* after the page whose request is under way */
		engine->account->find->next_pass = engine->now.mono;
	else
		engine->account->search.pass = PASS_NONE;
}

void pass_other_mode(struct engine *engine)
{
	stream_other_account(engine);
	if (engine->account->user.id != 0)
		stream_let_in(engine, engine->account->user.admin);
	search_forget_cursor(engine);
	engine->account->find->other_mode = true;
	pass_anew(engine);
}

void pass_other_query(struct engine *engine)
{
	struct account *account = engine->account;
	struct find *find = account->find;

	find->former_query = engine->calls.last;
	search_all(engine);
	account->search.pass = PASS_NONE;
	sift_drop_waiting(engine);
}

static void ask_page(struct engine *engine)
{
	struct account *account = engine->account;
	struct find *find = account->find;
	struct http_request request = {0};
	struct desk_slice slice = find->slices.now;

	slice.changed = account->search.changed.since;
	account->search.asking = true;
	if (account->search.pass == PASS_STREAM) {
		stream_ask(engine);
	} else if (account->search.pass == PASS_EXPORT) {
		zd_request_export(&account->zendesk, &slice, buf_str(&find->cursor),
		                  find->page_size, &request);
		call_start(engine, CALL_EXPORT, &request, 0);
	} else {
		zd_request_search(&account->zendesk, &slice, find->page_size, &request);
		call_start(engine, CALL_SEARCH, &request, 0);
	}
}

/* Whether a run begins another pass: only when all tickets of the last one have ended, and only if
 * it brought an unseen id. */
static bool run_begins_pass(struct engine *engine)
{
	struct account *account = engine->account;
	struct find *find = account->find;

	if (engine->held_count > 0 || account->again.count > 0 || account->alone.count > 0 ||
	    further_is_pending(engine, true) || revisit_is_coming(engine))
		return false;
	account->search.over = find->unseen == 0;
	return !account->search.over;
}

static bool resident_begins_pass(struct engine *engine, msec *deadline)
{
	struct account *account = engine->account;
	struct find *find = account->find;

	if (engine->now.mono >= find->next_pass && !waiting_is_enough(engine))
		return true;
	if (engine->now.mono >= find->next_pass)
		/* enough tickets wait: this pass is skipped */
		find->next_pass = engine->now.mono + engine->config->zendesk.poll_interval;
	clock_earliest(deadline, find->next_pass);
	return false;
}

/* A page of tickets that are more urgent than those that wait. */
static bool wants_urgent_page(struct engine *engine, msec *deadline)
{
	struct find *find = engine->account->find;

	if (engine->setup.mode != ENGINE_RESIDENT || engine->account->pages.count >= PAGES_HELD_MAX)
		return false;
	if (engine->now.mono >= find->next_pass && slices_may_turn_back(engine))
		slices_turn_back(engine);
	if (slices_may_turn_back(engine))
		clock_earliest(deadline, find->next_pass);
	return find->slices.turned_back;
}

static bool wants_page(struct engine *engine, msec *deadline)
{
	struct account *account = engine->account;
	bool resident = engine->setup.mode == ENGINE_RESIDENT;

	if (account->search.pass == PASS_NONE)
		begin_pass(engine);
	if (account->search.pass == PASS_OVER &&
	    (resident ? resident_begins_pass(engine, deadline) : run_begins_pass(engine)))
		begin_pass(engine);
	if (account->search.pass == PASS_OVER)
		return false;
	return wants_urgent_page(engine, deadline) || !waiting_is_enough(engine);
}

static enum call_kind kind_of_page(enum pass_state pass)
{
	if (pass == PASS_STREAM)
		return CALL_INCREMENTAL;
	return pass == PASS_EXPORT ? CALL_EXPORT : CALL_SEARCH;
}

void pass_pump(struct engine *engine, msec *deadline)
{
	struct account *account = engine->account;
	struct find *find = account->find;

	if (account->search.over || account->search.asking || !gate_is_open(engine) ||
	    !mode_admitting(engine) || !wants_page(engine, deadline))
		return;
	msec when = find->not_before;
	if (account->search.pass == PASS_STREAM && find->stream.not_before > when)
		when = find->stream.not_before;
	if (engine->now.mono < when)
		clock_earliest(deadline, when);
	else if (call_may(engine, kind_of_page(account->search.pass), 0, deadline))
		ask_page(engine);
}

static void end_pass(struct engine *engine, enum run_end end, const char *reason)
{
	struct account *account = engine->account;
	struct find *find = account->find;

	engine->tallies.passes_failed++;
	if (engine->setup.mode == ENGINE_RESIDENT) {
		if (!account->search.unreachable && engine->calls.openings == 0)
			say_alert(engine, ALERT_TICKETS_UNREADABLE, 0, "cannot read tickets: %s",
			          reason);
		account->search.unreachable = true;
		snprintf(account->gate.trouble, sizeof(account->gate.trouble), "%s", reason);
		find->cut = true;
		sift_pass_over(engine);
		return;
	}
	say_alert(engine, ALERT_TICKETS_UNREADABLE, 0, "cannot read tickets: %s", reason);
	mode_end_run(engine, end, "cannot read tickets: %s", reason);
	sift_stop(engine);
}

static void give_up_pass(struct engine *engine, const char *reason)
{
	end_pass(engine, RUN_FAILED, reason);
}

static void retry_page(struct engine *engine, const struct desk_answer *failure)
{
	struct account *account = engine->account;
	struct find *find = account->find;

	if (failure->kind == DESK_LIMITED || account->search.over || !mode_admitting(engine))
		return; /* the guards keep the pause, or the page is no longer needed */
	if (++find->attempts >= engine->config->retry.attempts || engine->calls.openings > 1) {
		bool refused =
		        failure->kind == DESK_UNAUTHORIZED || failure->kind == DESK_FORBIDDEN;

		end_pass(engine, refused ? RUN_NOT_LET_IN : RUN_FAILED, failure->text);
		return;
	}
	find->not_before = engine->now.mono + backoff_delay(engine->config->retry.backoff_factor,
	                                                    find->attempts, &engine->prng);
	say(engine, LEVEL_WARNING, 0, "cannot read tickets: %s; retrying", failure->text);
}

static unsigned *page_size(struct engine *engine, const struct call *call)
{
	struct account *account = engine->account;
	struct find *find = account->find;

	return call->kind == CALL_INCREMENTAL ? &find->stream.page_size : &find->page_size;
}

static void halve_page(struct engine *engine, const struct call *call)
{
	unsigned *size = page_size(engine, call);

	if (*size == 1) {
		give_up_pass(engine, "a page with a single ticket is over 8 MiB");
		return;
	}
	*size /= 2;
	say(engine, LEVEL_INFO, 0, "a page of tickets is over 1 MiB: requesting %u at a time",
	    *size);
}

/* A cursor lives an hour and is bound to its query. Zendesk does not document how it refuses an
 * expired one, so any refusal of a request with a cursor starts the export over. */
static void page_refused(struct engine *engine, const struct desk_answer *failure)
{
	struct account *account = engine->account;
	struct find *find = account->find;

	if (account->search.pass == PASS_EXPORT && find->cursor.len > 0 &&
	    find->restarts++ < RESTARTS_MAX) {
		say(engine, LEVEL_INFO, 0, "the export's cursor was refused (%s): starting over",
		    failure->text);
		buf_reset(&find->cursor);
		return;
	}
	give_up_pass(engine, failure->text);
}

void pass_failed(struct engine *engine, struct call *call, const struct desk_answer *failure)
{
	if (!mode_admitting(engine))
		return; /* it was requested in advance and is no longer needed */
	switch (failure->kind) {
	case DESK_RETRY:
	case DESK_LIMITED: retry_page(engine, failure); break;
	case DESK_TOO_LARGE: halve_page(engine, call); break;
	case DESK_UNAUTHORIZED:
		if (gate_unauthorized(engine, call, failure) == GATE_OWN_FAULT)
			retry_page(engine, failure);
		break;
	case DESK_FORBIDDEN:
		if (gate_forbidden(engine, failure) == GATE_OWN_FAULT)
			retry_page(engine, failure);
		break;
	case DESK_REFUSED:
	case DESK_NOT_FOUND:
	case DESK_CONFLICT:
	case DESK_BAD_REQUEST: page_refused(engine, failure); break;
	case DESK_REDIRECT:
	case DESK_TLS: gate_zendesk_refuses(engine, failure); break;
	case DESK_FINE: break;
	}
}

/* What a search counts when the pass has turned back came in since the backlog was counted. */
static void slice_page(struct engine *engine, struct page *page, const struct desk_page *found)
{
	const struct slices *slices = &engine->account->find->slices;

	if (slices->turned_back && slices->now.from == 0 && found->total > 0)
		backlog_unread(engine, (uint64_t)found->total);
	backlog_read(engine, found->count);
	sift_page(engine, page, found);
	slices_searched(engine, found);
}

static void search_page(struct engine *engine, struct page *page, const struct desk_page *found)
{
	if (engine->account->search.pass == PASS_SLICE) {
		slice_page(engine, page, found);
		return;
	}
	say_found(engine, found->total > 0 ? (uint64_t)found->total : found->count);
	if (slices_has_more(found)) {
		backlog_found(engine, (uint64_t)found->total);
		page_free(page);
		slices_begin(engine);
		return;
	}
	sift_page(engine, page, found);
	sift_pass_over(engine);
}

static void export_page(struct engine *engine, struct page *page, const struct desk_page *found)
{
	struct account *account = engine->account;
	struct find *find = account->find;
	bool moved =
	        found->next_cursor.len > 0 && !str_eq(found->next_cursor, buf_str(&find->cursor));

	if (found->more && !moved)
		say(engine, LEVEL_WARNING, 0,
		    "the export's cursor does not move: ending this pass");
	buf_reset(&find->cursor);
	buf_add_str(&find->cursor, found->next_cursor);
	backlog_read(engine, found->count);
	sift_page(engine, page, found);
	find->cut = found->more && (!moved || find->cursor.overflow);
	if (find->cut)
		sift_pass_over(engine);
	else if (!found->more)
		slices_exported(engine);
}

/* Tickets that stay open are on a page again at the next poll: one that filled more than half of
 * what is accepted is not asked for at twice the size. */
static void grow_page(struct engine *engine, const struct call *call,
                      const struct http_reply *reply)
{
	bool stream = call->kind == CALL_INCREMENTAL;
	unsigned full = stream ? DESK_PAGE_MAX : (unsigned)engine->config->zendesk.batch_size;
	unsigned *size = page_size(engine, call);

	if (reply->body_len <= ZD_REPLY_MAX / 2)
		*size = *size * 2 < full ? *size * 2 : full;
}

static int read_page(struct call *call, const struct http_reply *reply, struct arena *memory,
                     struct desk_page *ret, unsigned *ret_dropped, struct err *err)
{
	if (call->kind == CALL_INCREMENTAL)
		return zd_reply_incremental(reply, memory, ret, ret_dropped, err);
	if (call->kind == CALL_SEARCH)
		return zd_reply_search(reply, memory, ret, ret_dropped, err);
	return zd_reply_export(reply, memory, ret, ret_dropped, err);
}

static void page_arrived(struct engine *engine, const struct call *call, struct page *page,
                         const struct desk_page *found)
{
	struct account *account = engine->account;
	struct find *find = account->find;

	find->attempts = 0;
	if (account->search.unreachable)
		say_alert_over(engine, ALERT_TICKETS_UNREADABLE, "tickets can be read again");
	account->search.unreachable = false;
	find->last_poll = engine->now.wall;
	engine->last_work = engine->now.mono;
	/* before the stream's cursor is recorded together with their numbers */
	for (size_t i = 0; i < found->unread_count; i++)
		alone_want(engine, &found->unread[i]);
	if (call->kind == CALL_INCREMENTAL)
		stream_page(engine, page, found);
	else if (call->kind == CALL_SEARCH)
		search_page(engine, page, found);
	else
		export_page(engine, page, found);
}

void pass_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                struct desk_answer *failure)
{
	struct desk_page found;
	struct err err;
	unsigned dropped = 0;

	engine->account->search.asking = false;
	if (call->number <= engine->account->find->former_query)
		return;
	if (failure->kind != DESK_FINE) {
		if (call->kind != CALL_INCREMENTAL || !stream_failed(engine, failure))
			pass_failed(engine, call, failure);
		return;
	}
	struct page *page = page_new();
	int rc = read_page(call, reply, &page->memory, &found, &dropped, &err);
	if (rc < 0 || engine->account->search.over) {
		page_free(page);
		if (rc < 0) {
			desk_answer_unreadable(failure, &err);
			pass_failed(engine, call, failure);
		}
		return;
	}
	if (dropped)
		say(engine, LEVEL_WARNING, 0,
		    "%u %s of a page ignored: no ticket, or without a usable number", dropped,
		    str_plural(dropped, "entry", "entries"));
	if (engine->account->search.pass == PASS_SEARCH)
		engine->account->find->stream.search_began = http_reply_date(reply);
	grow_page(engine, call, reply);
	page_arrived(engine, call, page, &found);
}
