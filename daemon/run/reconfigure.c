/* Applies a configuration that was read while the service runs. The former one is freed after
 * the step in which the engine takes over the new one. When another reading is queued, the
 * outcome of this one is not reported: only that of the last reading counts. */
#include "daemon/run/reconfigure.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/run/state.h"
#include "daemon/system/capacity.h"
#include "daemon/system/directories.h"
#include "daemon/system/generation.h"

#define CHANGES_BYTES_MAX (4 * 1024 * 1024)
#define ANSWER_BYTES_MAX (256 * 1024)

struct outcome_of_reload {
	bool good;
	const char *errors;  /* when not good: why, one per line */
	const char *changes; /* when good: the changed options, separated by commas */
	const char *rotate;  /* secrets that a reload cannot update, and the remedy; NULL = none */
};

/* --- reporting the outcome --- */

static void answer_order(struct app *app, const struct outcome_of_reload *outcome)
{
	struct route_reply *reply = app->reconfigure.reply;
	struct buf json;

	if (reply == NULL)
		return;
	app->reconfigure.reply = NULL;
	buf_init(&json, ANSWER_BYTES_MAX);
	buf_putc(&json, '{');
	json_add_member(
	        &json, outcome->good ? "message" : "error",
	        outcome->good ? STR("Configuration reloaded.")
	                      : STR("Reload refused; the previous configuration stays in force."));
	if (!outcome->good)
		json_add_member(&json, "reasons", str_trim(str_of(outcome->errors)));
	else if (outcome->changes[0] != '\0')
		json_add_member(&json, "changes", str_of(outcome->changes));
	if (outcome->rotate != NULL)
		json_add_member(&json, "secrets", str_of(outcome->rotate));
	buf_putc(&json, '}');
	route_reply_send(reply, outcome->good ? 200 : 422, buf_cstr(&json));
	buf_free(&json);
}

/* The number also grows across restarts: `systemctl reload` waits until it differs from the one
 * that it read before. */
static void write_generation(struct app *app, const struct outcome_of_reload *outcome)
{
	char *folder = directories_given("RUNTIME_DIRECTORY");
	struct generation before;
	struct err err;

	if (folder == NULL)
		return;
	if (generation_read(folder, &before, &err) < 0 ||
	    generation_write(folder, before.number + 1, outcome->good,
	                     outcome->good ? outcome->changes : outcome->errors, &err) < 0)
		textlog_printf(app->log, LEVEL_WARNING,
		               "the outcome of the reload cannot be reported: %s", err.text);
	free(folder);
}

/* The manager comes first, so that the service is ready when the order is answered; the
 * generation number comes last, because who waits for it then reads the rest. */
static void tell_outcome(struct app *app, const struct outcome_of_reload *outcome)
{
	if (!reload_end(&app->reconfigure.reload, &app->loop))
		return;
	manager_reloaded(app, outcome->rotate);
	answer_order(app, outcome);
	write_generation(app, outcome);
}

/* --- reading --- */

static void refuse_settings(struct app *app, const struct settings *next)
{
	struct outcome_of_reload outcome = {.errors = buf_cstr(&next->problems.errors)};

	health_view_reloaded(app, buf_str(&next->problems.errors));
	alerts_touch(app);
	metering_reloaded(app, false);
	logs_say_lines(app, LEVEL_ERROR, buf_str(&next->problems.errors));
	textlog_say_event(app->log, LEVEL_ERROR,
	                  STR("Reload refused: the previous configuration stays in force"),
	                  &(struct textlog_event){.name = "reload_refused"});
	tell_outcome(app, &outcome);
}

static void say_change(void *arg, const char *dotted, bool takes_effect)
{
	struct app *app = arg;
	struct buf *changes = &app->reconfigure.changes;

	buf_printf(changes, "%s%s%s", changes->len > 0 ? ", " : "", dotted,
	           takes_effect ? "" : " (needs a restart)");
	textlog_printf(app->log, takes_effect ? LEVEL_INFO : LEVEL_WARNING, "Reload: %s %s", dotted,
	               takes_effect ? "changed" : "changed, but needs a restart to take effect");
}

/* http.token is among the options. */
static void say_token(void *arg, const struct access_token *token, const char *what)
{
	struct app *app = arg;
	struct buf *changes = &app->reconfigure.changes;

	if (strcmp(token->name, ACCESS_NAME_DEFAULT) == 0)
		return;
	buf_printf(changes, "%stoken %s %s", changes->len > 0 ? ", " : "", token->name, what);
	textlog_printf(app->log, LEVEL_INFO, "Reload: the token %s (%s) was %s", token->name,
	               token->command ? "command" : "read", what);
}

static void post_settings(struct app *app, const struct settings *next)
{
	struct reconfigure *reconfigure = &app->reconfigure;
	struct settings *fresh = xcalloc(1, sizeof(*fresh));

	*fresh = *next;
	reconfigure->fresh = fresh;
	buf_reset(&reconfigure->changes);
	config_changes(app->settings->config, fresh->config, say_change, app);
	access_compare(&app->settings->access, &fresh->access, say_token, app);
	config_keep(fresh->config, app->settings->config);
	textlog_say_event(app->log, LEVEL_INFO,
	                  reconfigure->changes.len > 0
	                          ? STR("Reload: the new configuration is in force")
	                          : STR("Reload: nothing has changed"),
	                  &(struct textlog_event){.name = "reloaded"});
	app_post(app, &(struct event){.kind = EVENT_RELOAD, .config = fresh->config});
}

static void on_configuration_read(void *arg, struct settings *next, bool good)
{
	struct app *app = arg;

	if (app->finished) {
		if (good)
			settings_free(next);
		return;
	}
	logs_say_lines(app, LEVEL_WARNING, buf_str(&next->problems.warnings));
	if (good)
		post_settings(app, next);
	else
		refuse_settings(app, next);
}

void reconfigure_init(struct app *app)
{
	buf_init(&app->reconfigure.changes, CHANGES_BYTES_MAX);
	reload_init(&app->reconfigure.reload, app->cli, on_configuration_read, app);
}

void reconfigure_begin(struct app *app, struct route_reply *reply)
{
	if (reply != NULL && app->reconfigure.reply != NULL) {
		route_reply_say(reply, 409, "a reload is already in progress");
		return;
	}
	if (reply != NULL)
		app->reconfigure.reply = reply;
	logs_look(app); /* logrotate sends SIGHUP after it has moved a file */
	manager_reloading(app);
	reload_begin(&app->reconfigure.reload, &app->loop);
}

/* --- applying --- */

static void allow_descriptors(struct app *app)
{
	struct config_problems problems;
	enum log_level level = LEVEL_WARNING;

	config_problems_init(&problems);
	if (capacity_allow_descriptors(app->settings->config, &problems) < 0)
		level = LEVEL_ERROR;
	logs_say_lines(app, level,
	               buf_str(level == LEVEL_ERROR ? &problems.errors : &problems.warnings));
	config_problems_free(&problems);
}

/* systemd copies credentials to a folder at the start. Whether they changed since cannot be
 * seen from here, so each reload says that only a restart rotates them. */
static char *credentials_notice(const struct settings *settings)
{
	bool several = strchr(buf_cstr(&settings->from_manager), ',') != NULL;

	if (settings->from_manager.len == 0)
		return NULL;
	return xasprintf("%s %s from systemd, read at the start only: restart the service to use a "
	                 "new value",
	                 buf_cstr(&settings->from_manager),
	                 several ? "are credentials" : "is a credential");
}

void reconfigure_apply(struct app *app)
{
	struct reconfigure *reconfigure = &app->reconfigure;
	struct outcome_of_reload outcome = {.good = true,
	                                    .changes = buf_cstr(&reconfigure->changes)};
	char *rotate;

	settings_free(app->settings);
	*app->settings = *reconfigure->fresh;
	free(reconfigure->fresh);
	reconfigure->fresh = NULL;
	allow_descriptors(app);
	http_client_set_max(app->client, capacity_requests(app->settings->config));
	admission_reload(app);
	api_events_reload(app);
	logs_reconfigure(app);
	health_view_reloaded(app, (struct str){0});
	alerts_reloaded(app);
	metering_reloaded(app, true);
	outcome.rotate = rotate = credentials_notice(app->settings);
	if (rotate != NULL)
		textlog_printf(app->log, LEVEL_INFO, "Reload: %s", rotate);
	tell_outcome(app, &outcome);
	free(rotate);
}

/* --- the end --- */

void reconfigure_close(struct app *app)
{
	if (app->reconfigure.reply != NULL)
		route_reply_say(app->reconfigure.reply, 503, "the service is stopping");
	app->reconfigure.reply = NULL;
}

void reconfigure_free(struct app *app)
{
	/* it was read, but the run ended before the engine took it over */
	if (app->reconfigure.fresh != NULL)
		settings_free(app->reconfigure.fresh);
	free(app->reconfigure.fresh);
	buf_free(&app->reconfigure.changes);
}
