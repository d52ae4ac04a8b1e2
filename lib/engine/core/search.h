/* How far looking for tickets is, as far as others than find/ rest on it. */
#ifndef ENGINE_CORE_SEARCH_H
#define ENGINE_CORE_SEARCH_H

#include "base/buf.h"

struct engine;

#define CURSOR_BYTES_MAX 8192

enum pass_state { PASS_NONE, PASS_SEARCH, PASS_EXPORT, PASS_STREAM, PASS_OVER };

struct search {
	enum pass_state pass;
	bool asking;      /* a page is on its way */
	bool over;        /* nothing more will be looked for in this run */
	bool unreachable; /* a resident engine has told that no ticket can be read */
};

/* The incremental export. */
struct stream {
	bool off;          /* the configuration, the mode or the user's role forbid it */
	bool search_first; /* the next pass is a search: only a whole one ends this */
	struct buf cursor; /* up to where it was read; the last that was not null */
};

/* A former life read up to there. */
void search_restore(struct engine *engine, struct str cursor);
/* Nothing waits, and nothing more will be looked for. */
bool search_is_over(const struct engine *engine);
/* Tickets come from the stream, if not by the next pass. */
bool search_follows_stream(const struct engine *engine);
bool search_is_between_passes(const struct engine *engine);

#endif
