/* Several tickets in one request to the model, as many as llm.tickets_per_request says: those that
 * are due at the same time, of which none speaks of others (llm/company.h), was ordered by a
 * person, has used up an attempt or was ever taken for the cause of a crash (core/quarantine.h).
 * What goes wrong for the request goes wrong for no ticket: an answer that is missing or doubtful
 * is asked for alone, and a request that is refused or not answered is sent again in halves, until
 * the ticket that it is refused for stands alone. Only then is the refusal, failure or invalid
 * answer the ticket's own. */
#ifndef ENGINE_DECIDE_GROUP_H
#define ENGINE_DECIDE_GROUP_H

#include "engine/core/calls.h"
#include "llm/group.h"

/* The tickets of a request that is about to be sent. */
struct group {
	struct ticket *tickets[GROUP_TICKETS_MAX];
	size_t count;
	size_t bytes;  /* of their texts */
	double tokens; /* estimate for prompt and answers */
};

/* Most tickets of a request now. */
size_t group_most(const struct engine *engine);
/* More tickets than those that are due would fit into the next request. */
bool group_has_room(const struct engine *engine);
/* The ticket, which is due and to be sent (reuse_turn), and those that can share its request.
 * Others that are due may take an answer that is there, or wait for one (reuse.h). */
void group_choose(struct engine *engine, struct ticket *ticket, struct group *ret, msec *deadline);
void group_send(struct engine *engine, const struct group *group);
/* The reply to such a request. */
void group_reply(struct engine *engine, struct call *call, const struct http_reply *reply);

#endif
