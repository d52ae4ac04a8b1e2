/* Setting up, and turning: effects become calls, results become events. */
#include "daemon/run/app.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/json.h"
#include "daemon/run/outcomes.h"
#include "daemon/system/capacity.h"
#include "daemon/run/janitor.h"
#include "daemon/run/control.h"
#include "daemon/system/directories.h"
#include "daemon/run/erase_orders.h"
#include "daemon/run/records.h"
#include "daemon/run/shutdown.h"
#include "daemon/run/reconfigure.h"
#include "daemon/run/idle.h"
#include "daemon/files/sealing.h"
#include "daemon/files/textlog_journal.h"
#include "daemon/system/clock.h"

#define SLICE_NS (2 * 1000 * 1000)
#define TRY_AGAIN_MS 10000

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
	if (effect->alert.over) {
		textlog_say(app->log, LEVEL_INFO, str_of(effect->text));
		return;
	}
	textlog_say_event(app->log, LEVEL_ERROR, str_of(effect->text), &(struct textlog_event){.name = "alert"});
	free(app->last_alert);
	app->last_alert = xstrdup(effect->text);
}

/* What ended the run was mostly alerted a moment ago: it is not said twice. The service ends because it was told to, whatever kept it from
 * its work by then: that was told all along, and is no failure of the stop. */
static void finish(struct app *app, const struct effect *effect)
{
	bool said = app->last_alert != NULL && effect->text != NULL && strcmp(app->last_alert, effect->text) == 0;

	app->finished = true;
	app->status = app->resident ? STATUS_CLEAN : status_of_end(effect->end);
	if (!said && effect->text != NULL && effect->text[0] != '\0')
		textlog_say(app->log, effect->end == RUN_CLEAN ? LEVEL_INFO : LEVEL_ERROR, str_of(effect->text));
}

/* Takes the effect over. A request lives until its reply was delivered, everything else is done at once. */
static void carry_out(struct app *app, struct effect *effect)
{
	switch (effect->kind) {
	case EFFECT_REQUEST: http_client_send(app->client, effect->number, &effect->request, effect); return;
	case EFFECT_CANCEL: http_client_cancel(app->client, effect->number); break;
	case EFFECT_PERSIST: records_take(app, effect); break;
	case EFFECT_SAY: textlog_say(app->log, effect->level, str_of(effect->text)); break;
	case EFFECT_ALERT: alert(app, effect); break;
	case EFFECT_OUTCOME: outcomes_take(app, effect); break;
	case EFFECT_BATCH: outcomes_batch_over(app, &effect->batch); break;
	case EFFECT_FINISHED: finish(app, effect); break;
	}
	effect_free(effect);
}

/* --- results to events --- */

static struct ticket_key ticket_of(const struct effect *effect)
{
	return effect->kind == EFFECT_PERSIST ? effect->record.ticket
	       : effect->kind == EFFECT_ALERT ? effect->alert.key
	                                      : effect->ticket;
}

static void step(struct app *app, struct event *event)
{
	struct effect *effect;

	event->at = clock_now();
	engine_step(app->engine, event, &app->effects);
	while ((effect = effects_take(&app->effects)) != NULL) {
		app->blamed = ticket_of(effect);
		carry_out(app, effect);
	}
	app->blamed = (struct ticket_key){0};
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

	if (engine_deadline(app->engine) > clock_now().mono)
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
	reconfigure_step(app, step);
	control_step(app, step);
	erase_orders_step(app, step);
	step_drain(app);
	step_durable(app);
	step_not_durable(app);
	while (more && !app->finished && uv_hrtime() < end) {
		more = step_reply(app);
		if (!app->finished)
			more = step_tick(app) || more;
	}
	if (app->finished) {
		shutdown_begin(app);
		return MSEC_NEVER;
	}
	http_client_pump(app->client);
	lag_watch(&app->lag, http_client_in_flight(app->client) > 0);
	if (app->resident)
		idle_watch(app, http_client_in_flight(app->client));
	if (more || app->durable_upto != 0 || http_client_busy(app->client))
		return 0;
	return engine_deadline(app->engine);
}

static void on_signal(void *arg, unsigned count)
{
	struct app *app = arg;

	if (count > 1)
		shutdown_at_once(app);
	if (app->finished)
		return;
	app->drain = true;
	if (app->resident)
		janitor_stopping(app);
	textlog_say(app->log, LEVEL_WARNING,
	            STR("Stopping: finishing what is in flight; a second signal leaves at once"));
}

static void on_hangup(void *arg)
{
	reconfigure_begin(arg);
}

/* --- the start --- */

static struct engine *make_engine(struct app *app)
{
	const struct cli *cli = app->cli;
	struct engine_setup setup = {.config = app->settings->config,
	                             .mode = cli->ticket_id != 0 ? ENGINE_ONE_TICKET
	                                     : cli->once         ? ENGINE_ONCE
	                                                         : ENGINE_RESIDENT,
	                             .limit = cli->limit,
	                             .ticket = ticket_key(ACCOUNT_FIRST, cli->ticket_id),
	                             .dry_run = cli->dry_run,
	                             .version = AITD_VERSION,
	                             .erased = app->store != NULL ? store_tombstones(app->store) : NULL};
	struct engine *engine;
	uint64_t json;

	if (uv_random(NULL, NULL, setup.marker_key, sizeof(setup.marker_key), 0, NULL) < 0 ||
	    uv_random(NULL, NULL, &setup.seed, sizeof(setup.seed), 0, NULL) < 0 ||
	    uv_random(NULL, NULL, &json, sizeof(json), 0, NULL) < 0)
		fatal("the kernel gives no random numbers");
	json_seed(json);
	struct ticket_key *quarantined = records_quarantined(app, &setup.quarantined_count);
	setup.quarantined = quarantined;
	engine = engine_new(&setup, clock_now());
	free(quarantined);
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
	struct transfer_rules rules = {.tls_1_2 = config->tls.min == TLS_1_2};

	rules.ca_file = app->ca_file = xstrdup(app->settings->ca_file); /* these outlive a reload */
	rules.pins = app->pins = pins_of(config->tls.pins);
	if (config->tls.proxy != NULL && config->tls.proxy[0] != '\0')
		rules.proxy = app->proxy = xstrdup(config->tls.proxy);
	app->client = http_client_new(&app->loop, &rules, capacity_requests(config));
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
		app->log = textlog_open(&app->loop, app->log_dir, app->seal, app->settings->config->log.level, &err);
	if (app->log == NULL) {
		fprintf(stderr, "ai-ticketd: %s\n", err.text);
		return -1;
	}
	app->journal = textlog_join_journal(app->log, &app->loop);
	for (struct str rest = buf_str(&app->settings->problems.warnings); rest.len > 0;) {
		struct str line = str_split(&rest, '\n');

		if (line.len > 0)
			textlog_say(app->log, LEVEL_WARNING, line);
	}
	retention_start(&app->retention, &app->loop, app->log_dir, app->settings->config->log.retention_days,
	                app->resident, say_of_retention, app);
	return 0;
}

/* Before anything is sent: a socket that another instance holds ends the start. */
static int start_service(struct app *app)
{
	struct err err;

	app->started_wall = clock_now().wall;
	if (control_open(app, &err) == 0) {
		janitor_start(app);
		return 0;
	}
	fprintf(stderr, "ai-ticketd: %s\n", err.text);
	return -1;
}

/* A manager tries again what may go by itself, and what would be final were it told as usage. */
static enum exit_status status_of_no_start(const struct app *app)
{
	if (!app->resident || !systemd_manages())
		return STATUS_USAGE;
	return app->store_in_use || directories_refuse(app->settings->config) ? STATUS_FAILED : STATUS_USAGE;
}

/* It gives up after thirty starts within five minutes, and a disk may be full for longer. */
static enum exit_status end_no_start(enum exit_status status)
{
	if (status == STATUS_FAILED) {
		signals_usual();
		uv_sleep(TRY_AGAIN_MS);
	}
	return status;
}

enum exit_status app_run(const struct cli *cli, struct settings *settings)
{
	bool started = true;
	struct app app = {.cli = cli, .settings = settings, .resident = cli_is_resident(cli)};

	if (app.resident)
		control_inherit(&app); /* changes the environment, so there must be no thread yet */
	app.thread = uv_thread_self();
	signals_prepare();
	if (capacity_allow_descriptors(settings->config, &settings->problems) < 0) {
		fprintf(stderr, "ai-ticketd: %s", buf_cstr(&settings->problems.errors));
		buf_free(&app.inherited_refused);
		return STATUS_USAGE;
	}
	ENSURE(uv_loop_init(&app.loop) == 0);
	if (records_open(&app) < 0 || open_log(&app) < 0) {
		records_free(&app);
		seal_key_free(app.seal);
		free(app.log_dir);
		buf_free(&app.inherited_refused);
		ENSURE(uv_loop_close(&app.loop) == 0);
		return end_no_start(status_of_no_start(&app));
	}
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		fatal("libcurl cannot be initialised");
	shutdown_prepare(&app);
	effects_init(&app.effects);
	make_client(&app);
	app.engine = make_engine(&app);
	reconfigure_init(&app);
	idle_start(&app);
	lag_start(&app.lag, &app.loop);
	signals_start(&app.signals, &app.loop, on_signal, app.resident ? on_hangup : NULL, &app);
	progress_start(&app.progress, &app.loop, app.log, app.engine, app.resident);
	if (records_start(&app) < 0 || (app.resident && start_service(&app) < 0)) {
		started = false;
		app.status = status_of_no_start(&app);
		app.finished = true; /* the first turn leaves */
	}
	turns_start(&app.turns, &app.loop, turn, &app);
	(void)uv_run(&app.loop, UV_RUN_DEFAULT);
	shutdown_finish(&app);
	curl_global_cleanup();
	return started ? app.status : end_no_start(app.status);
}
