/* The timer of the housekeeping. Disks and database are accessed on workers; the loop never
 * waits for them. */
#include "daemon/run/janitor.h"

#include "daemon/run/hold_line.h"
#include "daemon/run/state.h"
#include "daemon/store/store_answers.h"

#define MINUTE_MS 60000

/* Without this, the failure would be reported until the next record is written, which on a
 * quiet day may be hours after the disk recovered. */
static void try_store(struct app *app)
{
	if (app->store != NULL && store_error(app->store) != NULL)
		store_try(app->store);
}

/* Removes old history once a day, by the time that the removal of old files went by. */
static void remove_history(struct app *app)
{
	msec wall = logs_removal_wall(app);

	if (app->store == NULL || wall == 0 || wall == app->janitor.removed_wall)
		return;
	app->janitor.removed_wall = wall;
	store_prune(app->store, (int)app->settings->config->log.retention_days, wall);
	store_answers_prune(app->store, wall - app->settings->config->llm.cache_ttl);
}

static void on_minute(uv_timer_t *timer)
{
	struct app *app = timer->data;

	disk_space_ask(app);
	logs_look(app);
	try_store(app);
	writing_remember(app);
	remove_history(app);
	repeats_flush(app);
	hold_line_minute(app);
	manager_tell_status(app);
}

void janitor_start(struct app *app)
{
	uv_timer_t *timer = &app->janitor.minute;

	app->janitor.started = true;
	disk_space_ask(app);
	ENSURE(uv_timer_init(&app->loop, timer) == 0);
	timer->data = app;
	uv_unref((uv_handle_t *)timer);
	(void)uv_timer_start(timer, on_minute, MINUTE_MS, MINUTE_MS);
}

void janitor_close(struct app *app)
{
	if (app->janitor.started)
		uv_close((uv_handle_t *)&app->janitor.minute, NULL);
	app->janitor.started = false;
}
