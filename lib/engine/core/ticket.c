/* Creating and freeing a ticket. */
#include "engine/core/ticket.h"

#include <stdlib.h>

struct ticket *ticket_new(struct ticket_key key)
{
	struct ticket *ticket = xcalloc(1, sizeof(*ticket));

	ticket->key = key;
	list_init(&ticket->held);
	list_init(&ticket->queue);
	return ticket;
}

void ticket_free(struct ticket *ticket)
{
	if (!ticket)
		return;
	ENSURE(list_empty(&ticket->held));
	ENSURE(list_empty(&ticket->queue) && ticket->turn.place == 0);
	arena_free(&ticket->text);
	arena_free(&ticket->memory);
	free(ticket);
}
