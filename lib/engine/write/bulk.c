/* Bulk updates: which tickets go into one request, and what its answer means. Zendesk applies it
 * later, as a job (jobs.c). A ticket waits a moment for others to share the request, and not at all
 * when no more are coming. */
#include <stdlib.h>

#include "desk/zendesk/replies.h"
#include "engine/core/calls.h"
#include "engine/core/held.h"
#include "engine/core/mode.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/write/bulk.h"

#define SINGLES_AT_ONCE 4 /* while bulk updates only pause */
#define REFUSALS_MAX 2    /* whole requests that are refused in a row */

/* Collects the tickets for one request, and returns how many: fewer than wait when their notes are
 * long, none when all of them turn out to be late. */
static size_t gather_updates(struct engine *engine, struct zd_batch *batch, struct ticket **tickets)
{
	struct desk_update update;
	struct ticket *ticket;
	size_t count = 0;

	while ((ticket = lane_first(engine, LANE_BULK)) &&
	       count < engine->account->write->bulk.size) {
		if (intent_is_late(ticket)) {
			intent_anew(engine, ticket);
			continue;
		}
		intent_fill(engine, ticket, &update);
		if (!zd_batch_add(batch, &update))
			break;
		lane_move(engine, ticket, LANE_BULK_SENT, 0);
		tickets[count++] = ticket;
	}
	return count;
}

static void send_batch(struct engine *engine)
{
	struct ticket **tickets =
	        xcalloc(engine->account->write->bulk.size, sizeof(struct ticket *));
	struct http_request request = {0};
	struct zd_batch batch;

	zd_batch_init(&batch);
	size_t count = gather_updates(engine, &batch, tickets);
	if (count == 0) {
		zd_batch_free(&batch);
		free(tickets);
		return;
	}
	zd_request_update_many(&engine->account->zendesk, &batch, &request);
	struct call *call = call_start(engine, CALL_UPDATE_MANY, &request, 0);
	call->tickets = tickets;
	call->ticket_count = count;
	engine->account->jobs.sending++;
	for (size_t i = 0; i < count; i++) {
		tickets[i]->sent_in_bulk = true;
		tickets[i]->sent_at = call->sent_at;
	}
}

/* Moves tickets to LANE_SINGLE, because they are few or bulk updates are not possible. While bulk
 * updates only pause, a few at a time, because the rest may soon go in bulk. */
static void give_to_singles(struct engine *engine, msec *deadline)
{
	bool pausing = trust_allows(engine) && worth_is_paused(engine);
	size_t most = pausing ? SINGLES_AT_ONCE : lane_count(engine, LANE_BULK);

	if (pausing && lane_count(engine, LANE_SINGLE) > 0) {
		clock_earliest(deadline, engine->account->jobs.not_before);
		return;
	}
	for (size_t i = 0; i < most && lane_count(engine, LANE_BULK) > 0; i++)
		lane_move(engine, lane_first(engine, LANE_BULK), LANE_SINGLE, 0);
	clock_earliest(deadline, engine->now.mono);
}

/* Until when (monotonic) the tickets that are due wait for others; now if they do not wait. */
static msec wait_for_writes(const struct engine *engine)
{
	if (!worth_gathering(engine) ||
	    lane_count(engine, LANE_BULK) >= engine->account->write->bulk.size ||
	    !mode_writes_coming(engine))
		return engine->now.mono;
	return lane_first(engine, LANE_BULK)->ready_at +
	       (mode_at_the_end(engine) ? LAST_READ_WAIT : READ_WAIT);
}

/* True: the server has a slot for another job. Otherwise the end of a job makes room, or
 * `deadline`. */
static bool has_slot(const struct engine *engine, msec *deadline)
{
	const struct job_slots *jobs = &engine->account->jobs;

	if (job_slots_used(jobs) <
	    job_slots_allowed(jobs, (size_t)engine->config->zendesk.max_jobs, engine->now.mono))
		return true;
	if (job_slots_used(jobs) == 0)
		clock_earliest(deadline, jobs->slots_until);
	return false;
}

static void send_if_it_may(struct engine *engine, msec since, msec *deadline)
{
	if (!has_slot(engine, deadline))
		return;
	if (!call_may(engine, CALL_UPDATE_MANY, 0, deadline)) {
		if (call_limits_are_used_up(engine))
			engine->account->write->bulk.held_back = since;
		return;
	}
	send_batch(engine);
	/* the rest is sent in a later step; late tickets are read again */
	if (lane_count(engine, LANE_BULK) > 0 || lane_in_line(engine, LANE_READ) > 0)
		clock_earliest(deadline, engine->now.mono);
}

/* At most one bulk update a step, because it is built from up to a hundred notes. */
void bulk_pump(struct engine *engine, msec *deadline)
{
	struct write *write = engine->account->write;
	msec held_back = write->bulk.held_back ? write->bulk.held_back : engine->now.mono;

	trust_try_again(engine);
	write->bulk.held_back = 0;
	if (attempts_give_up(engine, LANE_BULK) || lane_count(engine, LANE_BULK) == 0 ||
	    !gate_is_open(engine))
		return;
	msec wait = wait_for_writes(engine);
	if (wait > engine->now.mono)
		clock_earliest(deadline, wait);
	else if (!worth_in_bulk(engine, lane_count(engine, LANE_BULK)))
		give_to_singles(engine, deadline);
	else if (worth_is_paused(engine))
		clock_earliest(deadline, engine->account->jobs.not_before);
	else
		send_if_it_may(engine, held_back, deadline);
}

static void write_one_by_one(struct engine *engine, struct call *call)
{
	for (size_t i = 0; i < call->ticket_count; i++) {
		call->tickets[i]->single_only = true;
		attempts_write(engine, call->tickets[i], engine->now.mono);
	}
}

static void batch_unknown(struct engine *engine, struct call *call, const char *trouble)
{
	say(engine, LEVEL_WARNING, 0,
	    "a bulk update of %zu %s returned no job; reading the tickets to check: %s",
	    call->ticket_count, str_plural(call->ticket_count, "ticket", "tickets"), trouble);
	trust_lost(engine);
	for (size_t i = 0; i < call->ticket_count; i++)
		verdict_unknown(engine, call->tickets[i], trouble);
}

/* The request as a whole was refused before any ticket was examined: written one by one, the
 * tickets show which of them was the cause. */
static void batch_refused(struct engine *engine, struct call *call,
                          const struct desk_answer *failure)
{
	struct write *write = engine->account->write;

	say(engine, LEVEL_WARNING, 0,
	    "a bulk update of %zu %s was refused; updating one by one: %s", call->ticket_count,
	    str_plural(call->ticket_count, "ticket", "tickets"), failure->text);
	if (++write->bulk.refusals >= REFUSALS_MAX)
		trust_break(engine, failure->text);
	write_one_by_one(engine, call);
}

/* Writes them again in smaller requests. Several requests of the same size may be refused together,
 * so the new size is half of what this one had, not half of the present size. */
static void batch_too_large(struct engine *engine, struct call *call,
                            const struct desk_answer *failure)
{
	size_t half = call->ticket_count / 2;

	if (half == 0) {
		batch_refused(engine, call, failure);
		return;
	}
	if (engine->account->write->bulk.size > half)
		engine->account->write->bulk.size = half;
	for (size_t i = 0; i < call->ticket_count; i++)
		attempts_write(engine, call->tickets[i], engine->now.mono);
}

static void too_many_jobs(struct engine *engine, const struct desk_answer *failure)
{
	msec wait = failure->retry_after > 0 ? failure->retry_after : TOO_MANY_JOBS_WAIT;

	job_slots_wait(&engine->account->jobs, engine->now.mono + wait);
}

static void retry_batch(struct engine *engine, struct call *call, const struct desk_answer *failure)
{
	for (size_t i = 0; i < call->ticket_count; i++) {
		msec when;

		if (attempts_again(engine, call->tickets[i], call, failure, &when))
			attempts_write(engine, call->tickets[i], when);
	}
}

static void batch_accepted(struct engine *engine, struct call *call, const struct http_reply *reply)
{
	struct desk_job told;
	struct err err;

	engine->account->write->bulk.refusals = 0;
	zd_auth_worked(&engine->account->zendesk.auth);
	if (zd_reply_job(reply, &engine->scratch, &told, &err) < 0)
		batch_unknown(engine, call, err.text);
	else
		job_begin(engine, call, told.id);
}

void bulk_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                struct desk_answer *failure)
{
	engine->account->jobs.sending--;
	for (size_t i = 0; i < call->ticket_count; i++)
		call->tickets[i]->write_ms +=
		        (engine->now.mono - call->sent_at) / (msec)call->ticket_count;
	if (failure->too_many_jobs)
		too_many_jobs(engine, failure);
	if (failure->unknown) {
		batch_unknown(engine, call, failure->text);
		return;
	}
	switch (failure->kind) {
	case DESK_FINE: batch_accepted(engine, call, reply); break;
	case DESK_RETRY:
	case DESK_LIMITED:
	case DESK_UNAUTHORIZED: retry_batch(engine, call, failure); break;
	case DESK_TOO_LARGE:
		if (reply->result == HTTP_TOO_LARGE)
			/* the reply is too large, not the request */
			batch_unknown(engine, call, failure->text);
		else
			batch_too_large(engine, call, failure);
		break;
	case DESK_CONFLICT:
	case DESK_FORBIDDEN:
	case DESK_NOT_FOUND:
	case DESK_REFUSED:
	case DESK_REDIRECT:
	case DESK_TLS:
	case DESK_BAD_REQUEST: batch_refused(engine, call, failure); break;
	}
}
