/* Passes over what has changed, by Zendesk's incremental export. Part of struct find (find.h). */
#ifndef ENGINE_FIND_STREAM_H
#define ENGINE_FIND_STREAM_H

#include "desk/desk.h"
#include "engine/core/pages.h"

struct engine;

struct stream_pass {
	/* the warning that a cursor was refused was logged */
	bool told_refused;
	msec start; /* server's wall time at which a stream without a cursor begins */
	/* Date of the first page of the present or last search; -1 = it had none */
	msec search_began;
	bool said_no_date;  /* the warning that a search had none was logged */
	msec not_before;    /* monotonic: no request before then */
	unsigned page_size; /* tickets a page; halved when it is too large */
};

void stream_init(struct engine *engine);
/* Decides from the configuration whether the stream may be used; the next users/me tells whether
 * the new user is an admin. */
void stream_other_account(struct engine *engine);
void stream_let_in(struct engine *engine, bool admin);
void stream_ask(struct engine *engine);
void stream_page(struct engine *engine, struct page *page, const struct desk_page *found);
/* True: the failure concerned the stream alone and is handled. False: pass.c handles it. */
bool stream_failed(struct engine *engine, const struct desk_answer *failure);

#endif
