/* Writing many tickets with one request: when it is worth it, what goes into it, and what its answer means.
 *
 * Zendesk takes a hundred single updates a minute, whatever the plan, and applies a bulk request of a hundred changes later, as a
 * job (jobs.c). A few tickets go one by one, which tells the verdict at once; more go in bulk. A decided ticket waits a moment
 * for company, and not at all when nothing more is coming.
 *
 * What is not certain about bulk writing is found out while running: until a job's first success has been seen on a ticket,
 * every success is looked at. When the tags are not there, or bulk requests are refused, single updates do the work (and a resident process tries again later). */
#include <stdio.h>
#include <stdlib.h>

#include "engine/core/state.h"
#include "ticket/note.h"

#define SINGLES_MAX 4  /* so many tickets are not worth a job */
#define REFUSALS_MAX 2 /* whole requests refused in a row */
#define LOST_MAX 3     /* requests and jobs without a result in a row, before any with one */
#define MISSING_MAX 3  /* tickets with our note and without our tags, before any with both */
#define BULK_RETRY (10 * MSEC_MINUTE)
#define TOO_MANY_JOBS_WAIT (10 * MSEC_SECOND)

void bulk_init(struct engine *engine)
{
	list_init(&engine->bulk.due);
	list_init(&engine->bulk.jobs);
	engine->bulk.size = (size_t)engine->config->zendesk_batch_size;
	engine->bulk.ms_per_ticket = JOB_MS_PER_TICKET;
}

static bool allowed(const struct engine *engine)
{
	return engine->config->zendesk_bulk != BULK_NEVER && engine->bulk.trust != TRUST_BROKEN;
}

/* Too many jobs, ours or others': the endpoint pauses while single updates may still go. */
static bool paused(const struct engine *engine)
{
	return engine->bulk.not_before > engine->now.mono;
}

/* A server that names no limit, asked without a limit of our own: requests cost nothing, and single ones tell at once. */
static bool requests_are_free(const struct engine *engine)
{
	return engine->config->zendesk_requests_per_minute == 0 && !engine->pool.known &&
	       !engine->endpoints[ENDPOINT_UPDATE].known;
}

bool bulk_worth(const struct engine *engine, size_t count)
{
	if (!allowed(engine) || engine->config->zendesk_bulk == BULK_ALWAYS)
		return allowed(engine);
	int64_t singles = call_room(engine, ENDPOINT_UPDATE);
	if (paused(engine) || singles == 0)
		return singles == 0;
	if (requests_are_free(engine))
		return false;
	return count > SINGLES_MAX || (int64_t)count > singles;
}

void bulk_distrust(struct engine *engine, const char *reason)
{
	if (engine->bulk.trust == TRUST_BROKEN)
		return;
	engine->bulk.trust = TRUST_BROKEN;
	engine->bulk.again_at = engine->now.mono + BULK_RETRY;
	if (engine->bulk.alerted)
		say(engine, LEVEL_WARNING, 0, "bulk updates still do not work: %s", reason);
	else
		alert(engine, 0, "bulk updates are given up, tickets are updated one by one (100 a minute): %s",
		      reason);
	engine->bulk.alerted = true;
}

/* Scopes are granted, services mended: a resident process tries again now and then. */
static void try_again(struct engine *engine)
{
	struct bulk *bulk = &engine->bulk;

	if (bulk->trust != TRUST_BROKEN || engine->setup.mode != ENGINE_RESIDENT || engine->now.mono < bulk->again_at)
		return;
	bulk->trust = TRUST_OPEN;
	bulk->missing = bulk->refusals = bulk->lost = 0;
}

void bulk_seen(struct engine *engine, const struct ticket *ticket)
{
	if (ticket->reported && engine->bulk.trust == TRUST_OPEN)
		engine->bulk.trust = TRUST_PROVEN;
	if (ticket->reported)
		engine->bulk.lost = 0;
}

bool bulk_missed(struct engine *engine, const struct ticket *ticket, msec noted)
{
	bool untouched = ticket->in_bulk && noted == ticket->updated_last;

	if (engine->bulk.trust == TRUST_PROVEN || !(untouched || ticket->reported))
		return untouched;
	if (++engine->bulk.missing >= MISSING_MAX)
		bulk_distrust(engine, "notes arrive and tags do not");
	return true;
}

void bulk_lost(struct engine *engine)
{
	if (++engine->bulk.lost >= LOST_MAX && engine->bulk.trust != TRUST_PROVEN)
		bulk_distrust(engine, "they give no result");
}

void bulk_queue(struct engine *engine, struct ticket *ticket)
{
	list_push_back(&engine->bulk.due, &ticket->queue);
	engine->bulk.due_count++;
}

static size_t jobs_allowed(const struct engine *engine)
{
	const struct bulk *bulk = &engine->bulk;
	size_t most = (size_t)engine->config->zendesk_max_jobs;

	return bulk->slots_until > engine->now.mono && bulk->slots < most ? bulk->slots : most;
}

/* What the header inflight-jobs leaves, ours included; others' jobs come and go, so it holds for a minute. */
void bulk_learn_slots(struct engine *engine, int64_t remaining)
{
	struct bulk *bulk = &engine->bulk;

	bulk->slots = bulk->job_count + bulk->sending + (remaining > 0 ? (size_t)remaining : 0);
	bulk->slots_until = engine->now.mono + MSEC_MINUTE;
	if (bulk->slots == 0) { /* all of them others': a single update may go meanwhile */
		bulk->slots_until = engine->now.mono + TOO_MANY_JOBS_WAIT;
		bulk->not_before = bulk->not_before > bulk->slots_until ? bulk->not_before : bulk->slots_until;
	}
}

static struct ticket *take_due(struct engine *engine)
{
	struct ticket *ticket = list_first(&engine->bulk.due, struct ticket, queue);

	list_remove(&ticket->queue);
	engine->bulk.due_count--;
	return ticket;
}

void write_fill(struct engine *engine, struct ticket *ticket, struct zd_update *update)
{
	engine->current_ticket = ticket->id;
	buf_reset(&engine->text);
	if (!ticket->tags_only)
		note_write(&engine->text, &ticket->analysis, PROMPT_VERSION);
	*update = (struct zd_update){.id = ticket->id,
	                             .tags = ticket->tags,
	                             .priority = ticket->priority_set,
	                             .note = buf_str(&engine->text),
	                             .stamp = ticket->stamp};
}

static void send_batch(struct engine *engine)
{
	struct bulk *bulk = &engine->bulk;
	struct ticket **tickets = xcalloc(bulk->size, sizeof(struct ticket *));
	struct http_request request = {0};
	struct zd_batch batch;
	struct zd_update update;
	size_t count = 0;

	zd_batch_init(&batch);
	while (bulk->due_count > 0 && count < bulk->size) {
		if (write_is_late(list_first(&bulk->due, struct ticket, queue))) {
			write_read_anew(engine, take_due(engine));
			continue;
		}
		write_fill(engine, list_first(&bulk->due, struct ticket, queue), &update);
		if (!zd_batch_add(&batch, &update))
			break;
		tickets[count++] = take_due(engine);
	}
	if (count == 0) {
		zd_batch_free(&batch);
		free(tickets);
		return;
	}
	zd_request_update_many(&engine->zendesk, &batch, &request);
	struct call *call = call_start(engine, CALL_UPDATE_MANY, &request, 0);
	call->tickets = tickets;
	call->ticket_count = count;
	bulk->sending++;
	for (size_t i = 0; i < count; i++) {
		tickets[i]->in_bulk = true;
		tickets[i]->sent_at = call->sent_at;
	}
}

bool bulk_takes_singles(const struct engine *engine)
{
	return allowed(engine) && !paused(engine) && call_room(engine, ENDPOINT_UPDATE) == 0;
}

/* A few tickets, or bulk is out of reach: one by one. While it only pauses, a few at a time: the rest may go in bulk soon. */
static void give_to_singles(struct engine *engine, msec *deadline)
{
	bool pausing = allowed(engine) && paused(engine);
	size_t most = pausing ? SINGLES_MAX : engine->bulk.due_count;

	if (pausing && !list_empty(&engine->write.singles)) {
		earliest(deadline, engine->bulk.not_before);
		return;
	}
	for (size_t i = 0; i < most && engine->bulk.due_count > 0; i++)
		write_alone(engine, take_due(engine));
	earliest(deadline, engine->now.mono);
}

/* Until when the tickets that are due wait for company; in the past when they do not. */
static msec wait_for_company(const struct engine *engine)
{
	const struct bulk *bulk = &engine->bulk;

	if (bulk->due_count >= bulk->size || !write_more_coming(engine))
		return engine->now.mono;
	return list_first(&bulk->due, struct ticket, queue)->ready_at + READ_WAIT;
}

/* One batch a step: it is built from a hundred notes. */
void bulk_pump(struct engine *engine, msec *deadline)
{
	struct bulk *bulk = &engine->bulk;
	msec held_back = bulk->held_back ? bulk->held_back : engine->now.mono;

	try_again(engine);
	bulk->held_back = 0;
	if (bulk->due_count == 0 || !session_zendesk_open(engine))
		return;
	bool wait_at_all =
	        allowed(engine) && (engine->config->zendesk_bulk == BULK_ALWAYS || !requests_are_free(engine));
	msec wait = wait_at_all ? wait_for_company(engine) : engine->now.mono;
	if (wait > engine->now.mono) {
		earliest(deadline, wait);
	} else if (!bulk_worth(engine, bulk->due_count)) {
		give_to_singles(engine, deadline);
	} else if (paused(engine)) {
		earliest(deadline, bulk->not_before);
	} else if (bulk->job_count + bulk->sending >= jobs_allowed(engine)) {
		if (bulk->job_count + bulk->sending == 0)
			earliest(deadline, bulk->slots_until);
		return; /* a job's end makes room */
	} else if (!call_may(engine, UPSTREAM_ZENDESK, ENDPOINT_BULK, 0)) {
		earliest(deadline, call_when(engine, UPSTREAM_ZENDESK, ENDPOINT_BULK, 0));
		if (call_limits_are_used_up(engine))
			bulk->held_back = held_back;
	} else {
		send_batch(engine);
		if (bulk->due_count > 0 || engine->write.ready_count > 0) /* late ones are read again */
			earliest(deadline, engine->now.mono);
	}
}

static void one_by_one(struct engine *engine, struct call *call)
{
	for (size_t i = 0; i < call->ticket_count; i++) {
		call->tickets[i]->alone = true;
		write_queue(engine, call->tickets[i], engine->now.mono);
	}
}

static void unknown(struct engine *engine, struct call *call, const char *trouble)
{
	say(engine, LEVEL_WARNING, 0, "a bulk update of %zu tickets gave no job, they are looked at: %s",
	    call->ticket_count, trouble);
	bulk_lost(engine);
	for (size_t i = 0; i < call->ticket_count; i++)
		verdict_unknown(engine, call->tickets[i], trouble);
}

/* The request as a whole was refused before any ticket was looked at: one by one they tell whose fault it was. */
static void refused(struct engine *engine, struct call *call, const struct zd_failure *failure)
{
	struct bulk *bulk = &engine->bulk;

	say(engine, LEVEL_WARNING, 0, "a bulk update of %zu tickets was refused, they go one by one: %s",
	    call->ticket_count, failure->text);
	if (++bulk->refusals >= REFUSALS_MAX)
		bulk_distrust(engine, failure->text);
	one_by_one(engine, call);
}

/* Several requests of the same size may be refused together: half of what this one had, not of what is left of it. */
static void too_large(struct engine *engine, struct call *call, const struct zd_failure *failure)
{
	size_t half = call->ticket_count / 2;

	if (half == 0) {
		refused(engine, call, failure);
		return;
	}
	if (engine->bulk.size > half)
		engine->bulk.size = half;
	for (size_t i = 0; i < call->ticket_count; i++)
		write_queue(engine, call->tickets[i], engine->now.mono);
}

static void too_many_jobs(struct engine *engine, const struct zd_failure *failure)
{
	msec wait = failure->retry_after >= 0 ? failure->retry_after : TOO_MANY_JOBS_WAIT;

	if (engine->bulk.not_before < engine->now.mono + wait)
		engine->bulk.not_before = engine->now.mono + wait;
}

static void again(struct engine *engine, struct call *call, const struct zd_failure *failure)
{
	for (size_t i = 0; i < call->ticket_count; i++) {
		msec when;

		if (write_try_again(engine, call->tickets[i], call, failure, &when))
			write_queue(engine, call->tickets[i], when);
	}
}

static void accepted(struct engine *engine, struct call *call, const struct http_reply *reply)
{
	struct zd_job told;
	struct err err;

	engine->bulk.refusals = 0;
	zd_auth_worked(&engine->zendesk.auth);
	if (zd_reply_job(reply, &engine->scratch, &told, &err) < 0)
		unknown(engine, call, err.text);
	else
		job_begin(engine, call, told.id);
}

static void gone(struct engine *engine, struct call *call, const struct zd_failure *failure)
{
	for (size_t i = 0; i < call->ticket_count; i++)
		ticket_end(engine, call->tickets[i], TICKET_FAILED, "%s", failure->text);
	session_halt_zendesk(engine, RUN_FAILED, failure->text);
}

void bulk_update_reply(struct engine *engine, struct call *call, const struct http_reply *reply,
                       const struct zd_failure *failure)
{
	engine->bulk.sending--;
	for (size_t i = 0; i < call->ticket_count; i++)
		call->tickets[i]->write_ms += (engine->now.mono - call->sent_at) / (msec)call->ticket_count;
	if (failure->too_many_jobs)
		too_many_jobs(engine, failure);
	if (failure->unknown) {
		unknown(engine, call, failure->text);
		return;
	}
	switch (failure->kind) {
	case ZD_FINE: accepted(engine, call, reply); break;
	case ZD_RETRY:
	case ZD_LIMITED:
	case ZD_UNAUTHORIZED: again(engine, call, failure); break;
	case ZD_TOO_LARGE:
		if (reply->result == HTTP_TOO_LARGE)
			unknown(engine, call, failure->text); /* the reply, not the request */
		else
			too_large(engine, call, failure);
		break;
	case ZD_CONFLICT:
	case ZD_FORBIDDEN:
	case ZD_NOT_FOUND:
	case ZD_REFUSED:
	case ZD_BAD_REQUEST: refused(engine, call, failure); break;
	case ZD_REDIRECT:
	case ZD_TLS: gone(engine, call, failure); break;
	}
}
