/* Gives outcomes to the log and the results file. A results file is closed while the next batch
 * is already running; the end of the run waits until all of them are closed. */
#include "daemon/run/outcomes.h"

#include "daemon/run/state.h"

#define WRITTEN_BYTES_MAX (4 * 1024 * 1024)

static void log_outcome(struct app *app, const struct outcome *outcome)
{
	struct textlog_event event = {.name = "outcome",
	                              .ticket_id = outcome->ticket.id,
	                              .status = outcome_status_name(outcome->status),
	                              .error = outcome->reason};
	struct buf text;

	if (outcome->status == OUTCOME_ERROR && repeats_hide(app, LEVEL_ERROR, outcome->reason))
		return;
	buf_init(&text, 4096);
	report_outcome_text(&text, outcome);
	textlog_say_event(app->log, outcome->status == OUTCOME_ERROR ? LEVEL_ERROR : LEVEL_INFO,
	                  buf_str(&text), &event);
	buf_free(&text);
}

void outcomes_take(struct app *app, const struct effect *effect)
{
	struct outcomes *outcomes = &app->outcomes;

	if (backtest_is_on(app)) {
		backtest_take(app, &effect->outcome);
		if (effect->outcome.status == OUTCOME_ERROR)
			log_outcome(app, &effect->outcome);
		return;
	}
	log_outcome(app, &effect->outcome);
	if (!app->settings->config->log.json)
		return;
	if (outcomes->results == NULL)
		outcomes->results = results_new(&app->loop, logs_folder(app), logs_key(app));
	results_add(outcomes->results, &effect->batch, &effect->outcome);
}

bool outcomes_are_closing(const struct app *app)
{
	return app->outcomes.files_closing > 0;
}

bool outcomes_forget(struct app *app, struct ticket_key ticket,
                     void (*gone)(void *arg, struct ticket_key ticket), void *arg)
{
	if (app->outcomes.results == NULL)
		return false;
	results_forget(app->outcomes.results, ticket, gone, arg);
	return true;
}

const char *outcomes_temporary(const struct app *app)
{
	return app->outcomes.results != NULL ? results_temporary(app->outcomes.results) : NULL;
}

/* --- closing files --- */

static void log_results_error(struct app *app, const char *path, const char *error)
{
	textlog_printf(app->log, LEVEL_ERROR,
	               path == NULL ? "The results could not be written: %s"
	                            : "An erased ticket is still in the results; the next start of "
	                              "the service retries: %s",
	               error);
}

static void log_results_path(struct app *app, const char *path)
{
	if (path != NULL)
		textlog_printf(app->log, LEVEL_INFO, "Results: %s", path);
}

static void tell_when_closed(struct app *app)
{
	struct outcomes *outcomes = &app->outcomes;

	if (outcomes->closed == NULL || outcomes->results != NULL || outcomes->files_closing > 0)
		return;
	outcomes->closed(app, outcomes->lost ? buf_cstr(&outcomes->written) : NULL);
	buf_free(&outcomes->written);
}

static void on_batch_closed(void *arg, const char *path, const char *error)
{
	struct app *app = arg;

	app->outcomes.files_closing--;
	if (error != NULL)
		log_results_error(app, path, error);
	log_results_path(app, path);
	tell_when_closed(app);
}

static void log_summary_line(void *arg, const char *line)
{
	struct app *app = arg;

	textlog_say(app->log, LEVEL_INFO, str_of(line));
}

void outcomes_batch_over(struct app *app, const struct batch *batch)
{
	struct results *results = app->outcomes.results;

	repeats_flush(app);
	report_summary(batch, log_summary_line, app);
	if (results == NULL)
		return;
	app->outcomes.results = NULL;
	app->outcomes.files_closing++;
	results_close(results, batch, on_batch_closed, app);
}

/* --- the end --- */

static void on_last_closed(void *arg, const char *path, const char *error)
{
	struct app *app = arg;
	struct outcomes *outcomes = &app->outcomes;

	outcomes->results = NULL;
	outcomes->lost = error != NULL && path == NULL;
	if (error != NULL)
		log_results_error(app, path, error);
	if (outcomes->lost)
		textlog_say(app->log, LEVEL_ERROR, buf_str(&outcomes->written));
	log_results_path(app, path);
	tell_when_closed(app);
}

static void list_written(struct outcomes *outcomes)
{
	struct buf ids;

	buf_init(&ids, WRITTEN_BYTES_MAX);
	results_list_written(outcomes->results, &ids);
	if (ids.len > 0)
		buf_printf(&outcomes->written, "Already written to Zendesk: tickets %s",
		           buf_cstr(&ids));
	else
		buf_puts(&outcomes->written, "Nothing was written to Zendesk");
	buf_free(&ids);
}

void outcomes_close(struct app *app, const struct batch *batch,
                    void (*closed)(struct app *app, const char *written))
{
	struct outcomes *outcomes = &app->outcomes;

	outcomes->closed = closed;
	buf_init(&outcomes->written, WRITTEN_BYTES_MAX);
	if (outcomes->results == NULL) {
		tell_when_closed(app);
		return;
	}
	list_written(outcomes);
	results_close(outcomes->results, batch, on_last_closed, app);
}
