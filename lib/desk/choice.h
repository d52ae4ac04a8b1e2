/* What an agent has chosen for a ticket: its priority, and tags that say what it is about. */
#ifndef DESK_CHOICE_H
#define DESK_CHOICE_H

#include "base/clock.h"
#include "ticket/priority.h"
#include "ticket/tags.h"

struct desk_choice {
	uint64_t audit; /* number of the newest entry that holds a choice; 0 = there is none */
	msec at;        /* wall: of that entry */
	enum priority priority; /* PRIORITY_NONE = he chose none */
	struct tags tags;       /* those asked about that he put on and did not take off again */
};

#endif
