/* Ids of tickets that are to be read by their numbers, in the order they were added; find/reread.c
 * and find/alone.c send the requests. There are three lists: ids that a person asked for
 * (`wanted`), those that cannot be read from a page and are read one by one (`alone`), and all
 * others (`again`). */
#ifndef ENGINE_CORE_ASKED_H
#define ENGINE_CORE_ASKED_H

#include "base/clock.h"

/* ids that wait to be read one by one; a service that shows pages of something else is no reason to
 * ask for each of its tickets */
#define ALONE_MAX 1000

struct engine;

/* The first `asked` ids are in the request under way. The request left with `sent` ids, which is
 * more when some were erased since. */
struct asked {
	bool wanted; /* the list of ids a person asked for: read at once, even during a pause */
	uint64_t *ids;
	size_t count, cap, asked, sent;
	bool asking;
	unsigned size; /* ids per request */
	int attempts;
	msec since; /* monotonic: since when the first id waits for others to share its request */
	/* monotonic: no request before then, after a failure */
	msec not_before;
};

/* Adds the id to `again`; an id that is there already is not added twice. */
void asked_add(struct engine *engine, uint64_t id);
/* Adds the id to `wanted`. False: PROCESS_IDS_MAX ids wait there already. */
bool asked_want(struct engine *engine, uint64_t id);
/* Adds the id to `alone`. False: ALONE_MAX ids wait there already. */
bool asked_alone(struct engine *engine, uint64_t id);
/* Removes the id from all lists. */
void asked_forget(struct engine *engine, uint64_t id);
/* A person asked for this id and it was not read so far. */
bool asked_wanted(const struct engine *engine, uint64_t id);
/* `again` is full: ids that can wait should not be added. */
bool asked_is_full(const struct engine *engine);
/* The ids in `again` are read without waiting for others to share the request. */
void asked_at_once(struct engine *engine);
/* Empties all lists, with a warning when ids in `wanted` were not processed. */
void asked_clear(struct engine *engine);

#endif
