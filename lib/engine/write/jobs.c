/* Bulk updates that Zendesk carries out later as jobs. One request asks for the status of all jobs,
 * when the first should be over, and each ticket gets its own verdict from its job's results. The
 * state of the job as a whole is never taken for a verdict: completed jobs with 99 failures of 100
 * are on record.
 *
 * Results are matched by ticket id, and an item that has only an index by its place in the request.
 * They may come in any order, be fewer or more than were sent, or name tickets that were not sent.
 * A ticket without a result is unknown and read again, like all tickets of a job that vanished,
 * failed, or made no progress for zendesk.settle_timeout. */
#include "engine/write/jobs.h"

#include <stdio.h>
#include <stdlib.h>

#include "desk/zendesk/replies.h"
#include "engine/core/calls.h"
#include "engine/core/held.h"
#include "engine/core/mode.h"
#include "engine/core/plain.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/write/bulk.h"

/* Between two requests for the status of jobs: while slots for jobs may be short; while there are
 * plenty and more tickets are coming; and at the end of a run, which waits for nothing else. */
#define POLL_APART ((msec)3200)
#define POLL_APART_CALM (8 * MSEC_SECOND)
#define POLL_APART_LAST ((msec)500)
#define JOB_MS_MIN 5
#define JOB_MS_MAX 1000
#define JOB_TELLING 10 /* tickets; smaller jobs say little about the time per ticket */
#define POLL_FAILURES_MAX 5
#define CALM_TICKETS 100 /* so many decisions are under way: it is mid-run */

/* The tickets of one update_many, in the order they were sent. */
struct job {
	struct list node;
	struct str id;
	struct arena memory;
	struct ticket **tickets;
	size_t count;
	int64_t progress;
	enum desk_job_state state;
	msec began_at; /* monotonic: when Zendesk accepted it */
	msec moved_at; /* monotonic: when progress was last seen */
	msec over_at;  /* monotonic: when it should be over */
	bool asked;    /* the request under way asks for it */
	bool wanted;   /* a person asked for one of its tickets */
};

void job_begin(struct engine *engine, struct call *call, struct str id)
{
	struct write *write = engine->account->write;
	struct job *job = xcalloc(1, sizeof(*job));

	job->id = arena_str(&job->memory, id);
	job->tickets = call->tickets;
	job->count = call->ticket_count;
	call->tickets = NULL;
	call->ticket_count = 0;
	for (size_t i = 0; i < job->count; i++)
		job->wanted = job->wanted || job->tickets[i]->wanted;
	job->began_at = job->moved_at = engine->now.mono;
	job->over_at = engine->now.mono + (msec)job->count * write->jobs.ms_per_ticket;
	list_push_back(&write->jobs.list, &job->node);
	engine->account->jobs.jobs++;
}

static void job_free(struct engine *engine, struct job *job)
{
	list_remove(&job->node);
	engine->account->jobs.jobs--;
	arena_free(&job->memory);
	free(job->tickets);
	free(job);
}

void jobs_free(struct engine *engine)
{
	while (!list_empty(&engine->account->write->jobs.list))
		job_free(engine, list_first(&engine->account->write->jobs.list, struct job, node));
}

void jobs_each(const struct engine *engine, void (*each)(void *arg, const struct engine_sent *sent),
               void *arg)
{
	const struct list *jobs = &engine->account->write->jobs.list;

	for (struct list *node = jobs->next; node != jobs; node = node->next) {
		const struct job *job = container_of(node, struct job, node);

		each(arg, &(struct engine_sent){.job = job->id, .tickets = job->count});
	}
}

/* Zendesk refuses our credentials: the tickets of all jobs fail, and a later run sees what the jobs
 * did. */
static void give_up_jobs(struct engine *engine)
{
	while (!list_empty(&engine->account->write->jobs.list)) {
		struct job *job = list_first(&engine->account->write->jobs.list, struct job, node);

		for (size_t i = 0; i < job->count; i++) {
			job->tickets[i]->maybe_written = true;
			attempts_fail(engine, job->tickets[i]);
		}
		job_free(engine, job);
	}
}

static void job_unknown(struct engine *engine, struct job *job, const char *trouble)
{
	char words[80];

	snprintf(words, sizeof(words), "its bulk update %s", trouble);
	say(engine, LEVEL_WARNING, 0, "a bulk update of %zu %s %s; reading the tickets to check",
	    job->count, str_plural(job->count, "ticket", "tickets"), trouble);
	trust_lost(engine);
	for (size_t i = 0; i < job->count; i++)
		verdict_unknown(engine, job->tickets[i], words);
	job_free(engine, job);
}

/* Index of the item's ticket among those sent; -1 = it was not sent. Results mostly come in the
 * order sent, so the search begins at `hint`. */
static ptrdiff_t place_of(const struct job *job, const struct desk_job_item *item, size_t hint)
{
	if (item->id == 0)
		return item->index >= 0 && item->index < (int64_t)job->count
		               ? (ptrdiff_t)item->index
		               : -1;
	for (size_t i = 0; i < job->count; i++) {
		size_t at = (hint + i) % job->count;

		if (job->tickets[at]->key.id == item->id)
			return (ptrdiff_t)at;
	}
	return -1;
}

struct verdict {
	bool told;
	enum desk_item_verdict verdict;
	struct str text;
};

/* Two items that contradict each other leave the ticket unknown. */
static void merge_item(struct verdict *verdict, const struct desk_job_item *item)
{
	if (verdict->told && verdict->verdict != item->verdict)
		verdict->verdict = DESK_ITEM_UNKNOWN;
	else
		*verdict = (struct verdict){
		        .told = true, .verdict = item->verdict, .text = item->text};
}

static void read_items(struct engine *engine, const struct job *job, const struct desk_job *told,
                       struct verdict *verdicts)
{
	size_t strangers = 0;

	for (size_t i = 0; i < told->item_count; i++) {
		ptrdiff_t at = place_of(job, &told->items[i], i);

		if (at < 0)
			strangers++;
		else
			merge_item(&verdicts[at], &told->items[i]);
	}
	if (strangers > 0)
		say(engine, LEVEL_WARNING, 0,
		    "a bulk update of %zu %s reported %zu %s of other tickets: ignored", job->count,
		    str_plural(job->count, "ticket", "tickets"), strangers,
		    str_plural(strangers, "result", "results"));
}

static void apply_verdict(struct engine *engine, struct ticket *ticket,
                          const struct verdict *verdict, msec date)
{
	char words[256];

	engine->current_ticket = ticket->key;
	switch (verdict->verdict) {
	case DESK_ITEM_UPDATED: verdict_reported(engine, ticket, date); break;
	case DESK_ITEM_CONFLICT: verdict_conflict(engine, ticket); break;
	case DESK_ITEM_GONE:
	case DESK_ITEM_CLOSED:
	case DESK_ITEM_REFUSED:
		snprintf(words, sizeof(words), STR_FMT, STR_ARG(verdict->text));
		plain_redact_words(engine, NULL, words, sizeof(words));
		verdict_refused(engine, ticket, words);
		break;
	case DESK_ITEM_UNKNOWN:
		verdict_unknown(engine, ticket, "its bulk update returned no result for it");
		break;
	}
}

static void job_over(struct engine *engine, struct job *job, const struct desk_job *told, msec date)
{
	struct verdict *verdicts = arena_zalloc(&engine->scratch, job->count * sizeof(*verdicts));

	read_items(engine, job, told, verdicts);
	for (size_t i = 0; i < job->count; i++)
		apply_verdict(engine, job->tickets[i], &verdicts[i], date);
	job_free(engine, job);
}

/* Learns the time per ticket from two looks at a running job; the estimate follows slowly. */
static void learn_pace(struct write *write, int64_t tickets, msec span)
{
	msec seen = span / tickets;

	seen = seen < JOB_MS_MIN ? JOB_MS_MIN : seen > JOB_MS_MAX ? JOB_MS_MAX : seen;
	write->jobs.ms_per_ticket = (3 * write->jobs.ms_per_ticket + seen) / 4;
}

/* A job that is over has taken at most the time since it began. */
static void learn_bound(struct write *write, const struct job *job, msec now)
{
	msec most = (now - job->began_at) / (msec)job->count;

	most = most < JOB_MS_MIN ? JOB_MS_MIN : most;
	if (job->count >= JOB_TELLING && most < write->jobs.ms_per_ticket)
		write->jobs.ms_per_ticket = (write->jobs.ms_per_ticket + 3 * most) / 4;
}

static void job_goes_on(struct engine *engine, struct job *job, const struct desk_job *told)
{
	struct write *write = engine->account->write;
	int64_t progress = told->progress > 0 ? told->progress : 0;
	bool was_working = job->state == DESK_JOB_WORKING;

	if (progress > (int64_t)job->count)
		progress = (int64_t)job->count;
	if (progress > job->progress && was_working)
		learn_pace(write, progress - job->progress, engine->now.mono - job->moved_at);
	if (progress > job->progress || told->state != job->state)
		job->moved_at = engine->now.mono;
	job->state = told->state;
	job->progress = progress;
	job->over_at =
	        engine->now.mono + ((int64_t)job->count - progress) * write->jobs.ms_per_ticket;
	if (engine->now.mono - job->moved_at >= engine->config->zendesk.settle_timeout)
		job_unknown(engine, job, "makes no progress");
}

static const struct desk_job *find_job(const struct desk_jobs *told, struct str id)
{
	for (size_t i = 0; i < told->count; i++)
		if (str_eq(told->items[i].id, id))
			return &told->items[i];
	return NULL;
}

static void statuses_arrived(struct engine *engine, const struct desk_jobs *told, msec date)
{
	list_each(node, next, &engine->account->write->jobs.list)
	{
		struct job *job = container_of(node, struct job, node);
		const struct desk_job *status = find_job(told, job->id);

		if (!job->asked)
			continue;
		job->asked = false;
		if (!status)
			job_unknown(engine, job, "no longer exists");
		else if (status->state == DESK_JOB_COMPLETED || status->state == DESK_JOB_FAILED) {
			learn_bound(engine->account->write, job, engine->now.mono);
			job_over(engine, job, status, date);
		} else
			job_goes_on(engine, job, status);
	}
}

/* A failed poll costs nothing but time, and the jobs may be over meanwhile. When a job could not be
 * asked about for zendesk.settle_timeout, its tickets are read instead. */
static void poll_failed(struct engine *engine)
{
	list_each(node, next, &engine->account->write->jobs.list)
	{
		struct job *job = container_of(node, struct job, node);

		job->asked = false;
		if (engine->now.mono - job->moved_at >= engine->config->zendesk.settle_timeout)
			job_unknown(engine, job, "cannot be checked");
	}
}

static void all_unknown(struct engine *engine, const char *trouble)
{
	list_each(node, next, &engine->account->write->jobs.list)
	{
		struct job *job = container_of(node, struct job, node);

		if (job->asked)
			job_unknown(engine, job, trouble);
	}
}

/* Outcomes may come later when nobody waits for them, in mid-run: one request then tells the end of
 * several jobs. */
static bool polls_may_be_rare(const struct engine *engine)
{
	const struct job_slots *slots = &engine->account->jobs;
	size_t most = job_slots_allowed(slots, (size_t)engine->config->zendesk.max_jobs,
	                                engine->now.mono);
	const struct list *list = &engine->account->write->jobs.list;

	for (struct list *node = list->next; node != list; node = node->next)
		if (container_of(node, struct job, node)->wanted)
			return false;
	return 2 * job_slots_used(slots) <= most && mode_many_coming(engine, CALM_TICKETS);
}

/* The end of a run waits for these jobs alone. A job that lasts is asked about ever more rarely. */
static msec apart_at_the_end(const struct write *write)
{
	const struct list *list = &write->jobs.list;
	msec newest = 0;

	for (struct list *node = list->next; node != list; node = node->next) {
		const struct job *job = container_of(node, struct job, node);

		newest = job->began_at > newest ? job->began_at : newest;
	}
	msec apart = (write->jobs.polled_at - newest) / 4;
	if (apart < POLL_APART_LAST)
		return POLL_APART_LAST;
	return apart < POLL_APART ? apart : POLL_APART;
}

static msec poll_apart(const struct engine *engine)
{
	const struct write *write = engine->account->write;

	if (engine->account->jobs.trust == TRUST_OPEN)
		return POLL_APART;
	if (write->jobs.trial)
		return 0;
	if (mode_at_the_end(engine))
		return apart_at_the_end(write);
	return polls_may_be_rare(engine) ? POLL_APART_CALM : POLL_APART;
}

static msec poll_delay(const struct engine *engine)
{
	const struct write *write = engine->account->write;
	msec delay = write->jobs.poll_failures > 0 ? POLL_APART : poll_apart(engine);

	for (unsigned i = 0; i < write->jobs.poll_failures && i < POLL_FAILURES_MAX; i++)
		delay *= 2;
	return delay;
}

/* Until bulk updates are proven every success is confirmed by a read: the success of one job is
 * enough for that, and the others are asked about when it is proven. */
static size_t jobs_per_poll(const struct engine *engine)
{
	const struct write *write = engine->account->write;

	if (engine->account->jobs.trust == TRUST_OPEN)
		return 1;
	return write->jobs.poll_size > 0 && write->jobs.poll_size < DESK_JOBS_MAX
	               ? write->jobs.poll_size
	               : DESK_JOBS_MAX;
}

static void poll_jobs(struct engine *engine)
{
	struct write *write = engine->account->write;
	struct str ids[DESK_JOBS_MAX];
	size_t count = 0, most = jobs_per_poll(engine);
	struct http_request request = {0};

	write->jobs.trial = engine->account->jobs.trust == TRUST_OPEN;
	list_each(node, next, &write->jobs.list)
	{
		struct job *job = container_of(node, struct job, node);

		job->asked = count < most;
		if (job->asked)
			ids[count++] = job->id;
	}
	/* jobs that are not asked about now come first next time */
	for (size_t i = 0; i < count; i++) {
		struct list *first = write->jobs.list.next;

		list_remove(first);
		list_push_back(&write->jobs.list, first);
	}
	zd_request_jobs(&engine->account->zendesk, ids, count, &request);
	call_start(engine, CALL_JOBS, &request, 0);
	write->jobs.polling = true;
	write->jobs.polled_at = engine->now.mono;
}

static msec poll_when(const struct engine *engine)
{
	const struct write *write = engine->account->write;
	msec over = MSEC_NEVER;
	msec apart = write->jobs.polled_at + poll_delay(engine);

	for (struct list *node = write->jobs.list.next; node != &write->jobs.list;
	     node = node->next)
		clock_earliest(&over, container_of(node, struct job, node)->over_at);
	return write->jobs.polled_at > 0 && apart > over ? apart : over;
}

void jobs_pump(struct engine *engine, msec *deadline)
{
	struct write *write = engine->account->write;

	if (engine->account->gate.state == GATE_HALTED)
		give_up_jobs(engine);
	if (list_empty(&write->jobs.list) || write->jobs.polling || !gate_is_open(engine))
		return;
	msec when = poll_when(engine);
	if (when > engine->now.mono)
		clock_earliest(deadline, when);
	else if (call_may(engine, CALL_JOBS, 0, deadline))
		poll_jobs(engine);
}

/* Halves the number of jobs per request; Zendesk does not document how many one request may ask
 * about. False: it already was a single job. */
static bool ask_for_fewer(struct write *write)
{
	size_t asked = 0;

	list_each(node, next, &write->jobs.list) asked +=
	        container_of(node, struct job, node)->asked;
	write->jobs.poll_size = asked > 1 ? asked / 2 : 1;
	return asked > 1;
}

/* We may not ask about jobs at all: bulk updates are given up, because their results cannot be
 * seen. */
static void may_not_ask(struct engine *engine, const struct desk_answer *failure)
{
	trust_break(engine, failure->text);
	all_unknown(engine, "cannot be checked");
}

void jobs_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                struct desk_answer *failure)
{
	struct write *write = engine->account->write;
	struct desk_jobs told;
	struct err err;

	write->jobs.polling = false;
	if (failure->kind == DESK_FINE &&
	    zd_reply_jobs(reply, &engine->scratch, &told, NULL, &err) < 0)
		failure->kind = DESK_RETRY;
	write->jobs.poll_failures = failure->kind == DESK_FINE ? 0 : write->jobs.poll_failures + 1;
	switch (failure->kind) {
	case DESK_FINE:
		write->jobs.poll_size *= 2; /* a single job may have been the cause */
		statuses_arrived(engine, &told, http_reply_date(reply));
		break;
	case DESK_NOT_FOUND: all_unknown(engine, "no longer exists"); break;
	case DESK_RETRY:
	case DESK_LIMITED:
	case DESK_CONFLICT: poll_failed(engine); break;
	case DESK_UNAUTHORIZED:
		if (gate_unauthorized(engine, call, failure) != GATE_REFUSED)
			poll_failed(engine);
		break;
	case DESK_TOO_LARGE:
		(void)ask_for_fewer(write);
		poll_failed(engine);
		break;
	case DESK_REFUSED:
	case DESK_BAD_REQUEST:
		if (ask_for_fewer(write))
			poll_failed(engine);
		else
			may_not_ask(engine, failure);
		break;
	case DESK_FORBIDDEN:
	case DESK_REDIRECT:
	case DESK_TLS: may_not_ask(engine, failure); break;
	}
}
