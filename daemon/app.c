/* Setting up, and turning: effects become calls, results become events. */
#include "daemon/app.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/json.h"
#include "daemon/batches.h"
#include "daemon/chores.h"
#include "daemon/control.h"
#include "daemon/directories.h"
#include "daemon/leave.h"
#include "daemon/sealing.h"
#include "daemon/textlog_journal.h"
#include "daemon/when.h"

#define SLICE_NS (2 * 1000 * 1000)
#define OTHER_IN_FLIGHT 64 /* requests to Zendesk, beside those to the model */
#define OTHER_DESCRIPTORS 64

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

static void alert(struct app *app, const struct effect *effect)
{
	textlog_say_event(app->log, LEVEL_ERROR, str_of(effect->text), &(struct textlog_event){.name = "alert"});
	free(app->last_alert);
	app->last_alert = xstrdup(effect->text);
}

/* What ended the run was mostly alerted a moment ago: it is not said twice. */
static void finish(struct app *app, const struct effect *effect)
{
	bool said = app->last_alert != NULL && effect->text != NULL && strcmp(app->last_alert, effect->text) == 0;

	app->finished = true;
	app->status = status_of_end(effect->end);
	if (!said && effect->text != NULL && effect->text[0] != '\0')
		textlog_say(app->log, effect->end == RUN_CLEAN ? LEVEL_INFO : LEVEL_ERROR, str_of(effect->text));
}

/* A dry run keeps no records, and makes none. */
static void persist(struct app *app, struct effect *effect)
{
	if (app->store != NULL)
		store_put(app->store, &effect->record, when_now().wall);
	else
		app->durable_upto = effect->number;
}

/* Takes the effect over. A request lives until its reply was delivered, everything else is done at once. */
static void carry_out(struct app *app, struct effect *effect)
{
	switch (effect->kind) {
	case EFFECT_REQUEST: http_client_send(app->client, effect->number, &effect->request, effect); return;
	case EFFECT_CANCEL: http_client_cancel(app->client, effect->number); break;
	case EFFECT_PERSIST: persist(app, effect); break;
	case EFFECT_SAY: textlog_say(app->log, effect->level, str_of(effect->text)); break;
	case EFFECT_ALERT: alert(app, effect); break;
	case EFFECT_OUTCOME: batches_outcome(app, effect); break;
	case EFFECT_BATCH: batches_over(app, &effect->batch); break;
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

static void step_not_durable(struct app *app)
{
	struct event event = {.kind = EVENT_PERSIST_FAILED, .upto = app->failed_from};

	if (app->failed_from == 0)
		return;
	app->failed_from = 0;
	step(app, &event);
}

/* The engine takes the new configuration over; the former one dies with the step. */
static void step_reload(struct app *app)
{
	struct event event = {.kind = EVENT_RELOAD};

	if (app->fresh == NULL)
		return;
	event.config = app->fresh->config;
	step(app, &event);
	settings_free(app->settings);
	*app->settings = *app->fresh;
	free(app->fresh);
	app->fresh = NULL;
	textlog_set_level(app->log, app->settings->config->log_level);
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

/* Replies and ticks take turns, so that neither starves the other. */
static msec turn(void *arg)
{
	struct app *app = arg;
	uint64_t end = uv_hrtime() + SLICE_NS;
	bool more = true;

	if (app->closing)
		return MSEC_NEVER;
	step_reload(app);
	control_step(app, step);
	step_drain(app);
	step_durable(app);
	step_not_durable(app);
	while (more && !app->finished && uv_hrtime() < end) {
		more = step_reply(app);
		if (!app->finished)
			more = step_tick(app) || more;
	}
	if (app->finished) {
		leave(app);
		return MSEC_NEVER;
	}
	http_client_pump(app->client);
	lag_watch(&app->lag, http_client_in_flight(app->client) > 0);
	if (more || app->durable_upto != 0 || http_client_busy(app->client))
		return 0;
	return engine_deadline(app->engine);
}

static void on_signal(void *arg, unsigned count)
{
	struct app *app = arg;

	if (count > 1)
		leave_at_once(app);
	if (app->finished)
		return;
	app->drain = true;
	if (app->resident)
		chores_stopping(app);
	textlog_say(app->log, LEVEL_WARNING,
	            STR("Stopping: finishing what is in flight; a second signal leaves at once"));
}

static void on_persisted(void *arg, uint64_t upto)
{
	struct app *app = arg;

	app->durable_upto = upto;
}

static void on_persist_failed(void *arg, uint64_t from)
{
	struct app *app = arg;

	if (app->failed_from == 0 || from < app->failed_from)
		app->failed_from = from;
}

static void on_rebuilt(void *arg, const char *copy)
{
	struct app *app = arg;

	textlog_printf(app->log, LEVEL_ERROR,
	               "The database was damaged: it was put aside as %s and a fresh one begun; the tags in Zendesk "
	               "still prevent double work",
	               copy);
}

static void on_hangup(void *arg)
{
	struct app *app = arg;

	chores_reloading(app);
	reload_begin(&app->reload, &app->loop);
}

static void say_lines(struct app *app, enum log_level level, struct str rest)
{
	while (rest.len > 0) {
		struct str line = str_split(&rest, '\n');

		if (line.len > 0)
			textlog_say(app->log, level, line);
	}
}

static void tell_change(void *arg, const char *dotted, bool takes_effect)
{
	struct app *app = arg;

	buf_printf(&app->changes, "%s%s\n", dotted, takes_effect ? "" : " (waits for a restart)");

	textlog_printf(app->log, takes_effect ? LEVEL_INFO : LEVEL_WARNING, "Reload: %s %s", dotted,
	               takes_effect ? "changed" : "differs, and waits for a restart");
}

/* All of it, or nothing. */
static void on_read(void *arg, struct settings *next, bool good)
{
	struct app *app = arg;

	if (app->closing || app->finished) {
		if (good)
			settings_free(next);
		return;
	}
	say_lines(app, LEVEL_WARNING, buf_str(&next->problems.warnings));
	if (!good) {
		control_reloaded(app, false, buf_str(&next->problems.errors), (struct str){0});
		say_lines(app, LEVEL_ERROR, buf_str(&next->problems.errors));
		textlog_say_event(app->log, LEVEL_ERROR, STR("Reload refused: the former configuration stays in force"),
		                  &(struct textlog_event){.name = "reload_refused"});
		chores_reloaded(app, false, buf_cstr(&next->problems.errors));
		return;
	}
	if (app->fresh != NULL) {
		settings_free(app->fresh);
		free(app->fresh);
	}
	app->fresh = xcalloc(1, sizeof(*app->fresh));
	*app->fresh = *next;
	buf_reset(&app->changes);
	config_changes(app->settings->config, app->fresh->config, tell_change, app);
	config_keep(app->fresh->config, app->settings->config);
	textlog_say_event(app->log, LEVEL_INFO, STR("Reload: the configuration was read again"),
	                  &(struct textlog_event){.name = "reloaded"});
	control_reloaded(app, true, (struct str){0}, buf_str(&app->changes));
	chores_reloaded(app, true, buf_cstr(&app->changes));
}

/* --- the start --- */

static struct engine *make_engine(const struct cli *cli, const struct config *config)
{
	struct engine_setup setup = {.config = config,
	                             .mode = cli->ticket_id != 0 ? ENGINE_ONE_TICKET
	                                     : cli->once         ? ENGINE_ONCE
	                                                         : ENGINE_RESIDENT,
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
	struct transfer_rules rules = {.tls_1_2 = config->tls_min == TLS_1_2};

	rules.ca_file = app->ca_file = xstrdup(app->settings->ca_file); /* these outlive a reload */
	rules.pins = app->pins = pins_of(config->tls_pins);
	if (config->tls_proxy != NULL && config->tls_proxy[0] != '\0')
		rules.proxy = app->proxy = xstrdup(config->tls_proxy);
	app->client = http_client_new(&app->loop, &rules, (size_t)config->llm_max_in_flight + OTHER_IN_FLIGHT);
}

static void say_of_retention(void *arg, enum log_level level, struct str text)
{
	textlog_say(((struct app *)arg)->log, level, text);
}

/* The folder and the log come first: when they cannot be had, nothing is sent. */
static int open_log(struct app *app)
{
	struct err err;

	app->log_dir = directories_log(app->settings->config, &err);
	if (app->log_dir != NULL && sealing_key(app->settings->config, app->log_dir, &app->seal, &err) == 0)
		app->log = textlog_open(&app->loop, app->log_dir, app->seal, app->settings->config->log_level, &err);
	if (app->log == NULL) {
		fprintf(stderr, "ai-ticketd: %s\n", err.text);
		return -1;
	}
	app->journal = textlog_join_journal(app->log, &app->loop);
	say_lines(app, LEVEL_WARNING, buf_str(&app->settings->problems.warnings));
	retention_start(&app->retention, &app->loop, app->log_dir, app->settings->config->log_retention_days,
	                say_of_retention, app);
	return 0;
}

/* What an earlier life made durable. A dry run stands beside the service and touches nothing of it. */
static int open_store(struct app *app)
{
	const struct config *config = app->settings->config;
	struct err err;
	char *path;
	int code = -1;

	if (app->cli->dry_run)
		return 0;
	path = directories_store(config, &err);
	if (path != NULL)
		code = store_open(path, &app->store, &err);
	free(path);
	if (code == 0)
		code = store_check_tags(app->store, config->zendesk_processed_tag, config->zendesk_tag_prefix,
		                        app->cli->accept_tag_change, &err);
	if (code < 0)
		fprintf(stderr, "ai-ticketd: %s\n", err.text);
	return code;
}

static void restore_record(void *arg, const struct record *record)
{
	struct app *app = arg;

	engine_restore(app->engine, record);
}

static void start_store(struct app *app)
{
	struct store_callbacks callbacks = {
	        .persisted = on_persisted, .failed = on_persist_failed, .rebuilt = on_rebuilt, .arg = app};
	struct err err;

	if (app->store == NULL)
		return;
	if (store_restore(app->store, restore_record, app, &err) < 0)
		textlog_printf(app->log, LEVEL_ERROR, "%s", err.text);
	if (store_was_rebuilt(app->store) != NULL)
		on_rebuilt(app, store_was_rebuilt(app->store));
	store_start(app->store, &app->loop, &callbacks);
}

/* Before anything is sent: a socket that another instance holds ends the start. */
static int start_service(struct app *app)
{
	struct err err;

	app->started_wall = when_now().wall;
	if (control_open(app, &err) == 0) {
		chores_start(app);
		return 0;
	}
	fprintf(stderr, "ai-ticketd: %s\n", err.text);
	return -1;
}

enum exit_status app_run(const struct cli *cli, struct settings *settings)
{
	struct app app = {.cli = cli, .settings = settings, .resident = !cli->once && cli->ticket_id == 0};

	signals_prepare((uint64_t)settings->config->llm_max_in_flight + OTHER_IN_FLIGHT + OTHER_DESCRIPTORS);
	ENSURE(uv_loop_init(&app.loop) == 0);
	if (open_store(&app) < 0 || open_log(&app) < 0) {
		if (app.store != NULL)
			store_close(app.store, NULL, NULL);
		seal_key_free(app.seal);
		free(app.log_dir);
		ENSURE(uv_loop_close(&app.loop) == 0);
		return STATUS_USAGE;
	}
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		fatal("libcurl cannot be initialised");
	leave_prepare(&app);
	effects_init(&app.effects);
	make_client(&app);
	app.engine = make_engine(cli, settings->config);
	start_store(&app);
	reload_init(&app.reload, cli, on_read, &app);
	lag_start(&app.lag, &app.loop);
	signals_start(&app.signals, &app.loop, on_signal, app.resident ? on_hangup : NULL, &app);
	progress_start(&app.progress, &app.loop, app.log, app.engine);
	if (app.resident && start_service(&app) < 0)
		return STATUS_USAGE;
	turns_start(&app.turns, &app.loop, turn, &app);
	(void)uv_run(&app.loop, UV_RUN_DEFAULT);
	leave_finish(&app);
	curl_global_cleanup();
	return app.status;
}
