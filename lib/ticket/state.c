/* The names of the states, as used in records, in /status and in messages. */
#include "ticket/state.h"

const char *ticket_state_name(enum ticket_state state)
{
	static const char *const names[TICKET_STATES] = {
	        "found",   "claimed",  "analysing", "decided", "durable", "refreshing",
	        "writing", "settling", "done",      "skipped", "failed"};

	ENSURE(state < TICKET_STATES);
	return names[state];
}
