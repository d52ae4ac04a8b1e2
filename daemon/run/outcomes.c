/* See batches.h. Files take their names while the next batch is under way; the end waits for all of them (leave.c). */
#include "daemon/run/outcomes.h"

#include "daemon/run/records.h"
#include "daemon/run/shutdown.h"
#include "llm/prompt.h"

static void say_outcome(struct app *app, const struct outcome *outcome)
{
	struct textlog_event event = {.name = "outcome",
	                              .ticket_id = outcome->ticket.id,
	                              .status = outcome_status_name(outcome->status),
	                              .error = outcome->reason};
	struct buf text;

	buf_init(&text, 4096);
	report_outcome_text(&text, outcome);
	textlog_say_event(app->log, outcome->status == OUTCOME_ERROR ? LEVEL_ERROR : LEVEL_INFO, buf_str(&text),
	                  &event);
	buf_free(&text);
}

void outcomes_take(struct app *app, const struct effect *effect)
{
	say_outcome(app, &effect->outcome);
	records_outcome(app, &effect->outcome);
	if (!app->settings->config->log.json)
		return;
	if (app->results == NULL)
		app->results = results_new(&app->loop, app->log_dir, PROMPT_VERSION, app->seal);
	results_add(app->results, &effect->batch, &effect->outcome);
}

static void on_file_closed(void *arg, const char *path, const char *error)
{
	struct app *app = arg;

	app->files_closing--;
	if (error != NULL)
		textlog_printf(app->log, LEVEL_ERROR,
		               path == NULL ? "The results could not be written: %s"
		                            : "A ticket that was erased still stands in the results, the next start "
		                              "tries again: %s",
		               error);
	if (path != NULL)
		textlog_printf(app->log, LEVEL_INFO, "Results: %s", path);
	shutdown_when_quiet(app);
}

static void to_log(void *arg, const char *line)
{
	struct app *app = arg;

	textlog_say(app->log, LEVEL_INFO, str_of(line));
}

void outcomes_batch_over(struct app *app, const struct batch *batch)
{
	report_summary(batch, to_log, app);
	if (app->results == NULL)
		return;
	app->files_closing++;
	results_close(app->results, batch, on_file_closed, app);
	app->results = NULL;
}
