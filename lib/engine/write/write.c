/* Creating and freeing the state of writing, and what a reload or starvation changes for it. */
#include <stdlib.h>

#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/write/jobs.h"
#include "engine/write/write.h"

#define JOB_MS_PER_TICKET ((msec)100) /* recorded jobs do 7 to 13 tickets a second */
/* how long looking for tickets may hold back decided tickets; after that they go first */
#define STARVED_AFTER (5 * MSEC_SECOND)

struct write *write_new(const struct config *config)
{
	struct write *write = xcalloc(1, sizeof(*write));

	list_init(&write->jobs.list);
	write->jobs.ms_per_ticket = JOB_MS_PER_TICKET;
	write->read_size = (unsigned)config->zendesk.batch_size;
	write->bulk.size = (size_t)config->zendesk.batch_size;
	return write;
}

void write_free(struct engine *engine)
{
	jobs_free(engine);
	free(engine->account->write);
}

void write_resize(struct engine *engine)
{
	engine->account->write->read_size = (unsigned)engine->config->zendesk.batch_size;
	engine->account->write->bulk.size = (size_t)engine->config->zendesk.batch_size;
}

static bool is_starved(const struct engine *engine, msec since)
{
	return since && engine->now.mono - since >= STARVED_AFTER;
}

msec write_starves_until(const struct engine *engine)
{
	const struct write *write = engine->account->write;

	if (!is_starved(engine, write->reads_held_back) &&
	    !is_starved(engine, write->bulk.held_back))
		return MSEC_NEVER;
	return engine->now.mono + STARVED_AFTER;
}

static void change_resend_time(struct ticket *ticket, msec former, msec timeout)
{
	if (ticket->sent_in_bulk && ticket->resend_at == ticket->sent_at + former)
		ticket->resend_at = ticket->sent_at + timeout;
}

void write_settle_anew(struct engine *engine, msec former)
{
	const struct list *parked = &engine->account->lanes[LANE_PARKED].line;
	msec timeout = engine->config->zendesk.settle_timeout;

	for (struct list *node = parked->next; node != parked; node = node->next)
		change_resend_time(container_of(node, struct ticket, queue), former, timeout);
	list_each(node, next, &engine->held)
	{
		struct ticket *ticket = container_of(node, struct ticket, held);

		change_resend_time(ticket, former, timeout);
		if (ticket->state == TICKET_SETTLING && ticket->lane == LANE_READ &&
		    ticket->sent_in_bulk)
			lane_wait_less(engine, ticket, ticket->resend_at);
	}
}
