/* Counts the tickets of an account that are not done, and those that have ended. */
#include "engine/core/backlog.h"

#include "engine/core/mode.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"

void backlog_found(struct engine *engine, uint64_t tickets)
{
	engine->account->backlog.unread = tickets;
}

void backlog_read(struct engine *engine, uint64_t tickets)
{
	struct backlog *backlog = &engine->account->backlog;

	backlog->unread -= tickets < backlog->unread ? tickets : backlog->unread;
}

void backlog_unread(struct engine *engine, uint64_t tickets)
{
	engine->account->backlog.unread += tickets;
}

void backlog_pass_over(struct engine *engine)
{
	engine->account->backlog.unread = 0;
}

/* A ticket that needed nothing says nothing about the services. */
void backlog_ended(struct engine *engine, const struct ticket *ticket, enum lane end)
{
	struct backlog *backlog = &engine->account->backlog;

	pace_ended(&backlog->pace, engine->now.mono);
	if (end != LANE_SKIPPED)
		recent_add(&backlog->recent, ticket->used_up, engine->now.mono);
}

uint64_t backlog_waiting(const struct engine *engine)
{
	const struct account *account = engine->account;

	return account->backlog.unread + lane_count(engine, LANE_WAITING) + account->wanted.count;
}

void backlog_pump(struct engine *engine)
{
	bool work = engine->held_count > 0 || backlog_waiting(engine) > 0;

	pace_work(&engine->account->backlog.pace, work && mode_admitting(engine), engine->now.mono);
}
