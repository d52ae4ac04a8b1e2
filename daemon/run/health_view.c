/* Collects the numbers that lib/observe/health.c judges the service by, and shows the
 * judgement. */
#include "daemon/run/health_view.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "daemon/run/state.h"
#include "daemon/system/clock.h"

#define REASON_BYTES_MAX 240

/* --- health --- */

static void fill_health(struct app *app, const struct engine_stats *stats,
                        struct health_input *input)
{
	const struct config *config = app->settings->config;
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
	        .model_unusable = stats->model_unusable,
	        .model_awaited = stats->model_awaited,
	        .model = stats->model_wanted != NULL ? stats->model : NULL,
	        .model_wanted = stats->model_wanted,
	        .model_leaves = stats->model_leaves,
	        .store_failing = app->store != NULL && store_error(app->store) != NULL,
	        .disk_free = disk_space_least(app).free,
	        .disk_path = disk_space_least(app).of_store && app->store != NULL
	                             ? store_path(app->store)
	                             : logs_folder(app),
	        .log_trouble = logs_trouble(app),
	        .alert_trouble = app->health_view.alert_trouble,
	        .ready = stats->signed_in,
	        .paused = stats->paused,
	        .writing = stats->writing,
	        .stopped = stats->stopped,
	        .stop_trouble = writing_trouble(app),
	        .draining = stats->draining,
	        .idle = now.mono - stats->last_work_mono,
	        .poll_interval = config->zendesk.poll_interval,
	        .failure_rate = config->alerts.failure_rate,
	        .last_24h = statistics_last_24h(records_statistics(app), now.wall),
	        .recent = stats->recent,
	        .load = stats->load,
	        .backlog_time = config->alerts.backlog_time,
	};
}

void health_view_judge(struct app *app, const struct engine_stats *stats,
                       struct health_input *ret_input, struct health *ret)
{
	fill_health(app, stats, ret_input);
	health_judge(ret_input, ret);
}

static void judge_now(struct app *app, struct health_input *input, struct health *health)
{
	struct engine_stats stats;

	engine_stats(app->engine, &stats);
	health_view_judge(app, &stats, input, health);
}

int health_view_health(void *arg, const struct view_request *request, struct buf *out)
{
	struct health_input input;
	struct health health;

	judge_now(arg, &input, &health);
	if (right_covers(request->may, RIGHT_LOOK)) {
		health_write(&health, &input, out);
	} else {
		buf_putc(out, '{');
		json_add_member(out, "status", str_of(health_state_name(health.state)));
		buf_putc(out, '}');
	}
	buf_putc(out, '\n');
	return health_http_status(health.state);
}

/* That it answers at all is the answer. */
int health_view_live(void *arg, const struct view_request *request, struct buf *out)
{
	buf_puts(out, "{\"live\":true}\n");
	return 200;
}

int health_view_ready(void *arg, const struct view_request *request, struct buf *out)
{
	struct health_input input;
	struct health health;

	judge_now(arg, &input, &health);
	bool ready = health_is_ready(&health, &input);
	char sentence[HEALTH_SENTENCE_SIZE];
	health_sentence(&health, &input, sentence);
	buf_putc(out, '{');
	json_add_member_bool(out, "ready", ready);
	json_add_member(out, "message",
	                ready || health.state == HEALTH_UNHEALTHY || input.draining
	                        ? str_of(sentence)
	                        : STR("Not signed in to Zendesk yet."));
	buf_puts(out, "}\n");
	return ready ? 200 : 503;
}

/* A refused reload is mentioned after the state of the service, until a reload succeeds. */
void health_view_words(const struct app *app, const struct health *health,
                       const struct health_input *input, char text[HEALTH_VIEW_SENTENCE_SIZE])
{
	const char *refusal = app->health_view.refusal;
	char sentence[HEALTH_SENTENCE_SIZE];

	health_sentence(health, input, sentence);
	snprintf(text, HEALTH_VIEW_SENTENCE_SIZE, "%s%s%s", sentence,
	         refusal != NULL ? " The last reload was refused, the previous configuration stays "
	                           "in force: "
	                         : "",
	         refusal != NULL ? refusal : "");
}

void health_view_sentence(struct app *app, char text[HEALTH_VIEW_SENTENCE_SIZE])
{
	struct health_input input;
	struct health health;

	judge_now(app, &input, &health);
	health_view_words(app, &health, &input, text);
}

/* --- refused reloads --- */

const char *health_view_refusal(const struct app *app)
{
	return app->health_view.refusal;
}

static void forget_refusal(struct app *app)
{
	free(app->health_view.refusal);
	app->health_view.refusal = NULL;
}

void health_view_alerts(struct app *app, const char *trouble)
{
	free(app->health_view.alert_trouble);
	app->health_view.alert_trouble = trouble[0] != '\0' ? xstrdup(trouble) : NULL;
}

void health_view_free(struct app *app)
{
	forget_refusal(app);
	health_view_alerts(app, "");
}

void health_view_reloaded(struct app *app, struct str errors)
{
	struct str rest = errors, whole = str_split(&rest, '\n'),
	           reason = utf8_cut(whole, REASON_BYTES_MAX);

	forget_refusal(app);
	if (errors.len > 0)
		app->health_view.refusal =
		        xasprintf("%.*s%s%s", (int)reason.len, reason.data,
		                  reason.len < whole.len ? " …" : "",
		                  str_trim(rest).len > 0 ? " (and more, see the log)" : "");
}
