/* Who put a tag on a ticket, or took it off. */
#ifndef DESK_TAGGING_H
#define DESK_TAGGING_H

#include "base/clock.h"
#include "base/str.h"

/* As the ticket's history shows. */
enum desk_hand {
	DESK_HAND_UNKNOWN, /* the history that was read does not show it */
	DESK_HAND_AGENT,   /* an agent or administrator */
	DESK_HAND_USER,    /* somebody else: the requester, by a field of a form or a mail */
	DESK_HAND_RULE,    /* a trigger or an automation */
	DESK_HAND_OURS
};
struct desk_tagging {
	enum desk_hand hand;
	uint64_t audit;  /* its number in the history; grows; 0 = unknown */
	uint64_t author; /* user id; 0 = unknown */
	struct str name; /* of the author; may be empty */
	msec at;         /* wall; -1 = not understood */
};

#endif
