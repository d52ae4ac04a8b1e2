/* What has left and cannot be recalled: for a person who stops writing. */
#ifndef ENGINE_SENT_H
#define ENGINE_SENT_H

#include "base/str.h"
#include "ticket/key.h"

struct engine;

/* A write that was sent and whose result is not known. */
struct engine_sent {
	struct str job;           /* Zendesk's id of the bulk update; empty = not answered yet */
	size_t tickets;           /* how many it writes */
	struct ticket_key ticket; /* of a single update; id 0 = a bulk update */
};
/* Calls `each` for each of them; the strings are valid during the call. */
void engine_each_sent(const struct engine *engine,
                      void (*each)(void *arg, const struct engine_sent *sent), void *arg);

#endif
