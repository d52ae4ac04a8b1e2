/* Starts the parts of a run and steps the engine once per turn of the loop. Effects of the
 * engine become calls of the parts; replies, and the events that the parts post, become events
 * for the engine. */
#include "daemon/run/app.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/json.h"
#include "daemon/client/client_rules.h"
#include "daemon/run/recalling.h"
#include "daemon/run/state.h"
#include "daemon/start/refused.h"
#include "daemon/store/store_answers.h"
#include "daemon/system/accounts.h"
#include "daemon/system/capacity.h"
#include "daemon/system/clock.h"
#include "daemon/system/directories.h"
#include "daemon/system/memory.h"
#include "daemon/system/systemd.h"

/* Longest time that one turn steps the engine, in nanoseconds. */
#define SLICE_NS (2 * 1000 * 1000)
/* Delay before a failed start ends the process, so that the service manager does not use up its
 * restarts. */
#define NEXT_START_MS 10000

static enum exit_status status_of_end(enum run_end end)
{
	static const enum exit_status statuses[] = {
	        [RUN_CLEAN] = STATUS_CLEAN,           [RUN_FAILED] = STATUS_FAILED,
	        [RUN_NOT_LET_IN] = STATUS_NOT_LET_IN, [RUN_NO_MONEY] = STATUS_NO_MONEY,
	        [RUN_MISCONFIGURED] = STATUS_USAGE,
	};

	return statuses[end];
}

/* --- effects become calls --- */

/* Lines about a ticket begin with it: "Ticket 5: ". What follows may repeat from ticket to
 * ticket. */
static void log_line(struct app *app, const struct effect *effect)
{
	struct str rest = str_of(effect->text);
	bool of_ticket = effect->ticket.id != 0 && effect->level >= LEVEL_WARNING &&
	                 str_starts(rest, STR("Ticket "));

	if (of_ticket) {
		(void)str_split(&rest, ':');
		if (repeats_hide(app, effect->level, str_trim(rest)))
			return;
	}
	textlog_say(app->log, effect->level, str_of(effect->text));
}

static void log_alert(struct app *app, const struct effect *effect)
{
	if (effect->alert.over) {
		textlog_say(app->log, LEVEL_INFO, str_of(effect->text));
		return;
	}
	textlog_say_event(app->log, LEVEL_ERROR, str_of(effect->text),
	                  &(struct textlog_event){.name = "alert"});
	free(app->last_alert);
	app->last_alert = xstrdup(effect->text);
}

/* The reason for the end was usually logged as an alert a moment ago; it is not logged twice. A
 * resident service always ends with STATUS_CLEAN: it ends only because it was told to stop, and
 * a trouble that lasted until then was reported when it began. */
static void finish_run(struct app *app, const struct effect *effect)
{
	bool said = app->last_alert != NULL && effect->text != NULL &&
	            strcmp(app->last_alert, effect->text) == 0;

	app->finished = true;
	app->status = app->resident ? STATUS_CLEAN : status_of_end(effect->end);
	if (!said && effect->text != NULL && effect->text[0] != '\0')
		textlog_say(app->log, effect->end == RUN_CLEAN ? LEVEL_INFO : LEVEL_ERROR,
		            str_of(effect->text));
}

/* Takes ownership of the effect. The effect of a request is kept until its reply was delivered
 * to the engine; every other effect is freed here. */
static void carry_out(struct app *app, struct effect *effect)
{
	switch (effect->kind) {
	case EFFECT_REQUEST:
		metering_sent(app, effect);
		http_client_send(app->client, effect->number, &effect->request, effect);
		return;
	case EFFECT_CANCEL: http_client_cancel(app->client, effect->number); break;
	case EFFECT_RECALL: http_client_recall(app->client, effect->number); break;
	case EFFECT_PERSIST: records_take(app, effect); break;
	case EFFECT_HISTORY: recalling_begin(app, effect->ticket); break;
	case EFFECT_UNDONE: undoing_told(app, effect); break;
	case EFFECT_SAY: log_line(app, effect); break;
	case EFFECT_ALERT:
		log_alert(app, effect);
		alerts_engine(app, effect);
		break;
	case EFFECT_OUTCOME:
		alerts_outcome(app, &effect->outcome);
		outcomes_take(app, effect);
		records_count(app, &effect->outcome);
		api_events_outcome(app, &effect->outcome);
		metering_outcome(app, &effect->outcome);
		break;
	case EFFECT_BATCH: outcomes_batch_over(app, &effect->batch); break;
	case EFFECT_FINISHED: finish_run(app, effect); break;
	}
	effect_free(effect);
}

/* --- results become events --- */

static struct ticket_key ticket_of(const struct effect *effect)
{
	return effect->kind == EFFECT_PERSIST ? effect->record.ticket
	       : effect->kind == EFFECT_ALERT ? effect->alert.key
	                                      : effect->ticket;
}

static void step_engine(struct app *app, struct event *event)
{
	struct effect *effect;

	event->at = clock_now();
	engine_step(app->engine, event, &app->effects);
	while ((effect = effects_take(&app->effects)) != NULL) {
		blame_set(app, ticket_of(effect));
		carry_out(app, effect);
	}
	blame_set(app, (struct ticket_key){0});
	if (event->kind == EVENT_START_WRITING)
		alerts_touch(app);
	if (event->kind == EVENT_RELOAD)
		reconfigure_apply(app);
	else if (event->kind == EVENT_ERASE)
		erase_orders_forgotten(app);
	else if (event->kind == EVENT_STOP_WRITING) {
		writing_is_stopped(app);
		alerts_touch(app);
	} else if (event->kind == EVENT_PROCESS && event->again)
		orders_taken(app);
}

/* Erase orders are posted only when no other event waits: an event that waits might make the
 * engine hold the ticket. */
static void step_posted(struct app *app)
{
	struct posted *posted;

	do {
		while ((posted = app_post_take(app)) != NULL) {
			step_engine(app, &posted->event);
			app_post_done(posted);
		}
	} while (erase_orders_post(app));
}

static bool step_reply(struct app *app)
{
	struct http_reply reply;
	struct event event = {.kind = EVENT_REPLY, .reply = &reply};
	void *owner;

	if (!http_client_take(app->client, &owner, &reply))
		return false;
	struct effect *effect = owner;
	event.request = effect->number;
	metering_replied(app, effect, &reply);
	step_engine(app, &event);
	http_reply_free(&reply);
	effect_free(effect);
	return true;
}

static bool step_tick(struct app *app)
{
	struct event event = {.kind = EVENT_TICK};

	if (engine_deadline(app->engine) > clock_now().mono)
		return false;
	step_engine(app, &event);
	return true;
}

/* One turn of the loop. Replies and ticks alternate, so that neither starves the other. Returns
 * the monotonic time of the next turn; 0 = as soon as possible. */
static msec run_turn(void *arg)
{
	struct app *app = arg;
	uint64_t end = uv_hrtime() + SLICE_NS;
	bool more = true;

	step_posted(app);
	while (more && !app->finished && uv_hrtime() < end) {
		more = step_reply(app);
		if (!app->finished)
			more = step_tick(app) || more;
	}
	if (app->finished) {
		shutdown_begin(app, app->status);
		return MSEC_NEVER;
	}
	records_hurry(app);
	http_client_pump(app->client);
	lag_watch(&app->lag, http_client_in_flight(app->client) > 0);
	if (app->resident)
		idle_watch(app, http_client_in_flight(app->client));
	if (alerts_turn(app) || more || app_post_waits(app) || http_client_busy(app->client))
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
	app_post(app, &(struct event){.kind = EVENT_DRAIN});
	api_events_stop(app);
	if (app->resident)
		manager_stopping(app);
	textlog_say(app->log, LEVEL_WARNING,
	            STR("Stopping: finishing work in progress; a second signal aborts at once"));
}

static void on_hangup(void *arg)
{
	struct app *app = arg;

	if (app->finished)
		return;
	(void)audit_order(app, ROUTE_RELOAD, NULL, 0, NULL);
	reconfigure_begin(app, NULL);
}

static void on_pause(void *arg, bool pause)
{
	struct app *app = arg;

	if (app->finished || signals_received(&app->signals) > 0)
		return;
	(void)audit_order(app, pause ? ROUTE_PAUSE : ROUTE_RESUME, NULL, 0, NULL);
	app_post(app, &(struct event){.kind = pause ? EVENT_PAUSE : EVENT_RESUME});
}

/* --- the start --- */

/* Who ordered the further analysis of --again. A directory service may take its time: so this comes
 * before signals are taken over, and Ctrl-C ends it. */
static char *name_orderer(void)
{
	uint32_t uid = accounts_own();
	char *user = accounts_user_name(uid);
	char *by = user != NULL ? xasprintf("%s (uid %u, ai-ticketd --again)", user, (unsigned)uid)
	                        : xasprintf("uid %u (ai-ticketd --again)", (unsigned)uid);

	free(user);
	return by;
}

static struct engine *make_engine(struct app *app)
{
	const struct cli *cli = app->cli;
	struct engine_setup setup = {.config = app->settings->config,
	                             .mode = cli->ticket_id != 0 ? ENGINE_ONE_TICKET
	                                     : app->resident     ? ENGINE_RESIDENT
	                                                         : ENGINE_ONCE,
	                             .limit = cli->backtest > 0 ? cli->backtest : cli->limit,
	                             .backtest = cli->backtest > 0,
	                             .ticket = ticket_key(ACCOUNT_FIRST, cli->ticket_id),
	                             .again = cli->again,
	                             .by = app->orderer,
	                             .dry_run = cli->dry_run,
	                             .stopped = writing_stopped(app),
	                             .version = AITD_VERSION,
	                             .erased = app->store != NULL ? store_tombstones(app->store)
	                                                          : NULL};
	uint64_t json;

	if (uv_random(NULL, NULL, setup.marker_key, sizeof(setup.marker_key), 0, NULL) < 0 ||
	    uv_random(NULL, NULL, setup.answer_key, sizeof(setup.answer_key), 0, NULL) < 0 ||
	    uv_random(NULL, NULL, &setup.seed, sizeof(setup.seed), 0, NULL) < 0 ||
	    uv_random(NULL, NULL, &json, sizeof(json), 0, NULL) < 0)
		fatal("the kernel provides no random numbers");
	json_seed(json);
	if (app->store != NULL)
		store_answers_secret(app->store, setup.answer_key);
	struct ticket_key *suspects = records_deaths(app, 1, &setup.suspect_count);
	struct ticket_key *quarantined = records_deaths(app, 2, &setup.quarantined_count);
	setup.suspects = suspects;
	setup.quarantined = quarantined;
	struct engine *engine = engine_new(&setup, clock_now());
	free(suspects);
	free(quarantined);
	crypto_wipe(setup.marker_key, sizeof(setup.marker_key));
	crypto_wipe(setup.answer_key, sizeof(setup.answer_key));
	return engine;
}

static void make_client(struct app *app)
{
	const struct config *config = app->settings->config;
	struct transfer_rules rules;
	char *pins = client_rules(config, app->settings->ca_file, &rules);

	app->client = http_client_new(&app->loop, &rules, capacity_requests(config));
	free(pins);
}

/* Runs before the first request is sent: when another instance holds the socket the start
 * fails. */
static int start_service(struct app *app)
{
	struct err err;

	app->started_wall = clock_now().wall;
	if (sockets_open(app, &err) < 0) {
		fprintf(stderr, "ai-ticketd: %s\n", err.text);
		return -1;
	}
	api_events_start(app);
	janitor_start(app);
	manager_start(app);
	alerts_start(app);
	return 0;
}

/* The service manager restarts after STATUS_FAILED and gives up after STATUS_USAGE. A database
 * in use or a folder that cannot be written may become available without a person, so these are
 * failures. */
static enum exit_status status_of_no_start(const struct app *app)
{
	if (!app->resident || !systemd_manages())
		return STATUS_USAGE;
	return records_store_in_use(app) || directories_refuse(app->settings->config)
	               ? STATUS_FAILED
	               : STATUS_USAGE;
}

/* The service manager gives up after thirty starts within five minutes; a disk may be full for
 * longer. So a failed start waits before it ends. */
static enum exit_status end_no_start(enum exit_status status)
{
	if (status == STATUS_FAILED) {
		signals_usual();
		uv_sleep(NEXT_START_MS);
	}
	return status;
}

/* Starts the parts that need the loop. No request is sent before the loop runs. */
static void start_parts(struct app *app)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
		fatal("libcurl cannot be initialised");
	shutdown_prepare(app);
	audit_start(app);
	undoing_start(app);
	effects_init(&app->effects);
	make_client(app);
	app->engine = make_engine(app);
	reconfigure_init(app);
	idle_start(app);
	lag_start(&app->lag, &app->loop);
	signals_start(&app->signals, &app->loop, on_signal, app->resident ? on_hangup : NULL,
	              on_pause, app);
	progress_start(&app->progress, &app->loop, app->log, app->engine, app->resident);
	if (records_start(app) < 0 || (app->resident && start_service(app) < 0)) {
		app->status = status_of_no_start(app);
		app->finished = true; /* the first turn then begins the shutdown */
	}
	turns_start(&app->turns, &app->loop, run_turn, app);
}

static enum exit_status run(struct app *app)
{
	if (capacity_allow_descriptors(app->settings->config, &app->settings->problems) < 0) {
		fprintf(stderr, "ai-ticketd: %s", buf_cstr(&app->settings->problems.errors));
		if (app->resident)
			refused_leave(buf_str(&app->settings->problems.errors));
		sockets_free(app);
		return STATUS_USAGE;
	}
	ENSURE(uv_loop_init(&app->loop) == 0);
	app_post_init(app);
	orders_init(app);
	disk_space_init(app);
	metering_init(app);
	if (records_open(app) < 0 || logs_open(app) < 0) {
		records_free(app);
		logs_free(app);
		sockets_free(app);
		ENSURE(uv_loop_close(&app->loop) == 0);
		return end_no_start(status_of_no_start(app));
	}
	writing_open(app);
	backtest_open(app);
	start_parts(app);
	bool started = !app->finished;
	memory_give_back();
	(void)uv_run(&app->loop, UV_RUN_DEFAULT);
	enum exit_status status = shutdown_finish(app);
	free(app->last_alert);
	curl_global_cleanup();
	return started ? status : end_no_start(status);
}

enum exit_status app_run(const struct cli *cli, struct settings *settings)
{
	struct app app = {.cli = cli, .settings = settings, .resident = cli_is_resident(cli)};

	if (app.resident)
		sockets_inherit(&app); /* this changes the environment, so no thread may run yet */
	if (cli->again)
		app.orderer = name_orderer();
	signals_prepare();
	memory_prepare();
	enum exit_status status = run(&app);
	free(app.orderer);
	return status;
}
