/* Writes the members of /status: first those for people, then the inside. */
#include "daemon/run/status_view.h"

#include <math.h>

#include "base/json.h"
#include "daemon/run/state.h"
#include "daemon/system/clock.h"
#include "ticket/state.h"

#define WARNING_BYTES_MAX 1024
#define FALLBACKS_TELL_FROM 20 /* a share of fewer tickets says nothing */

/* --- for people --- */

static bool is_set(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/* With OAuth the user is known only once Zendesk has told it. */
static void add_account(const struct config *config, const struct engine_stats *stats,
                        struct buf *json)
{
	json_add_key(json, "account");
	buf_putc(json, '{');
	json_add_member(json, "url", str_of(config->zendesk.base_url));
	if (is_set(stats->user_name))
		json_add_member(json, "user", str_of(stats->user_name));
	if (!is_set(config->zendesk.client_id) && is_set(config->zendesk.email))
		json_add_member(json, "email", str_of(config->zendesk.email));
	if (stats->signed_in)
		json_add_member(json, "role", stats->user_is_admin ? STR("admin") : STR("agent"));
	buf_putc(json, '}');
}

void status_view_add_work(const struct load *load, struct buf *json)
{
	bool known = load->left >= 0 && load->left != MSEC_NEVER;
	struct buf words;

	buf_init(&words, SIZE_MAX);
	load_limit_text(load->limit, load->limit_value, &words);
	json_add_key(json, "work");
	buf_putc(json, '{');
	json_add_member_int(json, "waiting", (int64_t)load->waiting);
	json_add_member_int(json, "at_model", (int64_t)load->at_model);
	json_add_member_int(json, "to_write", (int64_t)load->to_write);
	json_add_member_number(json, "left_ms", known ? (double)load->left : NAN, 0);
	json_add_member(json, "limit", str_of(load_limit_name(load->limit)));
	json_add_member(json, "limited_by", buf_str(&words));
	buf_putc(json, '}');
	buf_free(&words);
}

static void add_warning(struct buf *json, struct str text)
{
	if (text.len == 0)
		return;
	json_add_comma(json);
	json_add_string(json, utf8_cut(text, WARNING_BYTES_MAX));
}

static void add_model_warning(const struct health_input *input, struct buf *json)
{
	struct buf text;

	buf_init(&text, SIZE_MAX);
	health_model_warning(input, &text);
	add_warning(json, buf_str(&text));
	buf_free(&text);
}

static void add_fallback_warning(const struct counts *counts, struct buf *json)
{
	double share = (double)counts->fallback / (double)counts->analysed;

	if (counts->analysed < FALLBACKS_TELL_FROM || share <= RECENT_SHARE_MAX)
		return;
	struct buf text;
	buf_init(&text, WARNING_BYTES_MAX);
	buf_add_count(&text, counts->fallback);
	buf_puts(&text, " of ");
	buf_add_count(&text, counts->analysed);
	buf_printf(&text,
	           " tickets (%d %%) were classified by rules in the last 24 hours because the "
	           "model failed",
	           (int)(100 * share + 0.5));
	add_warning(json, buf_str(&text));
	buf_free(&text);
}

/* Options that are ignored are among the warnings of the configuration in force. */
static void add_warnings(const struct app *app, const struct health_input *input, struct buf *json)
{
	struct str lines = buf_str(&app->settings->problems.warnings);

	json_add_key(json, "warnings");
	buf_putc(json, '[');
	add_model_warning(input, json);
	add_fallback_warning(&input->last_24h, json);
	while (lines.len > 0)
		add_warning(json, str_split(&lines, '\n'));
	buf_putc(json, ']');
}

static void add_polls(const struct engine_stats *stats, struct buf *json)
{
	msec now = clock_now().mono;

	if (stats->last_poll_wall >= 0)
		json_add_member_int(json, "last_poll_wall", stats->last_poll_wall);
	if (stats->next_poll_mono != MSEC_NEVER)
		json_add_member_int(json, "next_poll_in_ms",
		                    stats->next_poll_mono > now ? stats->next_poll_mono - now : 0);
}

const char *status_view_provider(const struct config *config)
{
	static const char *const providers[] = {
	        [LLM_OPENAI] = "openai", [LLM_OLLAMA] = "ollama", [LLM_RULES] = "rules"};

	return providers[config->llm.provider];
}

static void add_outside(struct app *app, const struct engine_stats *stats, struct buf *json)
{
	const struct config *config = app->settings->config;

	json_add_member(json, "version", STR(AITD_VERSION));
	json_add_member_int(json, "now_wall", clock_now().wall);
	json_add_member_int(json, "started_wall", app->started_wall);
	json_add_member(json, "mode", str_of(write_mode_name(stats->writing)));
	json_add_member_bool(json, "paused", stats->paused);
	json_add_member(json, "writes", stats->stopped[0] != '\0' ? STR("stopped") : STR("on"));
	add_account(config, stats, json);
	json_add_member(json, "provider", str_of(status_view_provider(config)));
	json_add_member(json, "model", str_of(stats->model));
	status_view_add_work(&stats->load, json);
	add_polls(stats, json);
}

/* --- the inside --- */

static void add_guard(struct buf *json, const char *name, enum breaker_state breaker,
                      const struct upstream *upstream)
{
	json_add_key(json, name);
	buf_putc(json, '{');
	json_add_member(json, "breaker", str_of(breaker_state_name(breaker)));
	json_add_member_int(json, "in_flight", upstream->window.in_flight);
	json_add_member_int(json, "window", upstream->window.size);
	json_add_member_number(json, "request_tokens", upstream->requests.level, 1);
	json_add_member_int(json, "sent", (int64_t)upstream->sent_total);
	json_add_member_int(json, "failed", (int64_t)upstream->failed_total);
	json_add_member_int(json, "limited", (int64_t)upstream->limited_total);
	buf_putc(json, '}');
}

void status_view_add_guards(struct app *app, const struct engine_stats *stats, struct buf *json)
{
	const struct upstream *zendesk = engine_upstream(app->engine, UPSTREAM_ZENDESK);

	add_guard(json, "zendesk", zendesk->breaker.state, zendesk);
	add_guard(json, "llm", stats->model_breaker, engine_upstream(app->engine, UPSTREAM_LLM));
}

void status_view_add_queue(const struct engine_stats *stats, struct buf *json)
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

int status_view_status(void *arg, const struct view_request *request, struct buf *json)
{
	struct app *app = arg;
	struct health_input input;
	struct health health;
	struct engine_stats stats;
	char sentence[HEALTH_VIEW_SENTENCE_SIZE];

	engine_stats(app->engine, &stats);
	health_view_judge(app, &stats, &input, &health);
	health_view_words(app, &health, &input, sentence);
	buf_putc(json, '{');
	json_add_member(json, "message", str_of(sentence));
	json_add_member(json, "status", str_of(health_state_name(health.state)));
	add_outside(app, &stats, json);
	add_warnings(app, &input, json);
	status_view_add_queue(&stats, json);
	status_view_add_guards(app, &stats, json);
	add_loop(app, json);
	json_add_key(json, "days");
	statistics_write_days(records_statistics(app), input.wall, json);
	buf_puts(json, "}\n");
	return 200;
}
