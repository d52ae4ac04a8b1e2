/* A backtest (engine_setup.backtest): the tickets that were solved or closed last, by people, are
 * decided as a dry run decides. They come newest change first, page by page: each search asks for
 * what has not changed after the oldest ticket of the page before, since later pages of one search
 * shift, and Zendesk gives 1,000 results at most. */
#ifndef ENGINE_FIND_SOLVED_H
#define ENGINE_FIND_SOLVED_H

#include "engine/core/calls.h"

struct solved {
	uint64_t taken; /* tickets */
	msec until;     /* wall: no ticket that changed later is asked for; MSEC_NEVER = all are */
};

void solved_pump(struct engine *engine, msec *deadline);
void solved_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                  struct desk_answer *failure);

#endif
