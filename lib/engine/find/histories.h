/* Reading the history of tickets: who changed what. One request at a time, for those who need to
 * know whose hand it was (tagged.h, choices.h). The line is short: who finds it full asks again
 * later. */
#ifndef ENGINE_FIND_HISTORIES_H
#define ENGINE_FIND_HISTORIES_H

#include "desk/zendesk/requests.h"
#include "engine/core/calls.h"

#define HISTORIES_MAX 100 /* tickets in line */

struct history_reader;

/* A ticket whose history is to be read. */
struct history_wish {
	uint64_t id;
	msec updated; /* wall: its updated_at when it was found */
	msec since;   /* wall: older entries are of no interest; 0 = all are of interest */
	const struct history_reader *reader;
};

/* Who wants to know. */
struct history_reader {
	enum call_kind kind;
	void (*request)(const struct zd_client *client, uint64_t id, struct http_request *ret);
	/* -1: the reply cannot be read; nothing was done. */
	int (*read)(struct engine *engine, const struct history_wish *wish,
	            const struct http_reply *reply, struct err *err);
	/* `lasting`: the service refuses to show it; else it did not answer. NULL = nothing is to
	 * be done about it, and nothing is asked twice. */
	void (*unread)(struct engine *engine, const struct history_wish *wish, bool lasting);
};

struct histories {
	bool asking;
	msec not_before; /* monotonic: of the next request */
	int attempts;    /* failed requests for the first in line */
	struct history_wish line[HISTORIES_MAX];
	size_t count;
};

/* False: the line is full. A wish that is in line already is not added twice. */
bool histories_add(struct engine *engine, const struct history_wish *wish);
/* Histories are being read, or wait for that. */
bool histories_busy(const struct engine *engine);
void histories_pump(struct engine *engine, msec *deadline);
void histories_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                     struct desk_answer *failure);

#endif
