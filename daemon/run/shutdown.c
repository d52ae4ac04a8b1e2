/* The order of the end: last lines and the results file, since they may fail and that must be told; then the log; then libcurl and the
 * handles. */
#include "daemon/run/shutdown.h"

#include "daemon/run/janitor.h"
#include "daemon/run/control.h"
#include "daemon/run/records.h"
#include "daemon/run/idle.h"
#include "daemon/server/http_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PATIENCE_MS 500
#define REPORT_BYTES_MAX (4 * 1024 * 1024)

static struct textlog *log_of_last_words;

static void die(const char *message)
{
	if (log_of_last_words != NULL)
		textlog_last_words(log_of_last_words, message);
	else
		fprintf(stderr, "%s\n", message);
	abort();
}

static void print_report(struct app *app)
{
	fwrite(buf_cstr(&app->report), 1, app->report.len, stdout);
	if (fflush(stdout) != 0 && app->status == STATUS_CLEAN)
		app->status = STATUS_FAILED;
}

/* A lookup cannot be called back from its worker, and nobody waits for it any more. */
static void on_patience_lost(uv_timer_t *timer)
{
	struct app *app = timer->data;

	print_report(app);
	_exit((int)app->status);
}

/* The timer is unreferenced: it ends a wait, it is no reason to wait. */
void shutdown_prepare(struct app *app)
{
	buf_init(&app->report, 2 * REPORT_BYTES_MAX);
	buf_init(&app->written, REPORT_BYTES_MAX);
	buf_init(&app->changes, REPORT_BYTES_MAX);
	log_of_last_words = app->log;
	fatal_set_handler(die);
	ENSURE(uv_timer_init(&app->loop, &app->patience) == 0);
	app->patience.data = app;
	uv_unref((uv_handle_t *)&app->patience);
}

static void on_log_closed(void *arg)
{
	struct app *app = arg;

	log_of_last_words = NULL;
	app->log = NULL;
	if (app->journal != NULL)
		journal_close(app->journal);
	turns_close(&app->turns);
	lag_close(&app->lag);
	signals_close(&app->signals);
	http_client_close(app->client);
	if (http_client_lookups(app->client) > 0)
		(void)uv_timer_start(&app->patience, on_patience_lost, PATIENCE_MS, 0);
}

static void to_log_and_report(void *arg, const char *line)
{
	struct app *app = arg;

	textlog_file_only(app->log, LEVEL_INFO, str_of(line));
	buf_puts(&app->report, line);
	buf_putc(&app->report, '\n');
}

static void on_results_closed(void *arg, const char *path, const char *error)
{
	struct app *app = arg;

	app->results = NULL;
	if (error != NULL && path != NULL)
		textlog_printf(app->log, LEVEL_ERROR,
		               "A ticket that was erased still stands in the results, the next start tries again: %s",
		               error);
	else if (error != NULL) {
		textlog_printf(app->log, LEVEL_ERROR, "The results could not be written: %s", error);
		if (app->status == STATUS_CLEAN)
			app->status = STATUS_FAILED;
		textlog_say(app->log, LEVEL_ERROR, buf_str(&app->written));
		buf_add_str(&app->report, buf_str(&app->written));
		buf_putc(&app->report, '\n');
	}
	if (path != NULL)
		textlog_printf(app->log, LEVEL_INFO, "Results: %s", path);
	shutdown_when_quiet(app);
}

static void on_kept(void *arg)
{
	struct app *app = arg;

	textlog_close(app->log, on_log_closed, app);
}

void shutdown_when_quiet(struct app *app)
{
	if (!app->closing || app->results != NULL || app->files_closing > 0)
		return;
	records_close(app, on_kept);
}

/* Should the file be lost, what was done to Zendesk must still be told. */
static void prepare_list_of_written(struct app *app)
{
	struct buf ids;

	buf_init(&ids, REPORT_BYTES_MAX);
	results_list_written(app->results, &ids);
	if (ids.len > 0)
		buf_printf(&app->written, "Written to Zendesk all the same: tickets %s", buf_cstr(&ids));
	else
		buf_puts(&app->written, "Nothing was written to Zendesk");
	buf_free(&ids);
}

static void drop_requests(struct app *app)
{
	struct http_reply reply;
	void *owner;

	http_client_cancel_all(app->client);
	while (http_client_take(app->client, &owner, &reply)) {
		http_reply_free(&reply);
		effect_free(owner);
	}
}

void shutdown_begin(struct app *app)
{
	struct engine_stats stats;

	app->closing = true;
	progress_stop(&app->progress);
	idle_close(app);
	retention_stop(&app->retention);
	drop_requests(app);
	if (app->resident) {
		control_close(app);
		janitor_close(app);
	}
	engine_stats(app->engine, &stats);
	if (!app->resident)
		report_summary(&stats.batch, to_log_and_report, app);
	if (app->results == NULL) {
		shutdown_when_quiet(app);
		return;
	}
	prepare_list_of_written(app);
	results_close(app->results, &stats.batch, on_results_closed, app);
}

void shutdown_finish(struct app *app)
{
	uv_close((uv_handle_t *)&app->patience, NULL);
	(void)uv_run(&app->loop, UV_RUN_DEFAULT);
	ENSURE(uv_loop_close(&app->loop) == 0);
	http_client_free(app->client);
	engine_free(app->engine);
	print_report(app);
	records_free(app);
	if (app->fresh != NULL) /* read, and the end came first */
		settings_free(app->fresh);
	free(app->fresh);
	http_server_free(app->server);
	buf_free(&app->inherited_refused);
	free(app->reload_refused);
	free(app->http_host);
	free(app->http_token);
	free(app->process_tickets);
	buf_free(&app->changes);
	free(app->log_dir);
	seal_key_free(app->seal);
	free(app->pins);
	free(app->proxy);
	free(app->ca_file);
	free(app->last_alert);
	buf_free(&app->report);
	buf_free(&app->written);
}

void shutdown_at_once(struct app *app)
{
	const char *path = app->results != NULL ? results_temporary(app->results) : NULL;
	char *message = xasprintf("ai-ticketd: left at once upon a second signal%s%s",
	                          path != NULL ? "; results so far: " : "", path != NULL ? path : "");

	textlog_last_words(app->log, message);
	_exit(STATUS_LEFT_AT_ONCE);
}
