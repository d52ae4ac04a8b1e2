/* See control.h. Orders to the engine wait for the next turn, since an order may come from within a callback. */
#include "daemon/run/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/run/erase_orders.h"
#include "daemon/run/explaining.h"
#include "daemon/run/records.h"
#include "daemon/server/http_server.h"
#include "daemon/server/socket_path.h"
#include "daemon/system/systemd.h"
#include "daemon/system/clock.h"
#include "ticket/state.h"

#define ANSWER_BYTES_MAX (256 * 1024)

/* --- health --- */

static void fill_health(struct app *app, const struct engine_stats *stats, struct health_input *input)
{
	struct clock_reading now = clock_now();

	*input = (struct health_input){
	        .wall = now.wall,
	        .zendesk_halted = stats->zendesk_halted,
	        .zendesk_reason = stats->zendesk_reason,
	        .zendesk_down = stats->unreachable ||
	                        engine_upstream(app->engine, UPSTREAM_ZENDESK)->breaker.state != BREAKER_CLOSED,
	        .model_halted = stats->model_halted,
	        .model_reason = stats->model_reason,
	        .model_down = stats->model_down,
	        .store_failing = app->store != NULL && store_error(app->store) != NULL,
	        .disk_free = app->disk_free,
	        .paused = stats->paused,
	        .draining = stats->draining,
	        .idle = now.mono - stats->last_work_mono,
	        .poll_interval = app->settings->config->zendesk.poll_interval,
	        .failure_rate = app->settings->config->alerts.failure_rate,
	        .last_24h = statistics_last_24h(&app->statistics, now.wall),
	};
}

static void judge(struct app *app, struct health_input *input, struct health *health)
{
	struct engine_stats stats;

	engine_stats(app->engine, &stats);
	fill_health(app, &stats, input);
	health_judge(input, health);
}

static int on_health(void *arg, struct buf *json)
{
	struct health_input input;
	struct health health;

	judge(arg, &input, &health);
	health_write(&health, &input, json);
	buf_putc(json, '\n');
	return health_http_status(health.state);
}

/* A refused reload is told until the next one is taken, behind how it is. */
static void say_how(const struct app *app, const struct health *health, char text[CONTROL_SENTENCE_SIZE])
{
	const char *refused = app->reload_refused;

	snprintf(text, CONTROL_SENTENCE_SIZE, "%s%s%s", health->sentence,
	         refused != NULL ? " The last reload was refused, the former configuration stays in force: " : "",
	         refused != NULL ? refused : "");
}

void control_sentence(struct app *app, char text[CONTROL_SENTENCE_SIZE])
{
	struct health_input input;
	struct health health;

	judge(app, &input, &health);
	say_how(app, &health, text);
}

/* --- status --- */

static void add_guards(struct buf *json, const char *name, const struct upstream *upstream)
{
	json_add_key(json, name);
	buf_putc(json, '{');
	json_add_member(json, "breaker", str_of(breaker_state_name(upstream->breaker.state)));
	json_add_member_int(json, "in_flight", upstream->window.in_flight);
	json_add_member_int(json, "window", upstream->window.size);
	json_add_member_number(json, "request_tokens", upstream->requests.level, 1);
	json_add_member_int(json, "sent", (int64_t)upstream->sent_total);
	json_add_member_int(json, "failed", (int64_t)upstream->failed_total);
	json_add_member_int(json, "limited", (int64_t)upstream->limited_total);
	buf_putc(json, '}');
}

static void add_queue(struct buf *json, const struct engine_stats *stats)
{
	json_add_key(json, "queue");
	buf_putc(json, '{');
	for (int state = 0; state < TICKET_DONE; state++)
		json_add_member_int(json, ticket_state_name((enum ticket_state)state), (int64_t)stats->by_state[state]);
	json_add_member_int(json, "jobs", (int64_t)stats->jobs);
	json_add_member_int(json, "ordered", (int64_t)stats->process_ids);
	json_add_member_int(json, "remembered", (int64_t)stats->known);
	json_add_member_int(json, "waiting_to_return", (int64_t)stats->parked);
	buf_putc(json, '}');
}

static void add_loop(struct app *app, struct buf *json)
{
	size_t resident = 0;

	(void)uv_resident_set_memory(&resident);
	json_add_key(json, "loop");
	buf_putc(json, '{');
	json_add_member_number(json, "lag_p99_ms", lag_p99_ms(&app->lag), 2);
	json_add_member_number(json, "lag_max_ms", lag_max_ms(&app->lag), 2);
	json_add_member_int(json, "memory_bytes", (int64_t)resident);
	json_add_member_int(json, "disk_free_bytes", app->disk_free);
	buf_putc(json, '}');
}

static int on_status(void *arg, struct buf *json)
{
	struct app *app = arg;
	struct health_input input;
	struct health health;
	struct engine_stats stats;
	struct clock_reading now = clock_now();
	char sentence[CONTROL_SENTENCE_SIZE];

	engine_stats(app->engine, &stats);
	fill_health(app, &stats, &input);
	health_judge(&input, &health);
	say_how(app, &health, sentence);
	buf_putc(json, '{');
	json_add_member(json, "message", str_of(sentence));
	json_add_member(json, "status", str_of(health_state_name(health.state)));
	json_add_member(json, "version", STR(AITD_VERSION));
	json_add_member(json, "model", str_of(stats.model));
	json_add_member_bool(json, "paused", stats.paused);
	json_add_member_int(json, "started_wall", app->started_wall);
	if (stats.last_poll_wall >= 0)
		json_add_member_int(json, "last_poll_wall", stats.last_poll_wall);
	if (stats.next_poll_mono != MSEC_NEVER)
		json_add_member_int(json, "next_poll_in_ms",
		                    stats.next_poll_mono > now.mono ? stats.next_poll_mono - now.mono : 0);
	add_queue(json, &stats);
	add_guards(json, "zendesk", engine_upstream(app->engine, UPSTREAM_ZENDESK));
	add_guards(json, "llm", engine_upstream(app->engine, UPSTREAM_LLM));
	add_loop(app, json);
	json_add_key(json, "days");
	statistics_write_days(&app->statistics, now.wall, json);
	buf_puts(json, "}\n");
	return 200;
}

/* --- orders --- */

static void say_done(struct route_reply *reply, int status, const char *message)
{
	struct buf json;

	buf_init(&json, ANSWER_BYTES_MAX);
	buf_putc(&json, '{');
	json_add_member(&json, status < 400 ? "message" : "error", str_of(message));
	buf_putc(&json, '}');
	route_reply_send(reply, status, buf_cstr(&json));
	buf_free(&json);
}

static void order_reload(struct app *app, struct route_reply *reply)
{
	if (app->reload_reply != NULL) {
		say_done(reply, 409, "a reload is under way");
		return;
	}
	app->reload_reply = reply;
	reload_begin(&app->reload, &app->loop);
}

static void order_process(struct app *app, const struct ticket_key *tickets, size_t count)
{
	app->process_tickets = xrealloc(app->process_tickets, (app->process_count + count) * sizeof(*tickets));
	memcpy(app->process_tickets + app->process_count, tickets, count * sizeof(*tickets));
	app->process_count += count;
}

/* What was erased is not even asked for: its number would stand in log and results again. */
static void process(struct app *app, const struct ticket_key *tickets, size_t count, struct route_reply *reply)
{
	uint64_t erased[ROUTE_IDS_MAX];
	size_t erased_count = 0;
	struct engine_stats stats;
	struct buf json;

	engine_stats(app->engine, &stats);
	for (size_t i = 0; i < count; i++) {
		if (records_is_erased(app, tickets[i]))
			erased[erased_count++] = tickets[i].id;
		else
			order_process(app, &tickets[i], 1);
	}
	buf_init(&json, ANSWER_BYTES_MAX);
	buf_putc(&json, '{');
	if (erased_count < count)
		json_add_member(
		        &json, "message",
		        stats.zendesk_halted
		                ? STR("these tickets are looked at as soon as there is work with Zendesk again")
		                : STR("these tickets are looked at now; log and results tell what became of them"));
	else
		json_add_member(&json, "error",
		                STR("erased at somebody's request: not looked at, and never analysed again"));
	if (erased_count > 0) {
		json_add_key(&json, "erased_and_left_alone");
		buf_putc(&json, '[');
		for (size_t i = 0; i < erased_count; i++) {
			json_add_comma(&json);
			buf_add_u64(&json, erased[i]);
		}
		buf_putc(&json, ']');
	}
	buf_putc(&json, '}');
	route_reply_send(reply, erased_count < count ? 202 : 410, buf_cstr(&json));
	buf_free(&json);
}

/* From the signal on, also before the engine has heard of it. */
static bool stopping(const struct app *app)
{
	struct engine_stats stats;

	engine_stats(app->engine, &stats);
	return app->finished || app->drain || stats.draining;
}

static bool begins_or_holds_work(enum route_command command)
{
	return command == ROUTE_PAUSE || command == ROUTE_RESUME || command == ROUTE_PROCESS;
}

static void on_command(void *arg, enum route_command command, const struct ticket_key *tickets, size_t count,
                       struct route_reply *reply)
{
	struct app *app = arg;

	if (app->finished || (begins_or_holds_work(command) && stopping(app))) {
		say_done(reply, 503, "the service is stopping: what is in flight is finished, nothing else is begun");
		return;
	}
	switch (command) {
	case ROUTE_RELOAD: order_reload(app, reply); break;
	case ROUTE_PAUSE:
		app->pause = ORDER_PAUSE;
		say_done(reply, 200, "paused: nothing new is begun, what is in hand is finished");
		break;
	case ROUTE_RESUME:
		app->pause = ORDER_RESUME;
		say_done(reply, 200, "goes on");
		break;
	case ROUTE_PROCESS: process(app, tickets, count, reply); break;
	case ROUTE_EXPLAIN: explaining_begin(app, tickets[0], reply); break;
	case ROUTE_ERASE: erase_orders_order(app, tickets[0], reply); break;
	}
}

void control_step(struct app *app, void (*step)(struct app *app, struct event *event))
{
	if (app->pause != ORDER_NONE) {
		struct event event = {.kind = app->pause == ORDER_PAUSE ? EVENT_PAUSE : EVENT_RESUME};

		app->pause = ORDER_NONE;
		step(app, &event);
	}
	if (app->process_count > 0) {
		struct event event = {
		        .kind = EVENT_PROCESS, .tickets = app->process_tickets, .ticket_count = app->process_count};

		app->process_count = 0;
		step(app, &event);
	}
}

void control_reloaded(struct app *app, bool good, struct str errors, struct str changes, const char *rotate)
{
	struct route_reply *reply = app->reload_reply;
	struct buf json;

	/* The reading that was ordered is still to come: what is over began before it. */
	if (reply == NULL || app->reload.again || app->reload.busy)
		return;
	app->reload_reply = NULL;
	buf_init(&json, ANSWER_BYTES_MAX);
	buf_putc(&json, '{');
	json_add_member(&json, good ? "message" : "error",
	                good ? STR("the configuration was read again") : STR("refused: nothing was changed"));
	if (!good)
		json_add_member(&json, "reasons", str_trim(errors));
	else if (changes.len > 0)
		json_add_member(&json, "changes", str_trim(changes));
	if (rotate != NULL)
		json_add_member(&json, "secrets", str_of(rotate));
	buf_putc(&json, '}');
	route_reply_send(reply, good ? 200 : 422, buf_cstr(&json));
	buf_free(&json);
}

/* --- sockets --- */

void control_inherit(struct app *app)
{
	buf_init(&app->inherited_refused, ANSWER_BYTES_MAX);
	app->inherited_count = systemd_sockets(app->inherited, &app->inherited_refused);
}

static int adopt_inherited(struct app *app, struct err *err)
{
	int code = 0;

	for (struct str rest = buf_str(&app->inherited_refused); rest.len > 0;)
		textlog_say(app->log, LEVEL_WARNING, str_split(&rest, '\n'));
	if (app->inherited_count > 0 && config_origin_of(app->settings->config, "http.socket") != FROM_DEFAULT)
		textlog_say(app->log, LEVEL_WARNING,
		            STR("http.socket is not used: the service manager hands over its own socket, see "
		                "ListenStream= in "
		                "ai-ticketd.socket"));
	for (size_t i = 0; i < app->inherited_count && code == 0; i++)
		code = http_server_adopt(app->server, app->inherited[i].fd, err);
	return code;
}

static int listen_path(struct app *app, struct err *err)
{
	const char *given = app->settings->config->http.socket;
	char *path = given != NULL && given[0] != '\0' ? xstrdup(given) : socket_path_default(err);
	int code = path != NULL ? http_server_listen_path(app->server, path, err) : -1;

	free(path);
	return code;
}

static const struct view views[] = {{"/health", VIEW_JSON, on_health}, {"/status", VIEW_JSON, on_status}, {0}};

int control_open(struct app *app, struct err *err)
{
	const struct config *config = app->settings->config;

	app->http_host = xstrdup(config->http.host);
	app->http_token = xstrdup(config->http.token);
	app->routes = (struct routes){.views = views,
	                              .command = on_command,
	                              .arg = app,
	                              .http_host = app->http_host,
	                              .http_token = app->http_token};
	app->disk_free = -1; /* chores.c asks */
	app->server = http_server_new(&app->loop, &HTTP_LIMITS, routes_handle, &app->routes);
	if (adopt_inherited(app, err) < 0 || (app->inherited_count == 0 && listen_path(app, err) < 0))
		return -1;
	if (config->http.listen != NULL && config->http.listen[0] != '\0')
		return http_server_listen_tcp(app->server, config->http.listen, err);
	return 0;
}

void control_close(struct app *app)
{
	if (app->reload_reply != NULL)
		say_done(app->reload_reply, 503, "the service is stopping");
	app->reload_reply = NULL;
	if (app->server != NULL)
		http_server_close(app->server);
}
