/* Ends a run step by step. The summary and the results file come first, because they may fail
 * and the failure must be logged; then the records; then the log; then libcurl and the handles
 * of the loop. */
#include "daemon/run/shutdown.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/run/state.h"

#define PATIENCE_MS 500
#define REPORT_BYTES_MAX (8 * 1024 * 1024)

static struct textlog *log_of_last_words;

static void log_last_words(const char *message)
{
	if (log_of_last_words != NULL)
		textlog_last_words(log_of_last_words, message);
	else
		fprintf(stderr, "%s\n", message);
	abort();
}

static void mark_failed(struct app *app)
{
	if (app->shutdown.status == STATUS_CLEAN)
		app->shutdown.status = STATUS_FAILED;
}

static void print_report(struct app *app)
{
	const struct buf *report = &app->shutdown.report;

	fwrite(buf_cstr(report), 1, report->len, stdout);
	if (fflush(stdout) != 0)
		mark_failed(app);
}

/* A name lookup on a worker cannot be cancelled, and nobody waits for its result: the process
 * ends without it. */
static void on_lookup_timeout(uv_timer_t *timer)
{
	struct app *app = timer->data;

	print_report(app);
	_exit((int)app->shutdown.status);
}

/* The timer is unreferenced: it limits how long the loop waits, and must not be a reason to
 * wait. */
void shutdown_prepare(struct app *app)
{
	struct shutdown *shutdown = &app->shutdown;

	buf_init(&shutdown->report, REPORT_BYTES_MAX);
	log_of_last_words = app->log;
	fatal_set_handler(log_last_words);
	ENSURE(uv_timer_init(&app->loop, &shutdown->patience) == 0);
	shutdown->patience.data = app;
	uv_unref((uv_handle_t *)&shutdown->patience);
}

/* --- the steps, last one first --- */

static void on_logs_closed(void *arg)
{
	struct app *app = arg;

	log_of_last_words = NULL;
	turns_close(&app->turns);
	lag_close(&app->lag);
	signals_close(&app->signals);
	http_client_close(app->client);
	bool looks_up = http_client_lookups(app->client) > 0 || alerts_lookups(app) > 0;

	if (looks_up || audit_looks_up(app) || writing_looks_up(app))
		(void)uv_timer_start(&app->shutdown.patience, on_lookup_timeout, PATIENCE_MS, 0);
}

static void on_records_closed(struct app *app)
{
	logs_close(app, on_logs_closed);
}

static void on_outcomes_closed(struct app *app, const char *written)
{
	if (written != NULL) {
		mark_failed(app);
		buf_printf(&app->shutdown.report, "%s\n", written);
	}
	records_close(app, on_records_closed);
}

static void to_log_and_report(void *arg, const char *line)
{
	struct app *app = arg;

	textlog_file_only(app->log, LEVEL_INFO, str_of(line));
	buf_puts(&app->shutdown.report, line);
	buf_putc(&app->shutdown.report, '\n');
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

void shutdown_begin(struct app *app, enum exit_status status)
{
	struct engine_stats stats;

	if (app->shutdown.begun)
		return;
	app->shutdown.begun = true;
	app->shutdown.status = status;
	progress_stop(&app->progress);
	idle_close(app);
	logs_stop(app);
	drop_requests(app);
	alerts_close(app);
	reconfigure_close(app);
	writing_close(app);
	audit_close(app);
	orders_close(app);
	api_events_close(app);
	sockets_close(app);
	janitor_close(app);
	manager_close(app);
	engine_stats(app->engine, &stats);
	repeats_flush(app);
	if (backtest_is_on(app))
		backtest_report(app, &app->shutdown.report);
	else if (!app->resident)
		report_summary(&stats.batch, to_log_and_report, app);
	outcomes_close(app, &stats.batch, on_outcomes_closed);
}

enum exit_status shutdown_finish(struct app *app)
{
	uv_close((uv_handle_t *)&app->shutdown.patience, NULL);
	(void)uv_run(&app->loop, UV_RUN_DEFAULT);
	ENSURE(uv_loop_close(&app->loop) == 0);
	http_client_free(app->client);
	alerts_free(app);
	api_overruled_free(app);
	engine_free(app->engine);
	print_report(app);
	records_free(app);
	backtest_free(app);
	sockets_free(app);
	reconfigure_free(app);
	undoing_free(app);
	writing_free(app);
	health_view_free(app);
	logs_free(app);
	app_post_free(app);
	buf_free(&app->shutdown.report);
	return app->shutdown.status;
}

void shutdown_at_once(struct app *app)
{
	const char *path = outcomes_temporary(app);
	char *message =
	        xasprintf("ai-ticketd: aborted by a second signal%s%s",
	                  path != NULL ? "; results so far: " : "", path != NULL ? path : "");

	textlog_last_words(app->log, message);
	_exit(STATUS_LEFT_AT_ONCE);
}
