/* What a fresh read means for its ticket.
 *
 * A read may carry a write only when it has settled: the reply's Date is at least 2 s later than
 * the ticket's updated_at, both by the server's clock. Stamps have whole seconds, and after a read
 * in the same second as a change, another change within that second would have the same stamp. When
 * the server reports no usable time, a read is settled when it is the second of two with the same
 * updated_at, requested at least 3 s apart. */
#include "engine/core/further.h"
#include "engine/core/held.h"
#include "engine/core/state.h"
#include "engine/core/stop.h"
#include "engine/core/ticket.h"
#include "engine/write/bulk.h"
#include "engine/write/outdated.h"
#include "engine/write/replace.h"
#include "engine/write/take_back.h"

#define SETTLE_SPAN (2 * MSEC_SECOND)
#define SETTLE_BLIND (3 * MSEC_SECOND)
#define GIVE_UP_AFTER (10 * MSEC_MINUTE)
#define CONFLICTS_MAX 21 /* their waits of 2, 4, 8, 16, 32, 32 … s make up ten minutes */

/* Time to wait before the next read; 0 = this read has settled. */
static msec time_to_settle(struct engine *engine, struct ticket *ticket,
                           const struct desk_ticket *read, const struct http_reply *reply,
                           msec sent_at)
{
	msec date = http_reply_date(reply);

	if (date >= 0 && date >= read->updated_wall) {
		msec age = date - read->updated_wall;

		return age >= SETTLE_SPAN ? 0 : SETTLE_SPAN - age;
	}
	if (ticket->unsettled_sent_at && str_eq(ticket->unsettled_stamp, read->stamp)) {
		msec apart = sent_at - ticket->unsettled_sent_at;

		return apart >= SETTLE_BLIND ? 0 : SETTLE_BLIND - apart;
	}
	ticket->unsettled_stamp = arena_str(&ticket->memory, read->stamp);
	ticket->unsettled_sent_at = sent_at;
	return SETTLE_BLIND;
}

/* The ticket changes all the time: its reads have not settled for ten minutes, or there were so
 * many conflicts that their growing waits made up ten minutes. Time spent waiting for a turn does
 * not count. */
static bool keeps_changing(const struct engine *engine, const struct ticket *ticket)
{
	bool restless =
	        ticket->changing_since && engine->now.mono - ticket->changing_since > GIVE_UP_AFTER;

	return restless || ticket->conflicts > CONFLICTS_MAX;
}

/* A write whose outcome is not known has not changed the ticket so far: the same write is sent
 * again with the same stamp, which is harmless even if the first one still arrives. A bulk write
 * gets its time to be carried out before that. */
static void stamp_unmoved(struct engine *engine, struct ticket *ticket)
{
	if (ticket->job_says_done && engine->account->jobs.trust == TRUST_OPEN)
		trust_break(engine, "a job reported success but changed nothing");
	ticket->job_says_done = false;
	if (keeps_changing(engine, ticket)) {
		ticket->failed_by = FAILURE_CONFLICT;
		held_end(engine, ticket, LANE_FAILED, "keeps changing");
	} else if (engine->now.mono < ticket->resend_at) {
		lane_move(engine, ticket, LANE_READ,
		          engine->now.mono + verdict_look_again(engine, ticket));
	} else if (!attempts_used_up(engine, ticket)) {
		attempts_write(engine, ticket, engine->now.mono);
	}
}

void consider_read(struct engine *engine, struct ticket *ticket, const struct desk_ticket *read,
                   const struct http_reply *reply, msec sent_at, size_t company)
{
	msec wait;

	engine->current_ticket = ticket->key;
	ticket->read_attempts = 0;
	ticket->updated_last = ticket->updated_seen = read->updated_wall;
	bool undo = ticket->further.reason == FURTHER_UNDO;
	if (undo && take_back_ends(engine, ticket, read, http_reply_date(reply)))
		return;
	/* our write may have arrived before the ticket was solved */
	bool sent = ticket->further.reason && ticket->maybe_written && ticket->has_intent;
	if (!undo && ticket->further.reason && (sent || !desk_status_over(read->status)) &&
	    replace_ends(engine, ticket, read, http_reply_date(reply)))
		return;
	if (!ticket->further.reason &&
	    tags_have(&read->tags, str_of(engine->config->zendesk.processed_tag))) {
		trust_seen(engine, ticket);
		ticket->skipped_for = SKIP_ALREADY_PROCESSED;
		if (ticket->maybe_written)
			verdict_done(engine, ticket, http_reply_date(reply));
		else
			held_end(engine, ticket, LANE_SKIPPED, "already processed by someone else");
	} else if (desk_status_over(read->status) && !undo &&
	           !(sent && ticket->maybe_written && further_has_note(ticket))) {
		ticket->skipped_for = SKIP_CLOSED;
		held_end(engine, ticket, LANE_SKIPPED, "the ticket is %s",
		         desk_status_name(read->status));
	} else if (ticket->maybe_written && ticket->has_intent &&
	           str_eq(ticket->stamp, read->stamp)) {
		stamp_unmoved(engine, ticket);
	} else if (ticket->maybe_written) {
		ticket->ask_comments = true;
		lane_move(engine, ticket, LANE_LOOK, engine->now.mono);
	} else if (keeps_changing(engine, ticket)) {
		ticket->failed_by = FAILURE_CONFLICT;
		held_end(engine, ticket, LANE_FAILED, "keeps changing");
	} else if ((wait = time_to_settle(engine, ticket, read, reply, sent_at)) > 0) {
		if (!ticket->changing_since)
			ticket->changing_since = engine->now.mono;
		lane_move(engine, ticket, LANE_READ, engine->now.mono + wait);
	} else if (stop_holds_writes(engine)) {
		lane_move(engine, ticket, LANE_READ, engine->now.mono);
	} else if (outdated_is(engine, ticket, read)) {
		outdated_drop(engine, ticket);
	} else if (!attempts_used_up(engine, ticket)) {
		ticket->changing_since = 0;
		intent_make(engine, ticket, read, company);
	}
}
