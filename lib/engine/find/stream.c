/* The stream: Zendesk's incremental export, which shows every ticket that changes, once, without
 * the lag of the search. It is open to admins only and always a minute behind. It also shows our
 * own writes, which are known by their tag or by what is remembered.
 *
 * The stream tells what changed, not what waits. So the first pass of a process that has no cursor
 * is a search, which finds the backlog, and the stream begins a quarter of an hour before the first
 * page of that search, which is more than a search index lags. The page's Date tells that moment
 * (RFC 9110 section 6.6.1); without one the next pass is a search again. Later passes read on from
 * the last cursor that was not null, at most one request each 10 s, up to the stream's end. Its
 * pages are as large as allowed, whatever zendesk.batch_size says: with small pages the stream
 * could fall behind for ever.
 *
 * What the stream has shown it does not show again. The cursor is therefore made durable together
 * with the ids of all tickets that no durable record brings back (those without a decision, and
 * those that their records call skipped although they have come back since), in one record, in the
 * step that takes the page. After a restart those ids are read again (reread.c) before the stream
 * goes on. When there are too many ids, the previous cursor stays in force.
 *
 * A shadow does not use it: what it decides is no decision, so a cursor moved past its tickets
 * would lose them for the writing mode that follows.
 *
 * Runs that end (--once) search in every pass and do not touch the cursor: they take no ticket
 * younger than their start, and a cursor moved past such tickets would lose them. A stream that
 * holds back its last minute also proves less about the end of a backlog than a search does. */
#include "engine/core/calls.h"
#include "engine/core/journal.h"
#include "engine/core/say.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/find/find.h"

#define REQUEST_EVERY (10 * MSEC_SECOND)

void stream_init(struct engine *engine)
{
	buf_init(&engine->account->stream.cursor, CURSOR_BYTES_MAX);
	engine->account->find->stream.page_size = DESK_PAGE_MAX;
	stream_other_account(engine);
	engine->account->stream.search_first = true;
}

void stream_other_account(struct engine *engine)
{
	struct stream *stream = &engine->account->stream;

	stream->off = engine->setup.mode != ENGINE_RESIDENT ||
	              engine->config->zendesk.source != SOURCE_INCREMENTAL || shadow_is_on(engine);
	if (!stream->off && stream->cursor.len == 0)
		stream->search_first = true;
}

void stream_let_in(struct engine *engine, bool admin)
{
	struct stream *stream = &engine->account->stream;

	if (stream->off || admin)
		return;
	stream->off = true;
	say(engine, LEVEL_WARNING, 0,
	    "zendesk.source = incremental needs an administrator, which this user is not: using "
	    "search instead");
}

void stream_ask(struct engine *engine)
{
	struct account *account = engine->account;
	struct find *find = account->find;
	struct http_request request = {0};

	zd_request_incremental(&account->zendesk, find->stream.start / MSEC_SECOND,
	                       buf_str(&account->stream.cursor), find->stream.page_size, &request);
	call_start(engine, CALL_INCREMENTAL, &request, 0);
	find->stream.not_before = engine->now.mono + REQUEST_EVERY;
}

void stream_page(struct engine *engine, struct page *page, const struct desk_page *found)
{
	struct buf *cursor = &engine->account->stream.cursor;
	struct str next = found->next_cursor;
	bool moved = next.len > 0 && next.len <= CURSOR_BYTES_MAX && !str_eq(next, buf_str(cursor));

	if (moved) {
		buf_reset(cursor);
		buf_add_str(cursor, next);
	} else if (found->more) {
		say(engine, LEVEL_WARNING, 0,
		    "the export's cursor does not move: ending this pass");
	}
	sift_page(engine, page, found);
	if (moved)
		journal_cursor(engine);
	if (!found->more || !moved)
		sift_pass_over(engine);
}

/* The next pass is a search, which finds whatever the stream may have missed. */
static void search_first(struct engine *engine)
{
	engine->account->stream.search_first = true;
	engine->account->find->cut = true;
	sift_pass_over(engine);
}

/* Zendesk does not document how it refuses a cursor or a start time, so every refusal of the
 * request counts as one. */
static void cursor_refused(struct engine *engine, const char *reason)
{
	struct find *find = engine->account->find;
	struct buf *cursor = &engine->account->stream.cursor;
	bool had_cursor = cursor->len > 0;

	if (!find->stream.told_refused)
		say(engine, LEVEL_WARNING, 0,
		    "the export's cursor was refused (%s): searching once, then reading changes "
		    "from now on",
		    reason);
	find->stream.told_refused = true;
	buf_reset(cursor);
	search_first(engine);
	if (had_cursor)
		find->next_pass = engine->now.mono;
}

static void stream_is_forbidden(struct engine *engine, const char *reason)
{
	engine->account->stream.off = true;
	say(engine, LEVEL_WARNING, 0,
	    "this user may not use the incremental export (%s): using search instead", reason);
	search_first(engine);
	engine->account->find->next_pass = engine->now.mono;
}

bool stream_failed(struct engine *engine, const struct desk_answer *failure)
{
	switch (failure->kind) {
	case DESK_REFUSED:
	case DESK_NOT_FOUND:
	case DESK_CONFLICT:
	case DESK_BAD_REQUEST: cursor_refused(engine, failure->text); return true;
	case DESK_FORBIDDEN: stream_is_forbidden(engine, failure->text); return true;
	case DESK_FINE:
	case DESK_RETRY:
	case DESK_LIMITED:
	case DESK_UNAUTHORIZED:
	case DESK_TOO_LARGE:
	case DESK_REDIRECT:
	case DESK_TLS: break;
	}
	return false;
}
