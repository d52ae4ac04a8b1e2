/* Setting up, turning, tearing down. The order of the end: last lines and the results file, then the log, then libcurl and the
 * handles; the loop runs out by itself. */
#include "daemon/app.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "base/crypto.h"
#include "base/json.h"
#include "daemon/directories.h"
#include "daemon/http_client.h"
#include "daemon/progress.h"
#include "daemon/results.h"
#include "daemon/signals.h"
#include "daemon/textlog.h"
#include "daemon/turns.h"
#include "daemon/when.h"
#include "engine/engine.h"
#include "llm/prompt.h"

#define SLICE_NS (2 * 1000 * 1000)
#define OTHER_IN_FLIGHT 64 /* requests to Zendesk, beside those to the model */
#define OTHER_DESCRIPTORS 64
#define PATIENCE_MS 500
#define REPORT_BYTES_MAX (4 * 1024 * 1024)

struct app {
	const struct settings *settings;
	uv_loop_t loop;
	struct engine *engine;
	struct effects effects;
	struct http_client *client;
	struct textlog *log;
	struct results *results; /* NULL when none are wanted or it is closed */
	struct progress progress;
	struct signals signals;
	struct turns turns;
	uv_timer_t patience;
	char *pins;
	uint64_t durable_upto;  /* records to be reported durable in the next turn; 0 = none */
	bool drain;             /* to be told to the engine in the next turn */
	bool finished, closing; /* the run is over; we are leaving */
	enum exit_status status;
	struct buf report;  /* for stdout, at the very end */
	struct buf written; /* what was done to Zendesk, in case the results file cannot tell */
};

static struct textlog *log_of_last_words;

static void die(const char *message)
{
	if (log_of_last_words != NULL)
		textlog_last_words(log_of_last_words, message);
	else
		fprintf(stderr, "%s\n", message);
	abort();
}

static enum exit_status status_of_end(enum run_end end)
{
	switch (end) {
	case RUN_CLEAN: return STATUS_CLEAN;
	case RUN_FAILED: return STATUS_FAILED;
	case RUN_NOT_LET_IN: return STATUS_NOT_LET_IN;
	case RUN_NO_MONEY: return STATUS_NO_MONEY;
	}
	return STATUS_FAILED;
}

/* --- effects to calls --- */

static void tell_outcome(struct app *app, const struct effect *effect)
{
	struct engine_stats stats;
	struct buf text;

	buf_init(&text, 4096);
	report_outcome_text(&text, &effect->outcome);
	textlog_say(app->log, effect->outcome.status == OUTCOME_ERROR ? LEVEL_ERROR : LEVEL_INFO, buf_str(&text));
	buf_free(&text);
	if (app->results == NULL)
		return;
	engine_stats(app->engine, &stats);
	results_add(app->results, &stats.batch, &effect->outcome);
}

static void finish(struct app *app, const struct effect *effect)
{
	app->finished = true;
	app->status = status_of_end(effect->end);
	if (effect->text != NULL && effect->text[0] != '\0')
		textlog_say(app->log, effect->end == RUN_CLEAN ? LEVEL_INFO : LEVEL_ERROR, str_of(effect->text));
}

/* Takes the effect over. A request lives until its reply was delivered, everything else is done at once. */
static void carry_out(struct app *app, struct effect *effect)
{
	switch (effect->kind) {
	case EFFECT_REQUEST: http_client_send(app->client, effect->number, &effect->request, effect); return;
	case EFFECT_CANCEL: http_client_cancel(app->client, effect->number); break;
	case EFFECT_PERSIST: app->durable_upto = effect->number; break;
	case EFFECT_SAY: textlog_say(app->log, effect->level, str_of(effect->text)); break;
	case EFFECT_ALERT: textlog_say(app->log, LEVEL_ERROR, str_of(effect->text)); break;
	case EFFECT_OUTCOME: tell_outcome(app, effect); break;
	case EFFECT_FINISHED: finish(app, effect); break;
	}
	effect_free(effect);
}

/* --- results to events --- */

static void step(struct app *app, struct event *event)
{
	struct effect *effect;

	event->at = when_now();
	engine_step(app->engine, event, &app->effects);
	while ((effect = effects_take(&app->effects)) != NULL)
		carry_out(app, effect);
}

static void step_durable(struct app *app)
{
	struct event event = {.kind = EVENT_PERSISTED, .upto = app->durable_upto};

	if (app->durable_upto == 0)
		return;
	app->durable_upto = 0;
	step(app, &event);
}

static void step_drain(struct app *app)
{
	struct event event = {.kind = EVENT_DRAIN};

	if (!app->drain)
		return;
	app->drain = false;
	step(app, &event);
}

static bool step_reply(struct app *app)
{
	struct http_reply reply;
	struct event event = {.kind = EVENT_REPLY, .reply = &reply};
	struct effect *effect;
	void *owner;

	if (!http_client_take(app->client, &owner, &reply))
		return false;
	effect = owner;
	event.request = effect->number;
	step(app, &event);
	http_reply_free(&reply);
	effect_free(effect);
	return true;
}

static bool step_tick(struct app *app)
{
	struct event event = {.kind = EVENT_TICK};

	if (engine_deadline(app->engine) > when_now().mono)
		return false;
	step(app, &event);
	return true;
}

static void close_results(struct app *app);

/* Replies and ticks take turns, so that neither starves the other. */
static msec turn(void *arg)
{
	struct app *app = arg;
	uint64_t end = uv_hrtime() + SLICE_NS;
	bool more = true;

	if (app->closing)
		return MSEC_NEVER;
	step_drain(app);
	step_durable(app);
	while (more && !app->finished && uv_hrtime() < end) {
		more = step_reply(app);
		if (!app->finished)
			more = step_tick(app) || more;
	}
	if (app->finished) {
		close_results(app);
		return MSEC_NEVER;
	}
	http_client_pump(app->client);
	if (more || app->durable_upto != 0 || http_client_busy(app->client))
		return 0;
	return engine_deadline(app->engine);
}

/* --- signals --- */

static void on_signal(void *arg, unsigned count)
{
	struct app *app = arg;
	char message[1200];
	const char *path = app->results != NULL ? results_temporary(app->results) : NULL;

	if (count == 1 && !app->finished) {
		app->drain = true;
		textlog_say(app->log, LEVEL_WARNING,
		            STR("Stopping: finishing what is in flight; a second signal leaves at once"));
	}
	if (count < 2)
		return;
	snprintf(message, sizeof(message), "ai-ticketd: left at once upon a second signal%s%.1000s",
	         path != NULL ? "; results so far: " : "", path != NULL ? path : "");
	textlog_last_words(app->log, message);
	_exit(STATUS_LEFT_AT_ONCE);
}

/* --- the end --- */

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

/* Unreferenced: it ends a wait, it is no reason to wait. */
static void start_patience(struct app *app)
{
	ENSURE(uv_timer_init(&app->loop, &app->patience) == 0);
	app->patience.data = app;
	uv_unref((uv_handle_t *)&app->patience);
}

static void on_log_closed(void *arg)
{
	struct app *app = arg;

	log_of_last_words = NULL;
	app->log = NULL;
	turns_close(&app->turns);
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
	if (error != NULL) {
		textlog_printf(app->log, LEVEL_ERROR, "The results could not be written: %s", error);
		if (app->status == STATUS_CLEAN)
			app->status = STATUS_FAILED;
		textlog_say(app->log, LEVEL_ERROR, buf_str(&app->written));
		buf_add_str(&app->report, buf_str(&app->written));
		buf_putc(&app->report, '\n');
	}
	if (path != NULL)
		textlog_printf(app->log, LEVEL_INFO, "Results: %s", path);
	textlog_close(app->log, on_log_closed, app);
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

static void close_results(struct app *app)
{
	struct engine_stats stats;

	app->closing = true;
	progress_stop(&app->progress);
	drop_requests(app);
	engine_stats(app->engine, &stats);
	report_summary(&stats.batch, to_log_and_report, app);
	if (app->results == NULL) {
		textlog_close(app->log, on_log_closed, app);
		return;
	}
	prepare_list_of_written(app);
	results_close(app->results, &stats.batch, on_results_closed, app);
}

/* --- the start --- */

static struct engine *make_engine(const struct cli *cli, const struct config *config)
{
	struct engine_setup setup = {.config = config,
	                             .mode = cli->ticket_id != 0 ? ENGINE_ONE_TICKET : ENGINE_ONCE,
	                             .limit = cli->limit,
	                             .ticket_id = cli->ticket_id,
	                             .dry_run = cli->dry_run,
	                             .version = AITD_VERSION};
	struct engine *engine;
	uint64_t json;

	if (uv_random(NULL, NULL, setup.marker_key, sizeof(setup.marker_key), 0, NULL) < 0 ||
	    uv_random(NULL, NULL, &setup.seed, sizeof(setup.seed), 0, NULL) < 0 ||
	    uv_random(NULL, NULL, &json, sizeof(json), 0, NULL) < 0)
		fatal("the kernel gives no random numbers");
	json_seed(json);
	engine = engine_new(&setup, when_now());
	crypto_wipe(setup.marker_key, sizeof(setup.marker_key));
	return engine;
}

/* "a, b" of the configuration to "a;b" of libcurl. */
static char *pins_of(const char *list)
{
	char *pins, *to;

	if (list == NULL || list[0] == '\0')
		return NULL;
	pins = to = xstrdup(list);
	for (const char *from = list; *from != '\0'; from++)
		if (*from != ' ')
			*to++ = *from == ',' ? ';' : *from;
	*to = '\0';
	return pins;
}

static void make_client(struct app *app)
{
	const struct config *config = app->settings->config;
	struct transfer_rules rules = {.ca_file = app->settings->ca_file, .tls_1_2 = config->tls_min == TLS_1_2};

	app->pins = pins_of(config->tls_pins);
	rules.pins = app->pins;
	if (config->tls_proxy != NULL && config->tls_proxy[0] != '\0')
		rules.proxy = config->tls_proxy;
	app->client = http_client_new(&app->loop, &rules, (size_t)config->llm_max_in_flight + OTHER_IN_FLIGHT);
}

static void say_warnings(struct app *app)
{
	struct str rest = buf_str(&app->settings->problems.warnings);

	while (rest.len > 0) {
		struct str line = str_split(&rest, '\n');

		if (line.len > 0)
			textlog_say(app->log, LEVEL_WARNING, line);
	}
}

/* The folder and the log come first: when they cannot be had, nothing is sent. */
static int open_log(struct app *app)
{
	struct err err;
	char *dir = directories_log(app->settings->config, &err);

	if (dir != NULL)
		app->log = textlog_open(&app->loop, dir, app->settings->config->log_level, &err);
	if (app->log == NULL) {
		fprintf(stderr, "ai-ticketd: %s\n", err.text);
		free(dir);
		return -1;
	}
	log_of_last_words = app->log;
	fatal_set_handler(die);
	say_warnings(app);
	if (app->settings->config->log_json)
		app->results = results_new(&app->loop, dir, PROMPT_VERSION);
	free(dir);
	return 0;
}

static void free_all(struct app *app)
{
	ENSURE(uv_loop_close(&app->loop) == 0);
	http_client_free(app->client);
	engine_free(app->engine);
	free(app->pins);
	buf_free(&app->written);
}

enum exit_status app_run(const struct cli *cli, const struct settings *settings)
{
	struct app app = {.settings = settings};

	signals_prepare((uint64_t)settings->config->llm_max_in_flight + OTHER_IN_FLIGHT + OTHER_DESCRIPTORS);
	ENSURE(uv_loop_init(&app.loop) == 0);
	if (open_log(&app) < 0) {
		ENSURE(uv_loop_close(&app.loop) == 0);
		return STATUS_USAGE;
	}
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		fatal("libcurl cannot be initialised");
	buf_init(&app.report, 2 * REPORT_BYTES_MAX);
	buf_init(&app.written, REPORT_BYTES_MAX);
	effects_init(&app.effects);
	make_client(&app);
	app.engine = make_engine(cli, settings->config);
	signals_start(&app.signals, &app.loop, on_signal, &app);
	progress_start(&app.progress, &app.loop, app.log, app.engine);
	turns_start(&app.turns, &app.loop, turn, &app);
	start_patience(&app);
	(void)uv_run(&app.loop, UV_RUN_DEFAULT);
	uv_close((uv_handle_t *)&app.patience, NULL);
	(void)uv_run(&app.loop, UV_RUN_DEFAULT);
	free_all(&app);
	print_report(&app);
	buf_free(&app.report);
	curl_global_cleanup();
	return app.status;
}
