/* Answers the questions of search.h. */
#include "engine/core/search.h"

#include "engine/core/shadow.h"
#include "engine/core/state.h"

bool search_is_over(const struct engine *engine)
{
	const struct search *search = &engine->account->search;

	return search->over && !search->asking && lane_count(engine, LANE_WAITING) == 0;
}

void search_restore(struct engine *engine, struct str cursor)
{
	struct stream *stream = &engine->account->stream;

	if (stream->off || cursor.len == 0 || cursor.len > CURSOR_BYTES_MAX)
		return;
	buf_reset(&stream->cursor);
	buf_add_str(&stream->cursor, cursor);
	stream->search_first = false;
}

bool search_shows_once(const struct engine *engine)
{
	return search_follows_stream(engine) ||
	       (shadow_is_on(engine) && engine->setup.mode == ENGINE_RESIDENT);
}

void search_all(struct engine *engine)
{
	engine->account->stream.search_first = true;
	engine->account->search.changed.seen = 0;
}

void search_forget_cursor(struct engine *engine)
{
	buf_reset(&engine->account->stream.cursor);
	search_all(engine);
}

bool search_follows_stream(const struct engine *engine)
{
	return !engine->account->stream.off;
}

bool search_is_between_passes(const struct engine *engine)
{
	const struct search *search = &engine->account->search;

	return search->pass == PASS_NONE || search->pass == PASS_OVER || search->over;
}
