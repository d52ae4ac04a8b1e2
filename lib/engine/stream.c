/* The stream: Zendesk's incremental export, which shows every ticket that changes, once, without the lag of the search. For admins
 * only; always a minute behind; our own writes come back in it and are known by their tag or by what is remembered.
 *
 * The stream tells what changed, not what waits. So the first pass of a process that knows no cursor is a search, which finds the
 * backlog, and the stream begins a quarter of an hour before the first page of that search, which is more than a search index lags.
 * The Date of that page tells the moment (RFC 9110 section 6.6.1); without one the next pass is a search again. Later passes read on from the last cursor that was not null, a request each 10 s at most, until the stream's end. Its pages are as
 * large as they may be, whatever zendesk.batch_size says: a small one would let the stream fall behind for ever.
 *
 * What the stream has shown it does not show again. The cursor is therefore made durable together with the ids of all tickets that
 * no durable record brings back (undecided, or skipped by their records and come back since), in one record, in the step that takes
 * the page: a new life looks at those again (reread.c) before it reads on. When they are too many the former cursor stays.
 *
 * Runs that end (--once) search in every pass and leave the cursor alone: they take no ticket younger than their start, and a
 * cursor moved past such tickets would lose them; a stream that holds back its last minute proves less about the end of a
 * backlog than a search does. */
#include "engine/inside.h"

#define INDEX_LAG (15 * MSEC_MINUTE)
#define REQUEST_EVERY (10 * MSEC_SECOND)
#define CURSOR_BYTES_MAX 8192

void stream_init(struct engine *engine)
{
	struct stream *stream = &engine->discover.stream;

	buf_init(&stream->cursor, CURSOR_BYTES_MAX);
	stream->page_size = ZD_PAGE_MAX;
	stream_other_account(engine);
	stream->search_first = true;
}

/* The next users/me tells whether this one is an admin. */
void stream_other_account(struct engine *engine)
{
	struct stream *stream = &engine->discover.stream;

	stream->off = engine->setup.mode != ENGINE_RESIDENT || engine->config->zendesk_source != SOURCE_INCREMENTAL;
	if (!stream->off && stream->cursor.len == 0)
		stream->search_first = true;
}

bool stream_follows(const struct engine *engine)
{
	return !engine->discover.stream.off;
}

void stream_search_began(struct engine *engine, msec date)
{
	engine->discover.stream.search_began = date;
}

static void search_once_more(struct engine *engine)
{
	struct stream *stream = &engine->discover.stream;

	if (stream->said_no_date || !stream_follows(engine))
		return;
	stream->said_no_date = true;
	say(engine, LEVEL_WARNING, 0,
	    "the reply to a search has no Date header, which tells where the incremental export begins: searching "
	    "again");
}

/* It may have taken long, and been interrupted by a halt or a reload: what changed after its first page stands in it by chance. Our
 * own clock may be wrong by days and proves nothing of the server's. */
void stream_search_over(struct engine *engine)
{
	struct stream *stream = &engine->discover.stream;

	if (stream->search_began < 0) {
		search_once_more(engine);
		return;
	}
	stream->search_first = false;
	stream->start = stream->search_began - INDEX_LAG;
}

void stream_let_in(struct engine *engine, bool admin)
{
	struct stream *stream = &engine->discover.stream;

	if (stream->off || admin)
		return;
	stream->off = true;
	say(engine, LEVEL_WARNING, 0,
	    "zendesk.source = incremental needs an admin, and this user is none: tickets are found by search");
}

void stream_restore(struct engine *engine, struct str cursor)
{
	struct stream *stream = &engine->discover.stream;

	if (stream->off || cursor.len == 0 || cursor.len > CURSOR_BYTES_MAX)
		return;
	buf_reset(&stream->cursor);
	buf_add_str(&stream->cursor, cursor);
	stream->search_first = false;
}

void stream_ask(struct engine *engine)
{
	struct discover *discover = &engine->discover;
	struct stream *stream = &discover->stream;
	struct http_request request = {0};

	zd_request_incremental(&engine->zendesk, stream->start / MSEC_SECOND, buf_str(&stream->cursor),
	                       stream->page_size, &request);
	call_start(engine, CALL_INCREMENTAL, &request, 0);
	stream->not_before = engine->now.mono + REQUEST_EVERY;
}

void stream_page(struct engine *engine, struct page *page, const struct zd_page *found)
{
	struct stream *stream = &engine->discover.stream;
	struct str next = found->next_cursor;
	bool moved = next.len > 0 && next.len <= CURSOR_BYTES_MAX && !str_eq(next, buf_str(&stream->cursor));

	if (moved) {
		buf_reset(&stream->cursor);
		buf_add_str(&stream->cursor, next);
	} else if (found->more) {
		say(engine, LEVEL_WARNING, 0, "the stream's cursor does not move: ending this pass");
	}
	discover_add_page(engine, page);
	for (size_t i = 0; i < found->count; i++)
		discover_sift(engine, page, &found->tickets[i]);
	discover_release_page(engine, page);
	if (moved)
		journal_cursor(engine);
	if (!found->more || !moved)
		pass_over(engine);
}

/* How Zendesk refuses a cursor, or a start too late, is not documented. A search closes whatever gap there is. */
static void refused(struct engine *engine, const char *reason)
{
	struct stream *stream = &engine->discover.stream;
	bool had_cursor = stream->cursor.len > 0;

	if (!stream->told_refused)
		say(engine, LEVEL_WARNING, 0,
		    "the stream's cursor was refused (%s): searching once, then reading on from now", reason);
	stream->told_refused = true;
	buf_reset(&stream->cursor);
	stream->search_first = true;
	engine->discover.cut = true;
	pass_over(engine);
	if (had_cursor)
		engine->discover.next_pass = engine->now.mono;
}

static void forbidden(struct engine *engine, const char *reason)
{
	engine->discover.stream.off = true;
	engine->discover.stream.search_first = true;
	say(engine, LEVEL_WARNING, 0, "the incremental export is closed to this user (%s): tickets are found by search",
	    reason);
	engine->discover.cut = true;
	pass_over(engine);
	engine->discover.next_pass = engine->now.mono;
}

bool stream_failed(struct engine *engine, const struct zd_failure *failure)
{
	switch (failure->kind) {
	case ZD_REFUSED:
	case ZD_NOT_FOUND:
	case ZD_CONFLICT:
	case ZD_BAD_REQUEST: refused(engine, failure->text); return true;
	case ZD_FORBIDDEN: forbidden(engine, failure->text); return true;
	case ZD_FINE:
	case ZD_RETRY:
	case ZD_LIMITED:
	case ZD_UNAUTHORIZED:
	case ZD_TOO_LARGE:
	case ZD_REDIRECT:
	case ZD_TLS: break;
	}
	return false;
}
