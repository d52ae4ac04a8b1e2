/* The emergency stop of writing, ordered by a person or by `writes = off` in the configuration.
 *
 * One seam: call_may() (calls.h) is asked before every request, and asks stop_holds(). So whatever
 * is begun anywhere, now or in a later version, is held by its kind: requests that change something
 * at Zendesk or that a model is paid for. A new kind of request is held until stop.c says that it
 * only reads. Nothing else needs to know of the stop to be bound by it; mode.h begins no ticket
 * meanwhile. In shadow and in a dry run (shadow.h) the same seam holds what changes something, and
 * that alone.
 *
 * What becomes of tickets:
 *   not decided   dropped, and found again after the stop; what a person asked for is read again
 *   decided       waits in LANE_STOPPED, and is read again before it is written
 *   sent          a write whose result is not known goes on being looked for, since that only
 *                 reads: by its job, by a read, by its comments. It is not sent again meanwhile
 *
 * The stop lasts until stop_end(); no pause, resume or restart ends it: the shell remembers it
 * (engine_setup.stopped). A run that ends by itself (--once) ends at once, as a failed one. */
#ifndef ENGINE_CORE_STOP_H
#define ENGINE_CORE_STOP_H

#include "base/base.h"
#include "engine/core/call_kind.h"
#include "engine/event.h"

struct engine;

struct stop {
	struct engine_stop order; /* by a person; `by` is empty while there is none */
	msec configured;          /* wall: since when writes = off is in force; -1 = it is not */
	/* why nothing is written, and what to do; empty while writing is not stopped */
	char sentence[384];
};

/* Takes over an order of an earlier process, and what the configuration says. */
void stop_init(struct engine *engine);
bool stop_is_on(const struct engine *engine);
/* True: a request of this kind must not leave now. */
bool stop_holds(const struct engine *engine, enum call_kind kind);
/* Nothing may be written now: writing is stopped, or this is a shadow or a dry run. */
bool stop_holds_writes(const struct engine *engine);

/* A person orders the stop: a second order keeps name and time of the first, unless it is the same
 * one (of the same time) under another name. These three say what has changed; engine/stopping.c
 * does what follows from it. */
void stop_order(struct engine *engine, const struct engine_stop *order);
/* A person ends it. The configuration may still stop writing. */
void stop_end(struct engine *engine);
/* The configuration was replaced. */
void stop_reload(struct engine *engine);

#endif
