/* PUT tickets/update_many in its batch form, with a change for each ticket. The request is
 * answered at once with a job. The job waits in a queue, then does its tickets one by one, each by
 * the rules of a single update at the time when it is done. */
#include "hash.h"
#include "parts.h"
#include "rewrite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOB_TICKETS_MAX 100
#define JOB_LATE_MIN (3 * MSEC_MINUTE)
#define JOB_LATE_MAX (8 * MSEC_MINUTE)

static uint64_t key_of(struct str id)
{
	return hash_bytes(id.data, id.len, 11) | 1;
}

void zendesk_jobs_header(struct world *world, struct world_answer *answer)
{
	size_t max = (size_t)world->options.jobs_max, used = world->zendesk.jobs.in_flight;
	answer_header(answer, "zendesk-%s-inflight-jobs: total=%zu; remaining=%zu; resets=60",
	              world->options.old_headers ? "rate-limit" : "ratelimit", max,
	              used < max ? max - used : 0);
}

void zendesk_too_many_jobs(struct world *world, int status, struct world_answer *answer)
{
	const struct z_jobs *jobs = &world->zendesk.jobs;
	world->audit.limited += status == 429;
	answer_json(answer, status);
	buf_puts(&answer->body,
	         "{\"error\":\"TooManyJobs\",\"description\":\"Too many UserBulkUpdateJobV2 jobs "
	         "are "
	         "currently queued or running. Try again later.\",\"current_job_ids\":[");
	for (size_t i = 0; i < jobs->count; i++) {
		if (!jobs->items[i]->in_flight)
			continue;
		json_add_comma(&answer->body);
		json_add_string(&answer->body, str_of(jobs->items[i]->id));
	}
	buf_puts(&answer->body, "]}");
}

void zendesk_count_overlap(struct world *world, const struct z_ticket *ticket, msec stamp)
{
	msec updated = ticket->live.updated * MSEC_SECOND;
	for (const struct z_job_item *item = ticket->in_jobs; item && stamp >= updated;
	     item = item->next) {
		if (item->stamp == stamp || item->stamp < updated)
			continue;
		world->audit.writes_overlapping++;
		return;
	}
}

static void unlink_item(struct world *world, struct z_job_item *item)
{
	struct z_ticket *ticket = z_store_find(&world->zendesk.store, item->ticket);
	struct z_job_item **at = ticket ? &ticket->in_jobs : NULL;
	while (at && *at && *at != item)
		at = &(*at)->next;
	if (at && *at)
		*at = item->next;
	item->next = NULL;
	item->change = NULL;
}

/* Frees what remains of a job that does nothing more. */
static void let_go(struct world *world, struct z_job *job)
{
	for (size_t i = job->done; i < job->count; i++)
		unlink_item(world, &job->items[i]);
	json_free(job->body);
	job->body = NULL;
	world->zendesk.jobs.in_flight -= job->in_flight;
	job->in_flight = false;
}

static void job_free(struct world *world, struct z_job *job)
{
	heap_remove(&world->futures, &job->future.node);
	let_go(world, job);
	map_remove(&world->zendesk.jobs.by_id, key_of(str_of(job->id)));
	free(job->items);
	free(job);
}

void zendesk_jobs_free(struct world *world)
{
	struct z_jobs *jobs = &world->zendesk.jobs;
	for (size_t i = 0; i < jobs->count; i++)
		job_free(world, jobs->items[i]);
	free(jobs->items);
	map_free(&jobs->by_id);
}

static struct z_verdict do_ticket(struct world *world, const struct z_job *job,
                                  const struct z_job_item *item)
{
	struct z_ticket *ticket = z_store_find(&world->zendesk.store, item->ticket);
	bool befalls = job->trouble == FAULT_CONFLICT_BULK ? prng_below(&world->chance, 2) == 0
	                                                   : prng_below(&world->chance, 4) == 0;
	struct z_verdict verdict = {.outcome = ticket ? WRITE_DONE : WRITE_GONE};
	if (!ticket || world->options.jobs_lie)
		return verdict;
	world->fault = befalls ? job->trouble : FAULT_NONE;
	verdict = zendesk_write(world, ticket, item->change, item->stamp);
	world->fault = FAULT_NONE;
	world->audit.job_conflicts += verdict.outcome == WRITE_CONFLICT;
	return verdict;
}

static void next_ticket(struct world *world, struct z_job *job)
{
	struct z_job_item *item = &job->items[job->done++];
	item->verdict = do_ticket(world, job, item);
	unlink_item(world, item);
	world->audit.job_items++;
	if (job->trouble == FAULT_JOB_GONE && job->done * 2 > job->count)
		job->vanished = true;
}

static void start_waiting(struct world *world);

static void job_end(struct world *world, struct z_job *job)
{
	job->status = job->trouble == FAULT_JOB_FAILED   ? JOB_FAILED
	              : job->trouble == FAULT_JOB_KILLED ? JOB_KILLED
	                                                 : JOB_COMPLETED;
	job->ended = world->now.mono;
	job->ended_wall = world->now.wall;
	let_go(world, job);
	world->zendesk.jobs.running--;
	start_waiting(world);
}

static void plan_next_ticket(struct world *world, struct z_job *job)
{
	double rate = world->options.job_rate;
	msec span = rate > 0 ? (msec)((double)(job->done + 1) * MSEC_SECOND / rate) : 0;
	world_plan(world, &job->future, job->began + span);
}

static void job_works(struct world *world, struct future *future)
{
	struct z_job *job = container_of(future, struct z_job, future);
	do {
		if (job->done < job->stop)
			next_ticket(world, job);
	} while (world->options.job_rate <= 0 && job->done < job->stop);
	if (job->done < job->stop)
		plan_next_ticket(world, job);
	else
		job_end(world, job);
}

static void start_waiting(struct world *world)
{
	struct z_jobs *jobs = &world->zendesk.jobs;
	while (jobs->first && (world->options.job_parallel <= 0 ||
	                       jobs->running < (size_t)world->options.job_parallel)) {
		struct z_job *job = jobs->first;
		jobs->first = job->after;
		jobs->running++;
		job->status = JOB_WORKING;
		job->began = world->now.mono;
		job->future.happens = job_works;
		plan_next_ticket(world, job);
	}
}

/* The job's wait is over: it runs as soon as there is a place. */
static void job_ready(struct world *world, struct future *future)
{
	struct z_jobs *jobs = &world->zendesk.jobs;
	struct z_job *job = container_of(future, struct z_job, future);
	if (job->trouble == FAULT_JOB_STUCK) {
		job->status = JOB_WORKING;
		job->began = world->now.mono;
		let_go(world, job);
		return;
	}
	job->after = NULL;
	if (jobs->first)
		jobs->last->after = job;
	else
		jobs->first = job;
	jobs->last = job;
	start_waiting(world);
}

/* Removes jobs that are older than a day. */
static void forget_old(struct world *world)
{
	struct z_jobs *jobs = &world->zendesk.jobs;
	size_t kept = 0;
	for (size_t i = 0; i < jobs->count; i++) {
		if (zendesk_job_is_old(world, jobs->items[i]))
			job_free(world, jobs->items[i]);
		else
			jobs->items[kept++] = jobs->items[i];
	}
	jobs->count = kept;
}

static struct z_job *job_new(struct world *world, size_t count)
{
	struct z_jobs *jobs = &world->zendesk.jobs;
	struct z_job *job = xcalloc(1, sizeof(*job));
	forget_old(world);
	snprintf(job->id, sizeof(job->id), "V3-%016llx%016llx",
	         (unsigned long long)prng_u64(&world->chance),
	         (unsigned long long)prng_u64(&world->chance));
	job->future.happens = job_ready;
	job->trouble = world->fault;
	job->items = xcalloc(count, sizeof(*job->items));
	job->count = job->stop = count;
	if (job->trouble == FAULT_JOB_FAILED || job->trouble == FAULT_JOB_KILLED)
		job->stop = prng_below(&world->chance, count);
	if ((jobs->count & (jobs->count - 1)) == 0)
		jobs->items = xrealloc(jobs->items, (jobs->count ? 2 * jobs->count : 1) *
		                                            sizeof(struct z_job *));
	jobs->items[jobs->count++] = job;
	map_put_pointer(&jobs->by_id, key_of(str_of(job->id)), job);
	return job;
}

struct z_job *zendesk_job_find(const struct world *world, struct str id)
{
	struct z_job *job = map_get_pointer(&world->zendesk.jobs.by_id, key_of(id));
	bool found = job && str_eq(str_of(job->id), id) && !job->vanished &&
	             !zendesk_job_is_old(world, job);
	return found ? job : NULL;
}

static void take_item(struct world *world, struct z_job_item *item, const struct json *change)
{
	int64_t id = 0;
	(void)json_int_at(change, "id", &id);
	item->ticket = (uint64_t)id;
	item->change = change;
	zendesk_count_unsafe(world, change);
	/* Changes in jobs are always checked for conflicts: without a stamp, against the time when
	 * they were queued. */
	if (zendesk_stamp(change, &item->stamp) == 0)
		item->stamp = stamp_second(world) * MSEC_SECOND;
	struct z_ticket *ticket = z_store_find(&world->zendesk.store, item->ticket);
	if (!ticket)
		return;
	zendesk_count_overlap(world, ticket, item->stamp);
	item->next = ticket->in_jobs;
	ticket->in_jobs = item;
}

static void queue(struct world *world, struct z_job *job, struct json *body)
{
	const struct json *changes = json_at(body, "tickets");
	job->body = body;
	for (size_t i = 0; i < job->count; i++)
		take_item(world, &job->items[i], json_item(changes, i));
	world->audit.jobs++;
	if (job->trouble == FAULT_JOB_LOST) {
		let_go(world, job);
		job->vanished = true;
		job->ended = world->now.mono;
		return;
	}
	job->in_flight = true;
	world->zendesk.jobs.in_flight++;
	msec wait = job->trouble == FAULT_JOB_LATE
	                    ? latency_between(world, JOB_LATE_MIN, JOB_LATE_MAX)
	                    : latency_between(world, 0, world->options.job_queue);
	world_plan(world, &job->future, world->now.mono + wait);
}

/* Returns what is wrong with the list, or NULL. */
static const char *complaint_about(const struct json *changes)
{
	const char *wrong = NULL;
	struct map seen;
	map_init(&seen);
	if (!json_item_count(changes))
		wrong = "tickets is missing or empty";
	for (struct json_each each = json_items(changes); json_next(&each) && !wrong;) {
		const struct json *change = each.value;
		int64_t id = 0;
		msec stamp;
		if (!json_int_at(change, "id", &id) || id < 1)
			wrong = "a ticket has no id";
		else if (map_get(&seen, (uint64_t)id, NULL))
			wrong = "a ticket is there twice";
		else if (zendesk_stamp(change, &stamp) < 0)
			wrong = "updated_stamp is required with safe_update";
		map_put(&seen, id < 1 ? 1 : (uint64_t)id, 1);
	}
	map_free(&seen);
	return wrong;
}

static void too_many_values(struct world_answer *answer)
{
	answer_json(answer, 400);
	buf_printf(&answer->body,
	           "{\"error\":\"TooManyValues\",\"description\":\"Parameter  cannot specify more "
	           "than %d values\","
	           "\"max_count\":%d}",
	           JOB_TICKETS_MAX, JOB_TICKETS_MAX);
}

/* The same changes without their tags. Takes ownership. */
static struct json *drop_tags(struct json *body)
{
	struct buf text;

	buf_init(&text, SIZE_MAX);
	buf_putc(&text, '{');
	json_add_key(&text, "tickets");
	rewrite_list(&text, json_at(body, "tickets"), &(struct rewrite){.without = {"tags"}});
	buf_putc(&text, '}');
	json_free(body);
	body = json_parse(buf_str(&text), NULL);
	buf_free(&text);
	return body;
}

static void accept(struct world *world, struct json *body, struct world_answer *answer)
{
	if (world->options.jobs_drop_tags)
		body = drop_tags(body);
	struct z_job *job = job_new(world, json_item_count(json_at(body, "tickets")));
	queue(world, job, body);
	answer_json(answer, 200);
	buf_puts(&answer->body, "{\"job_status\":");
	zendesk_add_job(world, job, &answer->body);
	buf_puts(&answer->body, "}");
}

void zendesk_update_many(struct world *world, const struct world_request *request,
                         struct world_answer *answer)
{
	struct buf ids;
	bool has_ids = query_parameter(request->target, "ids", &ids);
	buf_free(&ids);
	struct json *body = json_parse(request->body, NULL);
	const struct json *changes = json_at(body, "tickets");
	const char *wrong =
	        has_ids ? "ids is for one change of many tickets" : complaint_about(changes);
	if (json_item_count(changes) > JOB_TICKETS_MAX) {
		too_many_values(answer);
	} else if (wrong) {
		answer_error(answer, 400, "InvalidRequest", wrong);
	} else if (world->fault == FAULT_LOCK) {
		answer_error(answer, 409, "UpdateConflict",
		             "Resource is being changed by another request");
	} else if (world->zendesk.jobs.in_flight >= (size_t)world->options.jobs_max) {
		world->audit.jobs_refused++;
		zendesk_too_many_jobs(world, 429, answer);
	} else {
		accept(world, body, answer);
		return;
	}
	json_free(body);
}
