/* Which models have ever given a good answer. A model that never has may not be there at all: a
 * wrong address, a service that was never started, a name with a typing error. So rules answer no
 * ticket in its place, and tickets wait until a probe or a ticket has been answered once.
 *
 * A model is known by its provider, its address and its name, of which a hash is kept: of the last
 * few that answered. It is durable, except in a dry run, which therefore asks a probe in doubt. */
#ifndef ENGINE_CORE_PROVEN_H
#define ENGINE_CORE_PROVEN_H

#include "base/base.h"

struct engine;
struct record;

/* models that are remembered; the one that answered first is forgotten */
#define PROVEN_MAX 16

struct proven {
	uint64_t words[PROVEN_MAX];
	size_t count;
	/* of the model in use, so that it is not computed for each answer; valid for this number
	 * of the client's models */
	uint64_t word;
	unsigned models_used;
};

/* The model in use has given a good answer, now or in an earlier run. */
bool proven_is(struct engine *engine);
/* It gave one now. */
void proven_put(struct engine *engine);
/* Takes up the record of an earlier run. 0, or -1 with the reason in `err`. */
int proven_restore(struct engine *engine, const struct record *record, struct err *err) MUST_CHECK;

#endif
