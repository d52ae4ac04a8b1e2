/* Collects the numbers that lib/observe/health.c judges the service by, and shows the
 * judgement. */
#include "daemon/run/health_view.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "daemon/run/state.h"
#include "daemon/system/clock.h"
#include "observe/health.h"
#include "ticket/state.h"

#define REASON_BYTES_MAX 240

/* --- health --- */

static void fill_health(struct app *app, const struct engine_stats *stats,
                        struct health_input *input)
{
	struct clock_reading now = clock_now();

	*input = (struct health_input){
	        .wall = now.wall,
	        .zendesk_halted = stats->zendesk_halted,
	        .zendesk_reason = stats->zendesk_reason,
	        .zendesk_down = stats->unreachable ||
	                        engine_upstream(app->engine, UPSTREAM_ZENDESK)->breaker.state !=
	                                BREAKER_CLOSED,
	        .model_halted = stats->model_halted,
	        .model_reason = stats->model_reason,
	        .model_down = stats->model_down,
	        .store_failing = app->store != NULL && store_error(app->store) != NULL,
	        .disk_free = disk_space_least(app).free,
	        .disk_path = disk_space_least(app).of_store && app->store != NULL
	                             ? store_path(app->store)
	                             : logs_folder(app),
	        .log_trouble = logs_trouble(app),
	        .paused = stats->paused,
	        .stopped = stats->stopped,
	        .stop_trouble = writing_trouble(app),
	        .draining = stats->draining,
	        .idle = now.mono - stats->last_work_mono,
	        .poll_interval = app->settings->config->zendesk.poll_interval,
	        .failure_rate = app->settings->config->alerts.failure_rate,
	        .last_24h = statistics_last_24h(records_statistics(app), now.wall),
	};
}

static void judge_health(struct app *app, struct health_input *input, struct health *health)
{
	struct engine_stats stats;

	engine_stats(app->engine, &stats);
	fill_health(app, &stats, input);
	health_judge(input, health);
}

int health_view_health(void *arg, struct buf *out)
{
	struct health_input input;
	struct health health;

	judge_health(arg, &input, &health);
	health_write(&health, &input, out);
	buf_putc(out, '\n');
	return health_http_status(health.state);
}

/* A refused reload is mentioned after the state of the service, until a reload succeeds. */
static void write_sentence(const struct app *app, const struct health *health,
                           char text[HEALTH_VIEW_SENTENCE_SIZE])
{
	const char *refusal = app->health_view.refusal;

	snprintf(text, HEALTH_VIEW_SENTENCE_SIZE, "%s%s%s", health->sentence,
	         refusal != NULL ? " The last reload was refused, the previous configuration stays "
	                           "in force: "
	                         : "",
	         refusal != NULL ? refusal : "");
}

void health_view_sentence(struct app *app, char text[HEALTH_VIEW_SENTENCE_SIZE])
{
	struct health_input input;
	struct health health;

	judge_health(app, &input, &health);
	write_sentence(app, &health, text);
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
		json_add_member_int(json, ticket_state_name((enum ticket_state)state),
		                    (int64_t)stats->by_state[state]);
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
	json_add_member_int(json, "disk_free_bytes", disk_space_least(app).free);
	buf_putc(json, '}');
}

int health_view_status(void *arg, struct buf *json)
{
	struct app *app = arg;
	struct health_input input;
	struct health health;
	struct engine_stats stats;
	struct clock_reading now = clock_now();
	char sentence[HEALTH_VIEW_SENTENCE_SIZE];

	engine_stats(app->engine, &stats);
	fill_health(app, &stats, &input);
	health_judge(&input, &health);
	write_sentence(app, &health, sentence);
	buf_putc(json, '{');
	json_add_member(json, "message", str_of(sentence));
	json_add_member(json, "status", str_of(health_state_name(health.state)));
	json_add_member(json, "version", STR(AITD_VERSION));
	json_add_member(json, "model", str_of(stats.model));
	json_add_member_bool(json, "paused", stats.paused);
	json_add_member(json, "writes", stats.stopped[0] != '\0' ? STR("stopped") : STR("on"));
	json_add_member_int(json, "started_wall", app->started_wall);
	if (stats.last_poll_wall >= 0)
		json_add_member_int(json, "last_poll_wall", stats.last_poll_wall);
	if (stats.next_poll_mono != MSEC_NEVER)
		json_add_member_int(
		        json, "next_poll_in_ms",
		        stats.next_poll_mono > now.mono ? stats.next_poll_mono - now.mono : 0);
	add_queue(json, &stats);
	add_guards(json, "zendesk", engine_upstream(app->engine, UPSTREAM_ZENDESK));
	add_guards(json, "llm", engine_upstream(app->engine, UPSTREAM_LLM));
	add_loop(app, json);
	json_add_key(json, "days");
	statistics_write_days(records_statistics(app), now.wall, json);
	buf_puts(json, "}\n");
	return 200;
}

/* --- refused reloads --- */

void health_view_free(struct app *app)
{
	free(app->health_view.refusal);
	app->health_view.refusal = NULL;
}

void health_view_reloaded(struct app *app, struct str errors)
{
	struct str rest = errors, whole = str_split(&rest, '\n'),
	           reason = utf8_cut(whole, REASON_BYTES_MAX);

	health_view_free(app);
	if (errors.len > 0)
		app->health_view.refusal =
		        xasprintf("%.*s%s%s", (int)reason.len, reason.data,
		                  reason.len < whole.len ? " …" : "",
		                  str_trim(rest).len > 0 ? " (and more, see the log)" : "");
}
