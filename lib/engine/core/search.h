/* The state of looking for tickets, as far as parts outside of find/ need it. */
#ifndef ENGINE_CORE_SEARCH_H
#define ENGINE_CORE_SEARCH_H

#include "base/buf.h"
#include "base/clock.h"

struct engine;

#define CURSOR_BYTES_MAX 8192

enum pass_state {
	PASS_NONE,
	PASS_SEARCH, /* for all tickets, one page */
	PASS_SLICE,  /* for those of one slice, page by page */
	PASS_EXPORT, /* those of one slice by the export */
	PASS_STREAM,
	PASS_OVER
};

/* A shadow changes nothing in Zendesk, so a search shows the same tickets again and again. After a
 * complete pass the next ones ask only for what has changed since (find/changed.c). */
struct changed {
	msec since;  /* server's wall: what the present pass asks for; 0 = all */
	msec seen;   /* Date of the first page of the last complete pass; 0 = there was none */
	msec all_at; /* monotonic: when the next pass asks for all again */
};

struct search {
	enum pass_state pass;
	bool asking; /* a request for a page is under way */
	bool over;   /* no more tickets will be looked for in this run */
	struct changed changed;
	bool unreachable; /* a resident engine has raised the alert that tickets cannot be read */
};

/* The incremental export. */
struct stream {
	/* the configuration, the mode or the user's role does not allow the stream */
	bool off;
	/* the next pass is a search; stays true until a complete search has ended */
	bool search_first;
	struct buf cursor; /* how far it was read: the last cursor that was not null */
};

/* Sets the cursor that an earlier run recorded. */
void search_restore(struct engine *engine, struct str cursor);
/* No ticket waits to be admitted, and no more will be looked for. */
bool search_is_over(const struct engine *engine);
/* Tickets come from the stream, though perhaps not in the next pass. */
bool search_follows_stream(const struct engine *engine);
/* A ticket that was shown is not shown again soon unless it changes: the stream, and a search for
 * what has changed. */
bool search_shows_once(const struct engine *engine);
/* The next pass asks for all tickets. */
void search_all(struct engine *engine);
/* The same, and the stream begins anew, before that pass: tickets that it has shown were decided in
 * shadow since, and the search, whose index lags, may not show them. */
void search_forget_cursor(struct engine *engine);
bool search_is_between_passes(const struct engine *engine);

#endif
