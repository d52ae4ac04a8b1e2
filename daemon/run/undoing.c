/* From what a person names, tickets, a time or a run, to the tickets that were updated then; to
 * the plan; and to its end. */
#include "daemon/run/undoing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/run/state.h"
#include "daemon/run/undo_job.h"
#include "daemon/system/clock.h"

#define ANSWER_BYTES_MAX ((size_t)VIEW_BYTES_MAX)
#define RUNS_MAX 100000

/* Looks for the tickets of a plan in the history, the newest first. */
struct selection {
	struct app *app;
	struct undo_job *job;
	struct route_reply *reply;
	struct store_span span;
	int64_t run;          /* 0 = all of the span; 1 = the newest run, 2 = the one before … */
	int64_t runs, newest; /* how many were met, and the last of them (`run` of its outcomes) */
	bool too_many;
	struct map taken_back; /* tickets that were undone later */
};

void undoing_start(struct app *app)
{
	list_init(&app->undoing.jobs);
}

void undoing_free(struct app *app)
{
	if (app->undoing.jobs.next == NULL)
		return;
	while (!list_empty(&app->undoing.jobs))
		undo_job_free(list_first(&app->undoing.jobs, struct undo_job, node));
}

static struct undo_job *find_job(struct app *app, uint64_t number)
{
	list_each(node, next, &app->undoing.jobs)
	{
		struct undo_job *job = container_of(node, struct undo_job, node);

		if (job->number == number)
			return job;
	}
	return NULL;
}

/* Jobs that are not over yet cannot give way to another one. */
static bool is_room_for_job(struct app *app)
{
	size_t busy = 0;

	list_each(node, next, &app->undoing.jobs)
	{
		const struct undo_job *job = container_of(node, struct undo_job, node);

		busy += job->state != UNDO_PLANNED && job->state != UNDO_OVER;
	}
	return busy < UNDO_JOBS_MAX;
}

static struct undo_job *new_job(struct app *app)
{
	struct undo_job *job = undo_job_new(++app->undoing.last);
	size_t count = 0;

	list_push_back(&app->undoing.jobs, &job->node);
	list_each(node, next, &app->undoing.jobs) count++;
	list_each(node, next, &app->undoing.jobs)
	{
		struct undo_job *old = container_of(node, struct undo_job, node);

		if (count <= UNDO_JOBS_MAX)
			break;
		if (old->state != UNDO_PLANNED && old->state != UNDO_OVER)
			continue;
		undo_job_free(old);
		count--;
	}
	return job;
}

static void answer_job(const struct undo_job *job, int status, struct route_reply *reply)
{
	struct buf json;

	buf_init(&json, ANSWER_BYTES_MAX);
	undo_job_json(job, &json);
	if (json.overflow)
		route_reply_say(reply, 500,
		                "the answer is too large: undo fewer tickets at a time");
	else
		route_reply_send(reply, status, buf_cstr(&json));
	buf_free(&json);
}

/* Why nothing can be taken back now, or with `does` only planned; NULL = it can. */
static const char *why_not(struct app *app, bool does)
{
	static struct engine_stats stats;

	engine_stats(app->engine, &stats);
	if (stats.stopped[0] != '\0')
		return stats.stopped;
	if (stats.zendesk_halted)
		return stats.zendesk_reason;
	if (does && stats.writing == WRITE_MODE_SHADOW)
		return "Shadow mode: nothing is written to Zendesk, so nothing is taken back; set "
		       "mode = writing first";
	return app->store == NULL ? "this is a dry run: nothing was written, and nothing is" : NULL;
}

static void post(struct app *app, struct undo_job *job, bool look, const struct ticket_key *tickets,
                 size_t count)
{
	snprintf(job->order, sizeof(job->order), "%s-%lld-%llu", look ? "look" : "undo",
	         (long long)clock_now().wall, (unsigned long long)job->number);
	app_post(app, &(struct event){.kind = EVENT_UNDO,
	                              .tickets = tickets,
	                              .ticket_count = count,
	                              .by = "ai-ticketctl",
	                              .order = job->order,
	                              .forget = job->forget,
	                              .look = look});
}

/* Asks the engine to look at all tickets of the job. */
static void begin_reading(struct app *app, struct undo_job *job, struct route_reply *reply)
{
	struct ticket_key *tickets = xcalloc(job->count + 1, sizeof(*tickets));

	for (size_t i = 0; i < job->count; i++)
		tickets[i] = ticket_key(ACCOUNT_FIRST, job->entries[i].id);
	job->state = job->count > 0 ? UNDO_READING : UNDO_PLANNED;
	if (job->count > 0)
		post(app, job, true, tickets, job->count);
	free(tickets);
	answer_job(job, 202, reply);
}

/* --- selecting --- */

/* Whether the outcome belongs to what is selected; false also when the search is over. */
static bool is_selected(struct selection *selection, const struct json *payload, bool *ret_over)
{
	int64_t run = 0;

	if (selection->run == 0)
		return true;
	if (!json_int_at(payload, "run", &run) || run == 0)
		return false;
	if (run != selection->newest) {
		selection->newest = run;
		selection->runs++;
	}
	*ret_over = selection->runs > selection->run;
	return selection->runs == selection->run;
}

static bool is_update(const struct json *payload)
{
	return str_eq(json_str_at(payload, "state"), STR("done")) &&
	       json_at(payload, "tags_after") != NULL;
}

/* True: nothing older matters. */
static bool select_event(struct selection *selection, const struct store_event *event)
{
	struct err err;
	struct json *payload =
	        event->payload != NULL ? json_parse(str_of(event->payload), &err) : NULL;
	uint64_t id = event->ticket.id;
	bool over = false;

	if (event->kind == RECORD_UNDO) {
		if (str_eq(json_str_at(payload, "result"), STR("undone")))
			map_put(&selection->taken_back, id, 1);
	} else if (is_selected(selection, payload, &over) && is_update(payload) &&
	           !map_get(&selection->taken_back, id, NULL) &&
	           !undo_job_add(selection->job, id, UNDO_TICKETS_MAX)) {
		selection->too_many = over = true;
	}
	json_free(payload);
	return over;
}

static void end_selection(struct selection *selection, const char *error)
{
	struct undo_job *job = selection->job;

	if (error != NULL)
		route_reply_say(selection->reply, 500, error);
	else if (selection->too_many)
		route_reply_say(selection->reply, 400,
		                "more than 10,000 tickets were updated since then: choose a later "
		                "time, and undo the rest afterwards");
	else
		begin_reading(selection->app, job, selection->reply);
	if (error != NULL || selection->too_many)
		undo_job_free(job);
	map_free(&selection->taken_back);
	free(selection);
}

static void on_selected(void *arg, const struct store_events *events)
{
	struct selection *selection = arg;
	bool over = !events->more;

	for (size_t i = 0; i < events->count && !selection->too_many; i++)
		if (select_event(selection, &events->events[i])) {
			over = true;
			break;
		}
	if (events->error != NULL || over || selection->app->store == NULL) {
		end_selection(selection, events->error);
		return;
	}
	selection->span.after = events->next;
	store_history(selection->app->store, &selection->span, on_selected, selection);
}

static void begin_selection(struct app *app, struct undo_job *job, msec since, int64_t run,
                            struct route_reply *reply)
{
	struct selection *selection = xcalloc(1, sizeof(*selection));

	*selection = (struct selection){
	        .app = app,
	        .job = job,
	        .reply = reply,
	        .run = run,
	        .span = {.from = since,
	                 .to = INT64_MAX,
	                 .kinds = STORE_KIND(RECORD_OUTCOME) | STORE_KIND(RECORD_UNDO),
	                 .newest_first = true}};
	map_init(&selection->taken_back);
	store_history(app->store, &selection->span, on_selected, selection);
}

/* --- the commands --- */

static int add_ids(struct undo_job *job, const struct json *list, struct err *err)
{
	for (struct json_each each = json_items(list); json_next(&each);) {
		int64_t id = json_int_value(each.value);

		if (id <= 0)
			return err_set(err, "entry %zu of \"ids\" is not a ticket number",
			               each.index + 1);
		if (!undo_job_add(job, (uint64_t)id, UNDO_TICKETS_MAX))
			return err_set(err, "at most %d tickets at a time", UNDO_TICKETS_MAX);
	}
	return 0;
}

static int read_plan(struct undo_job *job, const struct json *tree, int64_t *ret_since,
                     int64_t *ret_run, struct err *err)
{
	const struct json *ids = json_at(tree, "ids");
	bool since = json_int_at(tree, "since", ret_since), run = json_int_at(tree, "run", ret_run);
	bool forgets = json_bool_at(tree, "forget", &job->forget);
	size_t named = (json_item_count(ids) > 0) + since + run;

	if (!forgets && json_at(tree, "forget") != NULL)
		return err_set(err, "\"forget\" must be true or false");
	if (named != 1 || json_member_count(tree) != named + forgets)
		return err_set(err,
		               "the body must name tickets, a time or a run: {\"ids\":[12345]}, "
		               "{\"since\":1795608000000} or {\"run\":1}");
	if (run && (*ret_run < 1 || *ret_run > RUNS_MAX))
		return err_set(err, "\"run\" must be from 1 to %d: 1 is the latest", RUNS_MAX);
	if (since && *ret_since < 0)
		return err_set(err, "\"since\" must be a time in ms since 1970");
	return add_ids(job, ids, err);
}

void undoing_plan_begin(struct app *app, struct route_reply *reply)
{
	const char *refusal = why_not(app, false);
	int64_t since = 0, run = 0;
	struct err err;

	if (refusal != NULL) {
		route_reply_say(reply, 409, refusal);
		return;
	}
	if (!is_room_for_job(app)) {
		route_reply_say(reply, 503,
		                "other undos are still under way: try again when they are over");
		return;
	}
	struct json *tree = json_parse(route_reply_body(reply), &err);
	struct undo_job *job = new_job(app);
	if (tree == NULL) {
		struct err why = err;

		err_set(&err, "the body is not valid JSON: %s", why.text);
	}
	if (tree == NULL || read_plan(job, tree, &since, &run, &err) < 0) {
		route_reply_say(reply, 400, err.text);
		undo_job_free(job);
	} else if (job->count > 0) {
		begin_reading(app, job, reply);
	} else {
		begin_selection(app, job, run > 0 ? 0 : since, run, reply);
	}
	json_free(tree);
}

void undoing_show(struct app *app, uint64_t number, struct route_reply *reply)
{
	const struct undo_job *job = find_job(app, number);

	if (job == NULL)
		route_reply_say(
		        reply, 404,
		        "no such job: the service was started anew meanwhile, or it is long "
		        "over; ai-ticketctl history --undone shows what was done");
	else
		answer_job(job, 200, reply);
}

static int64_t job_named(const struct route_reply *reply)
{
	struct err err;
	struct json *tree = json_parse(route_reply_body(reply), &err);
	int64_t number = 0;

	(void)json_int_at(tree, "job", &number);
	json_free(tree);
	return number;
}

void undoing_do(struct app *app, const struct http_peer *by, struct route_reply *reply)
{
	int64_t number = job_named(reply);
	struct undo_job *job = number > 0 ? find_job(app, (uint64_t)number) : NULL;
	const char *refusal = why_not(app, true);
	size_t count;

	if (number <= 0) {
		route_reply_say(reply, 400, "the body must name a plan: {\"job\":1}");
		return;
	}
	if (refusal != NULL || job == NULL || job->state != UNDO_PLANNED) {
		route_reply_say(reply, 409,
		                refusal != NULL ? refusal
		                                : "there is no such plan that waits to be done: "
		                                  "POST /undo-plan makes one");
		return;
	}
	struct ticket_key *tickets = undo_job_chosen(job, &count);
	(void)audit_order(app, ROUTE_UNDO, tickets, count, by);
	undo_job_begin(job, clock_now().mono);
	if (count > 0)
		post(app, job, false, tickets, count);
	else
		job->state = UNDO_OVER;
	free(tickets);
	answer_job(job, 202, reply);
}

void undoing_told(struct app *app, const struct effect *effect)
{
	const struct undone *undone = &effect->undone;

	if (app->undoing.jobs.next == NULL)
		return;
	list_each(node, next, &app->undoing.jobs)
	{
		struct undo_job *job = container_of(node, struct undo_job, node);

		if (strcmp(job->order, undone->order) != 0 ||
		    !undo_job_tell(job, effect->ticket.id, undone))
			continue;
		if (job->told < job->count)
			return;
		job->ended = clock_now().mono;
		job->state = undone->look ? UNDO_PLANNED : UNDO_OVER;
		return;
	}
}
