/* A pass over more tickets than a page holds, slice by slice: by priority, and within a priority by
 * windows of created_at. */
#ifndef ENGINE_FIND_SLICES_H
#define ENGINE_FIND_SLICES_H

#include "desk/desk.h"

struct engine;

struct slices {
	unsigned left; /* priorities not begun in this pass, as zd_query_priorities() */
	struct desk_slice now;
	/* turned back: where the pass goes on after the more urgent ones */
	bool turned_back;
	unsigned left_then;
	struct desk_slice then;
};

/* There are more results than are on the page. */
bool slices_has_more(const struct desk_page *found);
/* The search counts more tickets than its page holds: they are looked through slice by slice. */
void slices_begin(struct engine *engine);
/* A page of the present slice has been judged: what is asked for next, or the end of the pass. */
void slices_searched(struct engine *engine, const struct desk_page *found);
/* The export of the present slice is complete: the same. */
void slices_exported(struct engine *engine);
/* A resident engine, a poll interval after the pass or the last such turn began: tickets may have
 * come in that are more urgent than the present slice, and are looked for first. */
void slices_turn_back(struct engine *engine);
/* Whether that is possible now. */
bool slices_may_turn_back(const struct engine *engine);

#endif
