/* The state machine of a ticket: one table of names and allowed moves, one function that moves. */
#include "ticket/ticket.h"

#include <stdlib.h>

#define TO(state) (1u << TICKET_##state)
#define ENDS (TO(DONE) | TO(SKIPPED) | TO(FAILED))

static const struct {
	const char *name;
	unsigned successors;
} states[TICKET_STATES] = {
        [TICKET_FOUND] = {"found", TO(CLAIMED) | TO(SKIPPED) | TO(FAILED)},
        [TICKET_CLAIMED] = {"claimed", TO(ANALYSING) | TO(DURABLE) | TO(SKIPPED) | TO(FAILED)},
        [TICKET_ANALYSING] = {"analysing", TO(ANALYSING) | TO(DECIDED) | TO(SKIPPED) | TO(FAILED)},
        [TICKET_DECIDED] = {"decided", TO(DURABLE) | ENDS},
        [TICKET_DURABLE] = {"durable", TO(REFRESHING) | TO(SETTLING) | TO(SKIPPED) | TO(FAILED)},
        [TICKET_REFRESHING] = {"refreshing", TO(REFRESHING) | TO(WRITING) | TO(SETTLING) | ENDS},
        [TICKET_WRITING] = {"writing", TO(REFRESHING) | TO(SETTLING) | ENDS},
        [TICKET_SETTLING] = {"settling", TO(SETTLING) | TO(REFRESHING) | TO(WRITING) | ENDS},
        [TICKET_DONE] = {"done", 0},
        [TICKET_SKIPPED] = {"skipped", 0},
        [TICKET_FAILED] = {"failed", 0},
};

const char *ticket_state_name(enum ticket_state state)
{
	ENSURE(state < TICKET_STATES);
	return states[state].name;
}

bool ticket_state_is_end(enum ticket_state state)
{
	ENSURE(state < TICKET_STATES);
	return states[state].successors == 0;
}

bool ticket_may_move(enum ticket_state from, enum ticket_state to)
{
	ENSURE(from < TICKET_STATES);
	ENSURE(to < TICKET_STATES);
	return (states[from].successors & (1u << to)) != 0;
}

void ticket_move(struct ticket *ticket, enum ticket_state to)
{
	ENSURE(ticket_may_move(ticket->state, to));
	ticket->state = to;
}

struct ticket *ticket_new(uint64_t id)
{
	struct ticket *ticket = xcalloc(1, sizeof(*ticket));

	ticket->id = id;
	ticket->state = TICKET_FOUND;
	list_init(&ticket->held);
	list_init(&ticket->queue);
	return ticket;
}

void ticket_free(struct ticket *ticket)
{
	if (!ticket)
		return;
	ENSURE(list_empty(&ticket->held));
	ENSURE(list_empty(&ticket->queue));
	ENSURE(ticket->turn.place == 0);
	arena_free(&ticket->text);
	arena_free(&ticket->memory);
	free(ticket);
}
