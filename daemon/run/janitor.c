/* See chores.h. Disk and database are asked through workers; the loop never waits for them. */
#include "daemon/run/janitor.h"

#include <stdlib.h>

#include "daemon/run/control.h"
#include "daemon/system/systemd.h"
#include "daemon/system/clock.h"

#define MINUTE_MS 60000

static void tell_manager(struct app *app, int code)
{
	if (code >= 0 || app->manager_warned)
		return;
	app->manager_warned = true;
	textlog_printf(app->log, LEVEL_WARNING, "the service manager cannot be told anything: %s", uv_strerror(code));
}

static void on_statfs(uv_fs_t *req);

static void ask_disk_of(struct app *app, const char *path)
{
	app->statfs.data = app;
	app->asking_disk = uv_fs_statfs(&app->loop, &app->statfs, path, on_statfs) == 0;
}

/* First the folder of logs, then the database, which may lie on another disk. */
static void on_statfs(uv_fs_t *req)
{
	struct app *app = req->data;

	if (req->result == 0 && req->ptr != NULL) {
		const uv_statfs_t *stat = req->ptr;
		int64_t free = (int64_t)(stat->f_bavail * stat->f_bsize);

		if (app->disk_least < 0 || free < app->disk_least)
			app->disk_least = free;
	}
	uv_fs_req_cleanup(req);
	app->asking_disk = false;
	if (!app->asked_store && app->store != NULL) {
		app->asked_store = true;
		ask_disk_of(app, store_path(app->store));
	}
	if (!app->asking_disk && app->disk_least >= 0)
		app->disk_free = app->disk_least;
}

static void ask_disk(struct app *app)
{
	if (app->asking_disk)
		return;
	app->disk_least = -1;
	app->asked_store = false;
	ask_disk_of(app, app->log_dir);
}

/* Nothing may come that is to be written, so that it would be told as failing for hours. */
static void try_store(struct app *app)
{
	if (app->store != NULL && store_error(app->store) != NULL)
		store_try(app->store);
}

/* The history goes with the files: once a day, by the clock that they went by. */
static void prune(struct app *app)
{
	msec wall = retention_wall(&app->retention);

	if (app->store == NULL || wall == 0 || wall == app->pruned_wall)
		return;
	app->pruned_wall = wall;
	store_prune(app->store, (int)app->settings->config->log.retention_days, wall);
}

static void tell_status(struct app *app)
{
	char sentence[CONTROL_SENTENCE_SIZE];

	control_sentence(app, sentence);
	tell_manager(app, systemd_status(sentence));
}

static void on_minute(uv_timer_t *timer)
{
	struct app *app = timer->data;

	ask_disk(app);
	try_store(app);
	prune(app);
	tell_status(app);
}

/* From the loop itself: when it stands still, so does this. */
static void on_watchdog(uv_timer_t *timer)
{
	struct app *app = timer->data;

	tell_manager(app, systemd_watchdog());
}

static void start_timer(struct app *app, uv_timer_t *timer, uv_timer_cb cb, uint64_t period)
{
	ENSURE(uv_timer_init(&app->loop, timer) == 0);
	timer->data = app;
	uv_unref((uv_handle_t *)timer);
	if (period > 0)
		(void)uv_timer_start(timer, cb, period, period);
}

void janitor_start(struct app *app)
{
	char sentence[CONTROL_SENTENCE_SIZE];

	app->chores = true;
	ask_disk(app);
	start_timer(app, &app->minute, on_minute, MINUTE_MS);
	start_timer(app, &app->watchdog, on_watchdog, (uint64_t)systemd_watchdog_period());
	control_sentence(app, sentence);
	tell_manager(app, systemd_ready(sentence));
}

void janitor_reloading(struct app *app)
{
	tell_manager(app, systemd_reloading("reading the configuration again"));
}

void janitor_reloaded(struct app *app, const char *rotate)
{
	char sentence[CONTROL_SENTENCE_SIZE], *status;

	/* Another reading is to follow, or under way: ready is who has done the last one. */
	if (app->reload.again || app->reload.busy)
		return;
	control_sentence(app, sentence);
	status = rotate != NULL ? xasprintf("%s (%s)", sentence, rotate) : xstrdup(sentence);
	tell_manager(app, systemd_ready(status));
	free(status);
}

void janitor_stopping(struct app *app)
{
	tell_manager(app, systemd_stopping("finishing what is in flight"));
}

void janitor_close(struct app *app)
{
	if (!app->chores)
		return;
	app->chores = false;
	uv_close((uv_handle_t *)&app->minute, NULL);
	uv_close((uv_handle_t *)&app->watchdog, NULL);
}
