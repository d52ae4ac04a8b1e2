/* Opens the log folder and the text log. They come first in a start: when they cannot be
 * opened, no request may be sent. */
#include "daemon/run/logs.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/files/sealing.h"
#include "daemon/files/textlog_journal.h"
#include "daemon/run/state.h"
#include "daemon/system/directories.h"

void logs_say_lines(struct app *app, enum log_level level, struct str lines)
{
	while (lines.len > 0) {
		struct str line = str_split(&lines, '\n');

		if (line.len > 0)
			textlog_say(app->log, level, line);
	}
}

static void log_for_retention(void *arg, enum log_level level, struct str text)
{
	textlog_say(((struct app *)arg)->log, level, text);
}

int logs_open(struct app *app)
{
	const struct config *config = app->settings->config;
	struct logs *logs = &app->logs;
	struct err err;

	logs->folder = directories_log(config, &err);
	if (logs->folder != NULL && sealing_key(config, logs->folder, &logs->key, &err) == 0)
		app->log =
		        textlog_open(&app->loop, logs->folder, logs->key, config->log.level, &err);
	if (app->log == NULL) {
		fprintf(stderr, "ai-ticketd: %s\n", err.text);
		return -1;
	}
	logs->journal = textlog_join_journal(app->log, &app->loop);
	logs_say_lines(app, LEVEL_WARNING, buf_str(&app->settings->problems.warnings));
	retention_start(&logs->retention, &app->loop, logs->folder, config->log.retention_days,
	                app->resident, log_for_retention, app);
	return 0;
}

const char *logs_folder(const struct app *app)
{
	return app->logs.folder;
}

const struct seal_key *logs_key(const struct app *app)
{
	return app->logs.key;
}

void logs_reconfigure(struct app *app)
{
	textlog_set_level(app->log, app->settings->config->log.level);
	retention_set_days(&app->logs.retention, app->settings->config->log.retention_days);
}

void logs_look(struct app *app)
{
	if (app->log != NULL)
		textlog_look(app->log);
}

uint64_t logs_journal_dropped(const struct app *app)
{
	return journal_dropped(app->logs.journal);
}

const char *logs_trouble(const struct app *app)
{
	return app->log != NULL ? textlog_trouble(app->log) : NULL;
}

msec logs_removal_wall(const struct app *app)
{
	return retention_wall(&app->logs.retention);
}

msec logs_started_wall(const struct app *app)
{
	return retention_started_wall(&app->logs.retention);
}

void logs_stop(struct app *app)
{
	retention_stop(&app->logs.retention);
}

static void on_log_closed(void *arg)
{
	struct app *app = arg;

	app->log = NULL;
	if (app->logs.journal != NULL)
		journal_close(app->logs.journal);
	app->logs.closed(app);
}

void logs_close(struct app *app, void (*closed)(void *app))
{
	app->logs.closed = closed;
	textlog_close(app->log, on_log_closed, app);
}

void logs_free(struct app *app)
{
	seal_key_free(app->logs.key);
	free(app->logs.folder);
}
