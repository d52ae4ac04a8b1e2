/* Keeps what is in force and what the disk says about it together, with one worker at a time. */
#include "daemon/run/writing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/run/state.h"
#include "daemon/system/accounts.h"
#include "daemon/system/clock.h"
#include "daemon/system/directories.h"
#include "daemon/system/file.h"
#include "engine/sent.h"

#define ANSWER_BYTES_MAX (256 * 1024)

/* --- the start --- */

void writing_open(struct app *app)
{
	struct writing *writing = &app->writing;
	char *folder = app->store != NULL ? file_folder(store_path(app->store))
	                                  : directories_store_chosen(app->settings->config);

	writing->work.data = writing->naming.data = app;
	writing->remembered = true;
	if (folder == NULL)
		return;
	stop_file_read(folder, clock_now().wall, &writing->in_force);
	writing->wanted = writing->in_force;
	if (writing->in_force.stopped && !app->resident)
		fprintf(stderr,
		        "ai-ticketd: writing is stopped; where no service runs that ai-ticketctl "
		        "could ask, remove %s/stop-writing to start it\n",
		        folder);
	if (app->store != NULL) {
		writing->folder = folder;
		if (!writing->wanted.stopped)
			stop_file_prepare(folder);
	} else {
		free(folder);
	}
}

struct engine_stop writing_stopped(const struct app *app)
{
	const struct stop_file *in_force = &app->writing.in_force;
	struct engine_stop stop = {.since = in_force->since};

	if (in_force->stopped)
		snprintf(stop.by, sizeof(stop.by), "%s", in_force->by);
	return stop;
}

/* --- answers --- */

struct listing {
	struct buf jobs, updates; /* members of two JSON arrays */
	size_t job_count, job_tickets, update_count;
};

static void add_sent(void *arg, const struct engine_sent *sent)
{
	struct listing *listing = arg;
	bool job = sent->job.len > 0;
	struct buf *out = job ? &listing->jobs : &listing->updates;

	listing->job_count += job;
	listing->job_tickets += job ? sent->tickets : 0;
	listing->update_count += !job;
	json_add_comma(out);
	buf_putc(out, '{');
	if (job)
		json_add_member(out, "job", sent->job);
	if (sent->ticket.id != 0)
		json_add_member_int(out, "ticket_id", (int64_t)sent->ticket.id);
	else
		json_add_member_int(out, "tickets", (int64_t)sent->tickets);
	buf_putc(out, '}');
}

/* Nothing that was sent can be recalled; its results are still read. */
static void add_listing(struct buf *json, struct app *app)
{
	struct listing listing = {.job_count = 0};

	buf_init(&listing.jobs, ANSWER_BYTES_MAX / 4);
	buf_init(&listing.updates, ANSWER_BYTES_MAX / 4);
	buf_putc(&listing.jobs, '[');
	buf_putc(&listing.updates, '[');
	engine_each_sent(app->engine, add_sent, &listing);
	buf_putc(&listing.jobs, ']');
	buf_putc(&listing.updates, ']');
	json_add_member_int(json, "jobs_that_cannot_be_recalled", (int64_t)listing.job_count);
	json_add_member_int(json, "tickets_in_these_jobs", (int64_t)listing.job_tickets);
	json_add_member_int(json, "updates_without_an_answer_yet", (int64_t)listing.update_count);
	json_add_key(json, "jobs");
	buf_add_str(json, buf_str(&listing.jobs));
	json_add_key(json, "updates");
	buf_add_str(json, buf_str(&listing.updates));
	buf_free(&listing.jobs);
	buf_free(&listing.updates);
}

static void answer_stop(struct app *app)
{
	struct writing *writing = &app->writing;
	struct route_reply *reply = writing->stop_reply;
	struct engine_stats stats;
	struct buf json;

	if (reply == NULL)
		return;
	writing->stop_reply = NULL;
	engine_stats(app->engine, &stats);
	char *message = xasprintf(
	        "%s.%s%s%s", stats.stopped,
	        writing->remembered ? "" : " It holds only while this process runs, because ",
	        writing->remembered ? "" : writing->failure.text,
	        writing->remembered ? ""
	                            : ". The service tries again each minute; writes = off in the "
	                              "configuration holds in any case.");
	buf_init(&json, ANSWER_BYTES_MAX);
	buf_putc(&json, '{');
	json_add_member(&json, "message", str_of(message));
	add_listing(&json, app);
	json_add_member_int(&json, "decided_and_waiting", (int64_t)stats.stopped_count);
	buf_putc(&json, '}');
	route_reply_send(reply, 200, buf_cstr(&json));
	buf_free(&json);
	free(message);
}

static void answer_start(struct app *app, int status, const char *text)
{
	struct route_reply *reply = app->writing.start_reply;

	app->writing.start_reply = NULL;
	if (reply != NULL)
		route_reply_say(reply, status, text);
}

/* --- remembering --- */

static void on_worker(uv_work_t *work)
{
	struct app *app = work->data;
	struct writing *writing = &app->writing;
	int code =
	        writing->task.stopped
	                ? stop_file_write(writing->folder, &writing->task, &writing->task_failure)
	                : stop_file_remove(writing->folder, &writing->task_failure);

	writing->task_failed = code < 0;
}

static void say_failure(struct app *app)
{
	struct writing *writing = &app->writing;
	bool news = writing->remembered || !writing->task.stopped;

	if (app->log != NULL && writing->task_failed && news)
		textlog_printf(app->log, LEVEL_ERROR,
		               writing->task.stopped
		                       ? "Writing is stopped, but a restart would end that: %s; "
		                         "trying again each minute"
		                       : "Writing stays stopped: %s",
		               writing->task_failure.text);
}

static void stop_is_remembered(struct app *app)
{
	struct writing *writing = &app->writing;

	say_failure(app);
	writing->remembered = !writing->task_failed;
	writing->failure = writing->task_failure;
	answer_stop(app);
	answer_start(app, 409, "writing was stopped again meanwhile");
}

/* A start that cannot be remembered is none. */
static void start_is_remembered(struct app *app)
{
	struct writing *writing = &app->writing;
	bool off = app->settings->config->service.writes == WRITES_OFF;

	say_failure(app);
	if (writing->task_failed) {
		char *text = xasprintf("writing stays stopped: %s", writing->task_failure.text);

		writing->wanted = writing->in_force;
		answer_start(app, 500, text);
		free(text);
		return;
	}
	writing->remembered = true;
	writing->in_force = writing->wanted;
	app_post(app, &(struct event){.kind = EVENT_START_WRITING});
	answer_start(app, off ? 409 : 200,
	             off ? "the order to stop is withdrawn, but writes = off in the configuration "
	                   "still stops writing: set writes = on and run ai-ticketctl reload"
	                 : "Writing is started.");
}

static void remember(struct app *app);

static void on_remembered(uv_work_t *work, int status)
{
	struct app *app = work->data;
	struct writing *writing = &app->writing;

	writing->busy = false;
	if (writing->task.stopped != writing->wanted.stopped ||
	    strcmp(writing->task.by, writing->wanted.by) != 0)
		remember(app);
	else if (writing->task.stopped)
		stop_is_remembered(app);
	else
		start_is_remembered(app);
}

static void remember(struct app *app)
{
	struct writing *writing = &app->writing;

	if (writing->busy)
		return; /* followed by this */
	writing->task = writing->wanted;
	writing->task_failed = false;
	writing->busy = true;
	if (writing->folder == NULL)
		on_remembered(&writing->work, 0);
	else
		ENSURE(uv_queue_work(&app->loop, &writing->work, on_worker, on_remembered) == 0);
}

void writing_remember(struct app *app)
{
	if (!app->writing.remembered && app->writing.wanted.stopped)
		remember(app);
}

const char *writing_trouble(const struct app *app)
{
	const struct writing *writing = &app->writing;

	return writing->in_force.stopped && !writing->remembered ? writing->failure.text : NULL;
}

/* --- who it was --- */

static void find_name(uv_work_t *work)
{
	struct app *app = work->data;

	app->writing.user = accounts_user_name(app->writing.uid);
}

/* The stop goes on under the name, in the file too. */
static void on_name(uv_work_t *work, int status)
{
	struct app *app = work->data;
	struct writing *writing = &app->writing;

	/* of a later stop somebody else may be the one */
	char words[sizeof(writing->in_force.by)];
	snprintf(words, sizeof(words), "uid %u", (unsigned)writing->uid);
	bool same = strcmp(words, writing->in_force.by) == 0;
	writing->looks_up = false;
	if (writing->user != NULL && writing->in_force.stopped && same && !app->finished) {
		struct event event = {.kind = EVENT_STOP_WRITING};

		snprintf(writing->in_force.by, sizeof(writing->in_force.by), "%.60s (uid %u)",
		         writing->user, (unsigned)writing->uid);
		if (writing->wanted.stopped)
			writing->wanted = writing->in_force;
		event.stop = writing_stopped(app);
		app_post(app, &event);
	}
	free(writing->user);
	writing->user = NULL;
}

static void name_by(struct app *app, const struct http_peer *by)
{
	struct writing *writing = &app->writing;
	char *words = writing->in_force.by;
	size_t size = sizeof(writing->in_force.by);

	if (by->door == HTTP_DOOR_TCP)
		snprintf(words, size, "the token %s from %.31s", by->token, by->address);
	else if (!by->known)
		snprintf(words, size, "an unknown user of the socket");
	else
		snprintf(words, size, "uid %u", (unsigned)by->uid);
	if (!by->known || writing->looks_up)
		return;
	writing->looks_up = true;
	writing->uid = by->uid;
	ENSURE(uv_queue_work(&app->loop, &writing->naming, find_name, on_name) == 0);
}

bool writing_looks_up(const struct app *app)
{
	return app->writing.looks_up;
}

/* --- orders --- */

void writing_stop(struct app *app, const struct http_peer *by, struct route_reply *reply)
{
	struct writing *writing = &app->writing;
	struct event event = {.kind = EVENT_STOP_WRITING};

	if (writing->stop_reply != NULL) {
		route_reply_say(reply, 409, "writing is being stopped by another order");
		return;
	}
	writing->stop_reply = reply;
	if (!writing->in_force.stopped) {
		writing->in_force = (struct stop_file){.stopped = true, .since = clock_now().wall};
		name_by(app, by);
		writing->remembered = true; /* until it is known that it is not */
	}
	writing->wanted = writing->in_force;
	event.stop = writing_stopped(app);
	app_post(app, &event);
}

void writing_is_stopped(struct app *app)
{
	remember(app);
}

void writing_start(struct app *app, struct route_reply *reply)
{
	struct writing *writing = &app->writing;
	struct engine_stats stats;

	engine_stats(app->engine, &stats);
	if (writing->start_reply != NULL) {
		route_reply_say(reply, 409, "writing is being started by another order");
	} else if (!writing->in_force.stopped) {
		bool off = stats.stopped[0] != '\0';

		route_reply_say(reply, off ? 409 : 200,
		                off ? stats.stopped : "Writing is not stopped; nothing to do.");
	} else {
		writing->start_reply = reply;
		writing->wanted = (struct stop_file){.stopped = false};
		remember(app);
	}
}

/* --- the end --- */

void writing_close(struct app *app)
{
	struct route_reply *reply = app->writing.stop_reply;

	app->writing.stop_reply = NULL;
	if (reply != NULL)
		route_reply_say(reply, 503,
		                "the service is stopping before it could answer: repeat the order, "
		                "or set writes = off in the configuration");
	answer_start(app, 503, "the service is stopping");
}

void writing_free(struct app *app)
{
	free(app->writing.folder);
	app->writing.folder = NULL;
}
