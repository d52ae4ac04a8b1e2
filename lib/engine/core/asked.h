/* Ids of tickets that are to be looked at by their numbers, in the order they came; find/reread.c
 * asks for them. Two lists: those that a person asks for, and all others. */
#ifndef ENGINE_CORE_ASKED_H
#define ENGINE_CORE_ASKED_H

#include "base/clock.h"

struct engine;

/* The first `asked` of them are in the request under way, which left with `sent`: more, when some
 * were erased since. */
struct asked {
	bool wanted; /* a person asks for them: at once, and during a pause too */
	uint64_t *ids;
	size_t count, cap, asked, sent;
	bool asking;
	unsigned size; /* ids a request */
	int attempts;
	msec since; /* monotonic: the first of them waits for company from then on */
	msec not_before;
};

void asked_add(struct engine *engine, uint64_t id);
bool asked_want(struct engine *engine, uint64_t id); /* false: too many are wanted */
void asked_forget(struct engine *engine, uint64_t id);
bool asked_wanted(const struct engine *engine, uint64_t id);
bool asked_is_full(const struct engine *engine);
void asked_at_once(struct engine *engine); /* what is there now waits for no company */
void asked_clear(struct engine *engine);

#endif
