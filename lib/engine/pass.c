/* One pass after another over what Zendesk's search holds, or over what has changed (stream.c).
 *
 * A pass of the search begins with one page. When its count exceeds the page, the export is used instead, from its start: offset
 * pages shift under a reader who tags what he reads.
 *
 * A run (--once) is over after a whole pass, begun after our last verdict, that brought no id unseen in this run: search lags
 * behind our own writes, so an empty page in mid-run proves nothing. A resident engine begins a pass each zendesk.poll_interval; none
 * begins while another lasts or while enough tickets wait, and between passes nothing happens.
 *
 * What can go wrong: a page too large (asked again at half the size), a cursor that died (the export starts over), a cursor that
 * does not move (the pass ends), a service that does not answer (the run fails, what was begun is finished; a resident engine tries
 * again with the next pass). */
#include <stdio.h>
#include <stdlib.h>

#include "engine/inside.h"

#define RESTARTS_MAX 3

static void say_found(struct engine *engine, uint64_t count)
{
	struct discover *discover = &engine->discover;
	uint64_t limit = engine->setup.limit;

	if (discover->said_found || engine->setup.mode == ENGINE_RESIDENT)
		return;
	discover->said_found = true;
	discover->expected = limit && limit < count ? limit : count;
	if (discover->expected < count)
		say(engine, LEVEL_INFO, 0, "Found %llu unprocessed tickets (taking %llu)", (unsigned long long)count,
		    (unsigned long long)limit);
	else
		say(engine, LEVEL_INFO, 0, "Found %llu unprocessed tickets", (unsigned long long)count);
}

static void begin_pass(struct engine *engine)
{
	struct discover *discover = &engine->discover;

	discover->pass = stream_follows(engine) && !discover->stream.search_first ? PASS_STREAM : PASS_SEARCH;
	discover->next_pass = engine->now.mono + engine->config->zendesk_poll_interval;
	discover->cut = false;
	discover->unseen = 0;
	discover->restarts = 0;
	discover->attempts = 0;
	buf_reset(&discover->cursor);
}

void pass_over(struct engine *engine)
{
	struct discover *discover = &engine->discover;

	if (discover->pass != PASS_STREAM && !discover->cut)
		stream_search_over(engine);
	if (engine->setup.mode == ENGINE_RESIDENT && discover->unseen > 0)
		say(engine, LEVEL_INFO, 0, "Found %llu unprocessed tickets", (unsigned long long)discover->unseen);
	if (!discover->cut)
		discover->last_run = engine->now.wall;
	discover->pass = PASS_OVER;
}

void pass_anew(struct engine *engine)
{
	if (engine->discover.asking)
		engine->discover.next_pass = engine->now.mono; /* after the page that is on its way */
	else
		engine->discover.pass = PASS_NONE;
}

void pass_other_query(struct engine *engine)
{
	struct discover *discover = &engine->discover;

	discover->former_query = engine->last_call;
	discover->stream.search_first = true;
	discover->pass = PASS_NONE;
	discover_drop_waiting(engine);
}

static void ask_page(struct engine *engine)
{
	struct discover *discover = &engine->discover;
	struct http_request request = {0};

	discover->asking = true;
	if (discover->pass == PASS_STREAM) {
		stream_ask(engine);
	} else if (discover->pass == PASS_SEARCH) {
		zd_request_search(&engine->zendesk, 1, discover->page_size, &request);
		call_start(engine, CALL_SEARCH, &request, 0);
	} else {
		zd_request_export(&engine->zendesk, buf_str(&discover->cursor), discover->page_size, &request);
		call_start(engine, CALL_EXPORT, &request, 0);
	}
}

/* The pass is over when its last page was read; the next one begins when nothing of it is left. */
static bool next_of_a_run(struct engine *engine)
{
	struct discover *discover = &engine->discover;

	if (engine->held_count > 0 || discover->reread.count > 0)
		return false;
	discover->done = discover->unseen == 0;
	return !discover->done;
}

static bool next_of_a_resident(struct engine *engine, msec *deadline)
{
	struct discover *discover = &engine->discover;

	if (engine->now.mono >= discover->next_pass && !discover_full(engine))
		return true;
	if (engine->now.mono >= discover->next_pass)
		discover->next_pass =
		        engine->now.mono + engine->config->zendesk_poll_interval; /* this one is skipped */
	earliest(deadline, discover->next_pass);
	return false;
}

static bool wants_page(struct engine *engine, msec *deadline)
{
	struct discover *discover = &engine->discover;
	bool resident = engine->setup.mode == ENGINE_RESIDENT;

	if (discover->pass == PASS_NONE)
		begin_pass(engine);
	if (discover->pass == PASS_OVER && (resident ? next_of_a_resident(engine, deadline) : next_of_a_run(engine)))
		begin_pass(engine);
	return discover->pass != PASS_OVER && !discover_full(engine);
}

static enum endpoint endpoint_of(enum pass_state pass)
{
	if (pass == PASS_STREAM)
		return ENDPOINT_INCREMENTAL;
	return pass == PASS_EXPORT ? ENDPOINT_EXPORT : ENDPOINT_SEARCH;
}

void pass_pump(struct engine *engine, msec *deadline)
{
	struct discover *discover = &engine->discover;
	msec when;

	if (discover->done || discover->asking || !session_zendesk_open(engine) || !engine_admitting(engine) ||
	    !wants_page(engine, deadline))
		return;
	when = discover->not_before;
	if (discover->pass == PASS_STREAM && discover->stream.not_before > when)
		when = discover->stream.not_before;
	if (engine->now.mono < when)
		earliest(deadline, when);
	else if (!call_may(engine, UPSTREAM_ZENDESK, endpoint_of(discover->pass), 0))
		earliest(deadline, call_when(engine, UPSTREAM_ZENDESK, endpoint_of(discover->pass), 0));
	else
		ask_page(engine);
}

static void give_up(struct engine *engine, const char *reason)
{
	struct discover *discover = &engine->discover;

	if (engine->setup.mode == ENGINE_RESIDENT) {
		if (!discover->unreachable && engine->session.openings == 0)
			alert(engine, 0, "cannot read tickets: %s", reason);
		discover->unreachable = true;
		discover->cut = true;
		pass_over(engine);
		return;
	}
	alert(engine, 0, "cannot read tickets: %s", reason);
	run_ends(engine, RUN_FAILED, "cannot read tickets: %s", reason);
	discover_stop(engine);
}

static void later(struct engine *engine, const struct zd_failure *failure)
{
	struct discover *discover = &engine->discover;

	if (failure->kind == ZD_LIMITED || discover->done || !engine_admitting(engine))
		return; /* the guards hold the pause; or nobody waits for this page */
	if (++discover->attempts >= engine->config->retry_attempts || engine->session.openings > 1) {
		give_up(engine, failure->text);
		return;
	}
	discover->not_before = engine->now.mono +
	                       backoff_delay(engine->config->retry_backoff_factor, discover->attempts, &engine->prng);
	say(engine, LEVEL_WARNING, 0, "reading tickets: %s; trying again", failure->text);
}

static unsigned *page_size(struct engine *engine, const struct call *call)
{
	struct discover *discover = &engine->discover;

	return call->kind == CALL_INCREMENTAL ? &discover->stream.page_size : &discover->page_size;
}

static void smaller_page(struct engine *engine, const struct call *call)
{
	unsigned *size = page_size(engine, call);

	if (*size == 1) {
		give_up(engine, "a page with a single ticket is over 8 MiB");
		return;
	}
	*size /= 2;
	say(engine, LEVEL_INFO, 0, "a page of tickets is over 1 MiB: asking for %u at once", *size);
}

/* A cursor lives an hour and is bound to its query; how a dead one is refused is not documented, so any refusal of a request
 * that carried one starts the export over. */
static void refused(struct engine *engine, const struct zd_failure *failure)
{
	struct discover *discover = &engine->discover;

	if (discover->pass == PASS_EXPORT && discover->cursor.len > 0 && discover->restarts++ < RESTARTS_MAX) {
		say(engine, LEVEL_INFO, 0, "the export's cursor was refused (%s): starting over", failure->text);
		buf_reset(&discover->cursor);
		return;
	}
	give_up(engine, failure->text);
}

void pass_failed(struct engine *engine, struct call *call, const struct zd_failure *failure)
{
	if (!engine_admitting(engine))
		return; /* asked for ahead, and nobody waits for it any more */
	switch (failure->kind) {
	case ZD_RETRY:
	case ZD_LIMITED: later(engine, failure); break;
	case ZD_TOO_LARGE: smaller_page(engine, call); break;
	case ZD_UNAUTHORIZED: (void)session_unauthorized(engine, call, failure); break;
	case ZD_FORBIDDEN: session_halt_zendesk(engine, RUN_NOT_LET_IN, failure->text); break;
	case ZD_REFUSED:
	case ZD_NOT_FOUND:
	case ZD_CONFLICT:
	case ZD_BAD_REQUEST: refused(engine, failure); break;
	case ZD_REDIRECT:
	case ZD_TLS: session_halt_zendesk(engine, RUN_FAILED, failure->text); break;
	case ZD_FINE: break;
	}
}

static void take_page(struct engine *engine, struct page *page, const struct zd_page *found)
{
	discover_add_page(engine, page);
	for (size_t i = 0; i < found->count; i++)
		discover_sift(engine, page, &found->tickets[i]);
	discover_release_page(engine, page);
}

static void search_page(struct engine *engine, struct page *page, const struct zd_page *found)
{
	struct discover *discover = &engine->discover;

	say_found(engine, found->total > 0 ? (uint64_t)found->total : found->count);
	if (found->total > (int64_t)found->count && found->more) {
		discover->pass = PASS_EXPORT;
		arena_free(&page->memory);
		free(page);
		return;
	}
	take_page(engine, page, found);
	pass_over(engine);
}

static void export_page(struct engine *engine, struct page *page, const struct zd_page *found)
{
	struct discover *discover = &engine->discover;
	bool moved = found->next_cursor.len > 0 && !str_eq(found->next_cursor, buf_str(&discover->cursor));

	if (found->more && !moved)
		say(engine, LEVEL_WARNING, 0, "the export's cursor does not move: ending this pass");
	buf_reset(&discover->cursor);
	buf_add_str(&discover->cursor, found->next_cursor);
	take_page(engine, page, found);
	discover->cut = found->more && (!moved || discover->cursor.overflow);
	if (!found->more || discover->cut)
		pass_over(engine);
}

static void grow_page(struct engine *engine, const struct call *call)
{
	bool stream = call->kind == CALL_INCREMENTAL;
	unsigned full = stream ? ZD_PAGE_MAX : (unsigned)engine->config->zendesk_batch_size;
	unsigned *size = page_size(engine, call);

	*size = *size * 2 < full ? *size * 2 : full;
}

static int read_page(struct call *call, const struct http_reply *reply, struct arena *memory, struct zd_page *ret,
                     unsigned *ret_dropped, struct err *err)
{
	if (call->kind == CALL_INCREMENTAL)
		return zd_reply_incremental(reply, memory, ret, ret_dropped, err);
	if (call->kind == CALL_SEARCH)
		return zd_reply_search(reply, memory, ret, ret_dropped, err);
	return zd_reply_export(reply, memory, ret, ret_dropped, err);
}

static void page_arrived(struct engine *engine, const struct call *call, struct page *page, const struct zd_page *found)
{
	struct discover *discover = &engine->discover;

	discover->attempts = 0;
	if (discover->unreachable)
		say(engine, LEVEL_INFO, 0, "tickets can be read again");
	discover->unreachable = false;
	discover->last_poll = engine->now.wall;
	engine->last_work = engine->now.mono;
	grow_page(engine, call);
	if (call->kind == CALL_INCREMENTAL)
		stream_page(engine, page, found);
	else if (call->kind == CALL_SEARCH)
		search_page(engine, page, found);
	else
		export_page(engine, page, found);
}

void pass_page_reply(struct engine *engine, struct call *call, struct http_reply *reply, struct zd_failure *failure)
{
	struct zd_page found;
	struct err err;
	struct page *page;
	unsigned dropped = 0;
	int rc;

	engine->discover.asking = false;
	if (call->number <= engine->discover.former_query)
		return;
	if (failure->kind != ZD_FINE) {
		if (call->kind != CALL_INCREMENTAL || !stream_failed(engine, failure))
			pass_failed(engine, call, failure);
		return;
	}
	page = xcalloc(1, sizeof(*page));
	rc = read_page(call, reply, &page->memory, &found, &dropped, &err);
	if (rc < 0 || engine->discover.done) {
		arena_free(&page->memory);
		free(page);
		if (rc < 0) {
			snprintf(failure->text, sizeof(failure->text), "%s", err.text);
			failure->kind = ZD_RETRY;
			pass_failed(engine, call, failure);
		}
		return;
	}
	if (dropped)
		say(engine, LEVEL_WARNING, 0, "%u malformed tickets of a page were left out", dropped);
	if (call->kind == CALL_SEARCH)
		stream_search_began(engine, http_reply_date(reply));
	page_arrived(engine, call, page, &found);
}
