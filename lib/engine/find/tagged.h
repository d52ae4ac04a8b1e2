/* Tags by which people speak to the service: zendesk.again_tag, by which an agent orders a further
 * analysis, and our processed tag, which somebody took off.
 *
 * Tickets with the first are found by a search of their own, once a poll. The tag counts only if
 * the newest entry of the ticket's history that put it there is an agent's or administrator's own:
 * not a rule's, not the requester's, not ours. One request tells (histories.h). The entry's number
 * becomes the order's id, so that what is found twice, by an index that lags or after a crash, is
 * one order. */
#ifndef ENGINE_FIND_TAGGED_H
#define ENGINE_FIND_TAGGED_H

#include "base/map.h"
#include "engine/core/calls.h"

struct tagged {
	bool asking; /* a search is under way */
	msec next;   /* monotonic: when the next one is due */
	/* id → updated_at of a ticket whose tag does not count: not asked about again before that
	 * moves */
	struct map judged;
};

struct tagged *tagged_new(void) MUST_CHECK;
void tagged_free(struct tagged *tagged);
void tagged_pump(struct engine *engine, msec *deadline);
void tagged_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                  struct desk_answer *failure);
/* A ticket that is done has lost our tag: finds out who took it off, then reports it. */
void tagged_lost(struct engine *engine, const struct desk_ticket *read);

#endif
