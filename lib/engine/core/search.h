/* The state of looking for tickets, as far as parts outside of find/ need it. */
#ifndef ENGINE_CORE_SEARCH_H
#define ENGINE_CORE_SEARCH_H

#include "base/buf.h"

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

struct search {
	enum pass_state pass;
	bool asking;      /* a request for a page is under way */
	bool over;        /* no more tickets will be looked for in this run */
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
bool search_is_between_passes(const struct engine *engine);

#endif
