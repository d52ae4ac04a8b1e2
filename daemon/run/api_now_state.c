/* Puts the state together from the engine's statistics, as /status does for people. */
#include "daemon/run/api_now_state.h"

#include "base/json.h"
#include "daemon/run/state.h"
#include "daemon/run/status_view.h"
#include "daemon/system/clock.h"

#define URL_BYTES_MAX 2048

static void add_null(struct buf *json, const char *key)
{
	json_add_key(json, key);
	buf_puts(json, "null");
}

/* Where a ticket can be seen; its number is to be appended. Only https: a page makes it a link. */
static void add_ticket_url(const struct config *config, struct buf *json)
{
	struct str base = str_of(config->zendesk.base_url);
	struct buf url;

	while (str_ends(base, STR("/")))
		base.len--;
	if (!str_istarts(base, STR("https://"))) {
		add_null(json, "ticket_url");
		return;
	}
	buf_init(&url, URL_BYTES_MAX);
	buf_add_str(&url, base);
	buf_puts(&url, "/agent/tickets/");
	json_add_member(json, "ticket_url", buf_str(&url));
	buf_free(&url);
}

static void add_health(struct app *app, const struct engine_stats *stats, struct buf *json)
{
	char sentence[HEALTH_VIEW_SENTENCE_SIZE];
	struct health_input input;
	struct health health;

	health_view_judge(app, stats, &input, &health);
	health_view_words(app, &health, &input, sentence);
	json_add_member(json, "status", str_of(health_state_name(health.state)));
	json_add_member(json, "message", str_of(sentence));
	json_add_member_bool(json, "ready", health_is_ready(&health, &input));
}

static void add_guards(struct app *app, const struct engine_stats *stats, struct buf *json)
{
	json_add_key(json, "guards");
	buf_putc(json, '{');
	status_view_add_guards(app, stats, json);
	buf_putc(json, '}');
}

static void add_alerts(const struct app *app, struct buf *json)
{
	const char *worst = alerts_worst(app);

	json_add_key(json, "alerts");
	buf_putc(json, '{');
	json_add_member_int(json, "active", (int64_t)alerts_active(app));
	if (worst != NULL)
		json_add_member(json, "worst", str_of(worst));
	else
		add_null(json, "worst");
	buf_putc(json, '}');
}

void api_now_state_members(struct app *app, struct buf *json)
{
	const struct config *config = app->settings->config;
	struct engine_stats stats;

	engine_stats(app->engine, &stats);
	json_add_member(json, "version", STR(AITD_VERSION));
	json_add_member_int(json, "started", app->started_wall);
	add_health(app, &stats, json);
	json_add_member(json, "mode", str_of(write_mode_name(stats.writing)));
	json_add_member_bool(json, "paused", stats.paused);
	json_add_member(json, "writes", stats.stopped[0] != '\0' ? STR("stopped") : STR("on"));
	json_add_member(json, "provider", str_of(status_view_provider(config)));
	json_add_member(json, "model", str_of(stats.model));
	add_ticket_url(config, json);
	status_view_add_work(&stats.load, json);
	status_view_add_queue(&stats, json);
	add_guards(app, &stats, json);
	add_alerts(app, json);
}

void api_now_state(struct app *app, struct buf *json)
{
	json_add_member_int(json, "as_of", clock_now().wall);
	api_now_state_members(app, json);
}
