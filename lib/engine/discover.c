/* Finding tickets: one pass after another over what Zendesk's search holds, a page at a time and only when fewer than two
 * tickets wait, so that memory does not grow with the backlog.
 *
 * A pass begins with one search page. When its count exceeds the page, the export is used instead, from its start: offset pages
 * shift under a reader who tags what he reads. A run is over after a whole pass, begun after our last verdict, that brought no
 * id unseen in this run: search lags behind our own writes, so an empty page in mid-run proves nothing.
 *
 * What can go wrong: a page too large (asked again at half the size), a cursor that died (the export starts over), a cursor that
 * does not move (the pass ends), a service that does not answer (the run fails, what was begun is finished). */
#include <stdio.h>
#include <stdlib.h>

#include "engine/inside.h"

#define WAITING_LOW 2
#define RESTARTS_MAX 3
#define CURSOR_BYTES_MAX 8192

void discover_init(struct engine *engine)
{
	struct discover *discover = &engine->discover;

	list_init(&discover->pages);
	heap_init(&discover->waiting);
	map_init(&discover->seen);
	buf_init(&discover->cursor, CURSOR_BYTES_MAX);
	discover->page_size = (unsigned)engine->config->zendesk_batch_size;
	discover->started = engine->now.wall;
}

static void page_release(struct engine *engine, struct page *page)
{
	if (page->waiting > 0)
		return;
	list_remove(&page->node);
	engine->discover.page_count--;
	arena_free(&page->memory);
	free(page);
}

void discover_forget_page(struct engine *engine, struct ticket *ticket)
{
	struct page *page = ticket->page;

	if (!page)
		return;
	ticket->page = NULL;
	ticket->read = NULL;
	page->waiting--;
	page_release(engine, page);
}

void discover_drop_waiting(struct engine *engine)
{
	struct ticket *ticket;

	while ((ticket = discover_next(engine))) {
		discover_forget_page(engine, ticket);
		list_remove(&ticket->held);
		engine->held_count--;
		ticket_free(ticket);
	}
}

void discover_free(struct engine *engine)
{
	discover_drop_waiting(engine);
	heap_free(&engine->discover.waiting);
	map_free(&engine->discover.seen);
	buf_free(&engine->discover.cursor);
}

void discover_stop(struct engine *engine)
{
	engine->discover.done = true;
	discover_drop_waiting(engine);
}

bool discover_over(const struct engine *engine)
{
	return engine->discover.done && !engine->discover.asking && engine->discover.waiting.count == 0;
}

struct ticket *discover_next(struct engine *engine)
{
	struct heap_node *top = heap_top(&engine->discover.waiting);

	if (!top)
		return NULL;
	heap_remove(&engine->discover.waiting, top);
	return container_of(top, struct ticket, turn);
}

/* Higher priority first, among equals the older; a ticket without priority counts as normal. */
static int64_t turn_of(const struct zd_ticket *read)
{
	enum priority priority = read->priority == PRIORITY_NONE ? PRIORITY_NORMAL : read->priority;
	int64_t seconds = read->created_wall / MSEC_SECOND;

	return ((int64_t)(PRIORITY_URGENT - priority) << 40) + seconds;
}

static void wait_in_order(struct engine *engine, struct page *page, const struct zd_ticket *read)
{
	struct ticket *ticket = ticket_new(read->id);

	ticket->page = page;
	ticket->read = read;
	ticket->priority_first = read->priority;
	ticket->updated_first = read->updated_wall;
	page->waiting++;
	list_push_back(&engine->held, &ticket->held);
	engine->held_count++;
	heap_insert(&engine->discover.waiting, &ticket->turn, turn_of(read));
}

/* Search lags: tags and status are looked at again here. Stale results of done tickets count nowhere. */
static bool ours_to_take(const struct engine *engine, const struct zd_ticket *read)
{
	if (read->status != ZD_NEW && read->status != ZD_OPEN)
		return false;
	if (tags_have(&read->tags, str_of(engine->config->zendesk_processed_tag)))
		return false;
	return read->created_wall <= engine->discover.started;
}

static void take_page(struct engine *engine, struct page *page, const struct zd_page *found)
{
	struct discover *discover = &engine->discover;

	list_push_back(&discover->pages, &page->node);
	discover->page_count++;
	for (size_t i = 0; i < found->count && !discover->done; i++) {
		const struct zd_ticket *read = &found->tickets[i];

		if (map_get(&discover->seen, read->id, NULL))
			continue;
		if (!ours_to_take(engine, read))
			continue;
		map_put(&discover->seen, read->id, 0);
		discover->unseen++;
		engine->batch.found++;
		wait_in_order(engine, page, read);
	}
	page_release(engine, page);
}

static void say_found(struct engine *engine, uint64_t count)
{
	struct discover *discover = &engine->discover;
	uint64_t limit = engine->setup.limit;

	if (discover->said_found)
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

	discover->pass = PASS_SEARCH;
	discover->unseen = 0;
	discover->restarts = 0;
	discover->attempts = 0;
	buf_reset(&discover->cursor);
}

static void ask_page(struct engine *engine)
{
	struct discover *discover = &engine->discover;
	bool search = discover->pass == PASS_SEARCH;
	struct http_request request = {0};

	if (search)
		zd_request_search(&engine->zendesk, 1, discover->page_size, &request);
	else
		zd_request_export(&engine->zendesk, buf_str(&discover->cursor), discover->page_size, &request);
	call_start(engine, search ? CALL_SEARCH : CALL_EXPORT, &request, 0);
	discover->asking = true;
}

static void ask_one(struct engine *engine)
{
	struct http_request request = {0};

	zd_request_ticket(&engine->zendesk, engine->setup.ticket_id, &request);
	call_start(engine, CALL_READ_ONE, &request, 0);
	engine->discover.asking = true;
}

/* The pass is over when its last page was read; the next one begins when nothing of it is left. */
static bool wants_page(struct engine *engine)
{
	struct discover *discover = &engine->discover;

	if (discover->pass == PASS_NONE && engine->setup.mode != ENGINE_ONE_TICKET)
		begin_pass(engine);
	if (discover->pass == PASS_OVER && engine->held_count == 0) {
		if (discover->unseen == 0) {
			discover->done = true;
			return false;
		}
		begin_pass(engine);
	}
	return discover->pass != PASS_OVER && discover->waiting.count < WAITING_LOW &&
	       discover->page_count < PAGES_HELD_MAX;
}

void discover_pump(struct engine *engine, msec *deadline)
{
	struct discover *discover = &engine->discover;
	enum endpoint endpoint = discover->pass == PASS_EXPORT ? ENDPOINT_EXPORT : ENDPOINT_SEARCH;

	if (discover->done || discover->asking || !session_zendesk_open(engine) || !engine_admitting(engine) ||
	    !wants_page(engine))
		return;
	if (engine->now.mono < discover->not_before)
		earliest(deadline, discover->not_before);
	else if (!call_may(engine, UPSTREAM_ZENDESK, endpoint, 0))
		earliest(deadline, call_when(engine, UPSTREAM_ZENDESK, endpoint, 0));
	else if (engine->setup.mode == ENGINE_ONE_TICKET)
		ask_one(engine);
	else
		ask_page(engine);
}

static void give_up(struct engine *engine, const char *reason)
{
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

static void smaller_page(struct engine *engine)
{
	struct discover *discover = &engine->discover;

	if (discover->page_size == 1) {
		give_up(engine, "a page with a single ticket is over 8 MiB");
		return;
	}
	discover->page_size /= 2;
	say(engine, LEVEL_INFO, 0, "a page of tickets is over 1 MiB: asking for %u at once", discover->page_size);
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

static void failed(struct engine *engine, struct call *call, const struct zd_failure *failure)
{
	if (!engine_admitting(engine))
		return; /* asked for ahead, and nobody waits for it any more */
	switch (failure->kind) {
	case ZD_RETRY:
	case ZD_LIMITED: later(engine, failure); break;
	case ZD_TOO_LARGE: smaller_page(engine); break;
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
	discover->pass = PASS_OVER;
	take_page(engine, page, found);
}

static void export_page(struct engine *engine, struct page *page, const struct zd_page *found)
{
	struct discover *discover = &engine->discover;
	bool moved = found->next_cursor.len > 0 && !str_eq(found->next_cursor, buf_str(&discover->cursor));

	if (found->more && !moved)
		say(engine, LEVEL_WARNING, 0, "the export's cursor does not move: ending this pass");
	buf_reset(&discover->cursor);
	buf_add_str(&discover->cursor, found->next_cursor);
	if (!found->more || !moved || discover->cursor.overflow)
		discover->pass = PASS_OVER;
	take_page(engine, page, found);
}

static void grow_page(struct engine *engine)
{
	unsigned full = (unsigned)engine->config->zendesk_batch_size;
	unsigned twice = engine->discover.page_size * 2;

	engine->discover.page_size = twice < full ? twice : full;
}

void discover_page_reply(struct engine *engine, struct call *call, struct http_reply *reply, struct zd_failure *failure)
{
	struct discover *discover = &engine->discover;
	bool search = call->kind == CALL_SEARCH;
	struct zd_page found;
	struct err err;
	struct page *page;
	unsigned dropped = 0;
	int rc;

	discover->asking = false;
	if (failure->kind != ZD_FINE) {
		failed(engine, call, failure);
		return;
	}
	page = xcalloc(1, sizeof(*page));
	rc = search ? zd_reply_search(reply, &page->memory, &found, &dropped, &err)
	            : zd_reply_export(reply, &page->memory, &found, &dropped, &err);
	if (rc < 0 || discover->done) {
		arena_free(&page->memory);
		free(page);
		if (rc < 0) {
			snprintf(failure->text, sizeof(failure->text), "%s", err.text);
			failure->kind = ZD_RETRY;
			later(engine, failure);
		}
		return;
	}
	discover->attempts = 0;
	if (dropped)
		say(engine, LEVEL_WARNING, 0, "%u malformed tickets of a page were left out", dropped);
	if (discover->page_size < (unsigned)engine->config->zendesk_batch_size)
		grow_page(engine);
	if (search)
		search_page(engine, page, &found);
	else
		export_page(engine, page, &found);
}

static void take_one(struct engine *engine, struct page *page, struct zd_ticket *read)
{
	struct ticket *ticket;
	const char *tag = engine->config->zendesk_processed_tag;

	list_push_back(&engine->discover.pages, &page->node);
	engine->discover.page_count++;
	engine->batch.found++;
	wait_in_order(engine, page, read);
	ticket = container_of(heap_top(&engine->discover.waiting), struct ticket, turn);
	if (tags_have(&read->tags, str_of(tag)))
		ticket_end(engine, ticket, TICKET_SKIPPED, "already processed: it has the tag %s", tag);
	else if (read->status == ZD_SOLVED || read->status == ZD_CLOSED || read->status == ZD_DELETED)
		ticket_end(engine, ticket, TICKET_SKIPPED, "the ticket is %s", zd_status_name(read->status));
}

static void no_such_ticket(struct engine *engine, const char *reason, enum ticket_state state)
{
	struct ticket *ticket = ticket_new(engine->setup.ticket_id);

	list_push_back(&engine->held, &ticket->held);
	engine->held_count++;
	engine->batch.found++;
	ticket_end(engine, ticket, state, "%s", reason);
}

void discover_one_reply(struct engine *engine, struct call *call, struct http_reply *reply, struct zd_failure *failure)
{
	struct discover *discover = &engine->discover;
	struct err err;

	discover->asking = false;
	if (failure->kind == ZD_NOT_FOUND) {
		discover->done = true;
		no_such_ticket(engine, "no such ticket: it never existed or was deleted", TICKET_SKIPPED);
	} else if (failure->kind == ZD_TOO_LARGE) {
		discover->done = true;
		no_such_ticket(engine, "the ticket is over 8 MiB", TICKET_FAILED);
	} else if (failure->kind != ZD_FINE) {
		failed(engine, call, failure);
	} else {
		struct page *page = xcalloc(1, sizeof(*page));
		struct zd_ticket *read = arena_zalloc(&page->memory, sizeof(*read));

		if (zd_reply_ticket(reply, &page->memory, read, &err) < 0) {
			arena_free(&page->memory);
			free(page);
			snprintf(failure->text, sizeof(failure->text), "%s", err.text);
			failure->kind = ZD_RETRY;
			later(engine, failure);
			return;
		}
		discover->done = true;
		take_one(engine, page, read);
	}
}
