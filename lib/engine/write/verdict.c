/* What the answer to a write means for one ticket, whether it was written alone or in bulk: done,
 * conflict, refused, or unknown. Several of these end in another read: a ticket is called done only
 * on good evidence, and skipped only after a read. */
#include "engine/core/held.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/write/write.h"
#include "guard/backoff.h"

#define CONFLICT_DELAY_FIRST (2 * MSEC_SECOND) /* by then the other change has settled */
/* Zendesk allows 30 updates of one ticket in 10 minutes, by all clients together. */
#define CONFLICT_DELAY_MAX (32 * MSEC_SECOND)
#define CONFLICTS_IN_BULK_MAX 2
#define UNKNOWN_IN_BULK_MAX 2
#define BULK_LOOK_FIRST (10 * MSEC_SECOND) /* a job of a hundred tickets takes about so long */

void verdict_done(struct engine *engine, struct ticket *ticket, msec date)
{
	ticket->verdict_wall = date;
	if (ticket->further.reason == FURTHER_REFUSED) {
		held_end(engine, ticket, LANE_SKIPPED,
		         "asked for again too often: the tag was taken off");
		return;
	}
	held_end(engine, ticket, LANE_DONE, NULL);
}

/* Nobody knows whether the write arrived. Even after the last attempt the ticket is read once more,
 * because it may be done. */
void verdict_unknown(struct engine *engine, struct ticket *ticket, const char *trouble)
{
	msec delay = backoff_delay(engine->config->retry.backoff_factor, ++ticket->attempts,
	                           &engine->prng);

	ticket->maybe_written = ticket->outcome_unknown = true;
	ticket->trouble = arena_str(&ticket->memory, str_of(trouble));
	ticket->resend_at = engine->now.mono;
	if (ticket->sent_in_bulk && ticket->attempts >= UNKNOWN_IN_BULK_MAX)
		ticket->single_only = true;
	if (ticket->sent_in_bulk) {
		ticket->resend_at = ticket->sent_at + engine->config->zendesk.settle_timeout;
		delay = verdict_look_again(engine, ticket);
	}
	lane_move(engine, ticket, LANE_READ, engine->now.mono + delay);
}

/* The first looks come early, later ones at growing distances, the last when the same write may be
 * sent again. */
msec verdict_look_again(const struct engine *engine, const struct ticket *ticket)
{
	msec now = engine->now.mono;
	msec next = ticket->sent_at + BULK_LOOK_FIRST;

	while (next <= now)
		next += next - ticket->sent_at;
	return (next < ticket->resend_at ? next : ticket->resend_at) - now;
}

/* libcurl may have delivered the request twice by itself, and then the conflict is with our own
 * first delivery: so even after a conflict it is unknown whether we wrote. The re-read tells; it is
 * of use only when the other change has settled. */
void verdict_conflict(struct engine *engine, struct ticket *ticket)
{
	msec delay = CONFLICT_DELAY_FIRST;

	for (int i = 0; i < ticket->conflicts && delay < CONFLICT_DELAY_MAX; i++)
		delay *= 2;
	ticket->conflicts++;
	engine->tallies.write_conflicts++;
	if (ticket->sent_in_bulk && ticket->conflicts >= CONFLICTS_IN_BULK_MAX)
		ticket->single_only = true;
	ticket->maybe_written = true;
	ticket->outcome_unknown = false;
	ticket->resend_at = engine->now.mono; /* the write was carried out and changed nothing */
	lane_move(engine, ticket, LANE_READ, engine->now.mono + delay);
}

/* An item of a job failed, and Zendesk does not document its errors. The re-read tells whether the
 * ticket is closed, deleted, or done all the same; if it looks untouched it is written alone, where
 * the status of the answer is clear. */
void verdict_refused(struct engine *engine, struct ticket *ticket, const char *reason)
{
	say(engine, LEVEL_INFO, ticket->key.id,
	    "Ticket %llu: refused in a bulk update (%s); updating it alone",
	    (unsigned long long)ticket->key.id, reason);
	ticket->single_only = true;
	ticket->maybe_written = true;
	ticket->outcome_unknown = false;
	ticket->resend_at = engine->now.mono;
	lane_move(engine, ticket, LANE_READ, engine->now.mono);
}

/* A job reports success. Until bulk updates are proven, a read must confirm it: is our tag
 * there? */
void verdict_reported(struct engine *engine, struct ticket *ticket, msec date)
{
	attempts_write_accepted(engine);
	if (engine->account->jobs.trust == TRUST_PROVEN) {
		verdict_done(engine, ticket, date);
		return;
	}
	ticket->job_says_done = true;
	ticket->maybe_written = ticket->outcome_unknown = true;
	ticket->resend_at = engine->now.mono;
	lane_move(engine, ticket, LANE_READ, engine->now.mono);
}
