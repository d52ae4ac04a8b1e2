/* See chores.h. Disk and database are asked through workers; the loop never waits for them. */
#include "daemon/chores.h"

#include <stdlib.h>

#include "daemon/control.h"
#include "daemon/systemd.h"
#include "daemon/when.h"

#define MINUTE_MS 60000
#define SENTENCE_SIZE 512

static void tell_manager(struct app *app, int code)
{
	if (code >= 0 || app->manager_warned)
		return;
	app->manager_warned = true;
	textlog_printf(app->log, LEVEL_WARNING, "the service manager cannot be told anything: %s", uv_strerror(code));
}

static void on_statfs(uv_fs_t *req)
{
	struct app *app = req->data;

	if (req->result == 0 && req->ptr != NULL) {
		const uv_statfs_t *stat = req->ptr;

		app->disk_free = (int64_t)(stat->f_bavail * stat->f_bsize);
	}
	uv_fs_req_cleanup(req);
	app->asking_disk = false;
}

static void ask_disk(struct app *app)
{
	if (app->asking_disk)
		return;
	app->asking_disk = true;
	app->statfs.data = app;
	if (uv_fs_statfs(&app->loop, &app->statfs, app->log_dir, on_statfs) < 0)
		app->asking_disk = false;
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
	store_prune(app->store, (int)app->settings->config->log_retention_days, wall);
}

static void tell_status(struct app *app)
{
	char sentence[SENTENCE_SIZE];

	control_sentence(app, sentence, sizeof(sentence));
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

void chores_start(struct app *app)
{
	char sentence[SENTENCE_SIZE];

	app->chores = true;
	ask_disk(app);
	start_timer(app, &app->minute, on_minute, MINUTE_MS);
	start_timer(app, &app->watchdog, on_watchdog, (uint64_t)systemd_watchdog_period());
	control_sentence(app, sentence, sizeof(sentence));
	tell_manager(app, systemd_ready(sentence));
}

void chores_reloading(struct app *app)
{
	tell_manager(app, systemd_reloading("reading the configuration again"));
}

void chores_reloaded(struct app *app, bool good, const char *rotate)
{
	char sentence[SENTENCE_SIZE], *status;

	control_sentence(app, sentence, sizeof(sentence));
	status = rotate != NULL ? xasprintf("%s (%s)", sentence, rotate) : xstrdup(sentence);
	tell_manager(app, systemd_ready(good ? status : "reload refused: the former configuration stays in force"));
	free(status);
}

void chores_stopping(struct app *app)
{
	tell_manager(app, systemd_stopping("finishing what is in flight"));
}

void chores_close(struct app *app)
{
	if (!app->chores)
		return;
	app->chores = false;
	uv_close((uv_handle_t *)&app->minute, NULL);
	uv_close((uv_handle_t *)&app->watchdog, NULL);
}
