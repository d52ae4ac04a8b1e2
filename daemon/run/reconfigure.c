/* See reconfigure.h. The former configuration dies with the step in which the engine takes the new one over. */
#include "daemon/run/reconfigure.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/system/capacity.h"
#include "daemon/run/janitor.h"
#include "daemon/run/control.h"
#include "daemon/system/directories.h"
#include "daemon/system/generation.h"

#define REASON_BYTES_MAX 240

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

	buf_printf(&app->changes, "%s%s%s", app->changes.len > 0 ? ", " : "", dotted,
	           takes_effect ? "" : " (waits for a restart)");
	textlog_printf(app->log, takes_effect ? LEVEL_INFO : LEVEL_WARNING, "Reload: %s %s", dotted,
	               takes_effect ? "changed" : "differs, and waits for a restart");
}

/* The folder of credentials was filled at the start: what changed in the store behind it since cannot be seen from here, so it is said
 * each time. */
static char *words_on_credentials(const struct settings *settings)
{
	bool several = strchr(buf_cstr(&settings->from_manager), ',') != NULL;

	if (settings->from_manager.len == 0)
		return NULL;
	return xasprintf("%s %s from systemd, which is a snapshot of the start: restart to rotate",
	                 buf_cstr(&settings->from_manager), several ? "are credentials" : "is a credential");
}

/* Last of all, since who waits for the number then looks at the rest. Numbers grow over restarts too: who waits compares with what was
 * there before. Not while another reading is to follow: it came later than this one, and is the one that counts. */
static void write_generation(struct app *app, bool applied, const char *words)
{
	char *folder = directories_given("RUNTIME_DIRECTORY");
	struct generation before;
	struct err err;

	if (folder == NULL)
		return;
	if (!app->reload.again && !app->reload.busy &&
	    (generation_read(folder, &before, &err) < 0 ||
	     generation_write(folder, before.number + 1, applied, words, &err) < 0))
		textlog_printf(app->log, LEVEL_WARNING, "the outcome of the reload cannot be told: %s", err.text);
	free(folder);
}

static void forget_refusal(struct app *app)
{
	free(app->reload_refused);
	app->reload_refused = NULL;
}

/* The first of the reasons, for the line that says how the service is. */
static void remember_refusal(struct app *app, struct str errors)
{
	struct str whole = str_split(&errors, '\n'), reason = utf8_cut(whole, REASON_BYTES_MAX);

	forget_refusal(app);
	app->reload_refused = xasprintf("%.*s%s%s", (int)reason.len, reason.data, reason.len < whole.len ? " …" : "",
	                                str_trim(errors).len > 0 ? " (and more, see the log)" : "");
}

static void refuse(struct app *app, const struct settings *next)
{
	const char *errors = buf_cstr(&next->problems.errors);

	remember_refusal(app, buf_str(&next->problems.errors));
	say_lines(app, LEVEL_ERROR, buf_str(&next->problems.errors));
	textlog_say_event(app->log, LEVEL_ERROR, STR("Reload refused: the former configuration stays in force"),
	                  &(struct textlog_event){.name = "reload_refused"});
	control_reloaded(app, false, buf_str(&next->problems.errors), (struct str){0}, NULL);
	janitor_reloaded(app, NULL);
	write_generation(app, false, errors);
}

static void take(struct app *app, struct settings *next)
{
	if (app->fresh != NULL)
		settings_free(app->fresh);
	free(app->fresh);
	app->fresh = xcalloc(1, sizeof(*app->fresh));
	*app->fresh = *next;
	buf_reset(&app->changes);
	config_changes(app->settings->config, app->fresh->config, tell_change, app);
	config_keep(app->fresh->config, app->settings->config);
	textlog_say_event(app->log, LEVEL_INFO,
	                  app->changes.len > 0 ? STR("Reload: the configuration was read again")
	                                       : STR("Reload: the configuration was read again, nothing has changed"),
	                  &(struct textlog_event){.name = "reloaded"});
}

static void on_read(void *arg, struct settings *next, bool good)
{
	struct app *app = arg;

	if (app->closing || app->finished) {
		if (good)
			settings_free(next);
		return;
	}
	say_lines(app, LEVEL_WARNING, buf_str(&next->problems.warnings));
	if (good)
		take(app, next);
	else
		refuse(app, next);
}

void reconfigure_init(struct app *app)
{
	reload_init(&app->reload, app->cli, on_read, app);
}

void reconfigure_begin(struct app *app)
{
	janitor_reloading(app);
	reload_begin(&app->reload, &app->loop);
}

static void allow_descriptors(struct app *app)
{
	struct config_problems problems;
	enum log_level level = LEVEL_WARNING;

	config_problems_init(&problems);
	if (capacity_allow_descriptors(app->settings->config, &problems) < 0)
		level = LEVEL_ERROR;
	say_lines(app, level, buf_str(level == LEVEL_ERROR ? &problems.errors : &problems.warnings));
	config_problems_free(&problems);
}

void reconfigure_step(struct app *app, void (*step)(struct app *app, struct event *event))
{
	struct event event = {.kind = EVENT_RELOAD};
	char *rotate;

	if (app->fresh == NULL)
		return;
	event.config = app->fresh->config;
	step(app, &event);
	settings_free(app->settings);
	*app->settings = *app->fresh;
	free(app->fresh);
	app->fresh = NULL;
	allow_descriptors(app);
	http_client_set_max(app->client, capacity_requests(app->settings->config));
	textlog_set_level(app->log, app->settings->config->log.level);
	retention_set_days(&app->retention, app->settings->config->log.retention_days);
	forget_refusal(app);
	rotate = words_on_credentials(app->settings);
	if (rotate != NULL)
		textlog_printf(app->log, LEVEL_INFO, "Reload: %s", rotate);
	control_reloaded(app, true, (struct str){0}, buf_str(&app->changes), rotate);
	janitor_reloaded(app, rotate);
	write_generation(app, true, buf_cstr(&app->changes));
	free(rotate);
}
