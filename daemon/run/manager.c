/* Notifies the service manager. The watchdog is fed by a timer of the loop itself: when the
 * loop hangs, no notification is sent and the manager restarts the service. */
#include "daemon/run/manager.h"

#include <stdlib.h>

#include "daemon/run/state.h"
#include "daemon/system/systemd.h"

static void log_notify_failure(struct app *app, int code)
{
	if (code >= 0 || app->manager.failure_said)
		return;
	app->manager.failure_said = true;
	textlog_printf(app->log, LEVEL_WARNING, "systemd cannot be notified: %s",
	               uv_strerror(code));
}

static void on_watchdog(uv_timer_t *timer)
{
	log_notify_failure(timer->data, systemd_watchdog());
}

static void start_watchdog(struct app *app)
{
	uv_timer_t *timer = &app->manager.watchdog;
	uint64_t period = (uint64_t)systemd_watchdog_period();

	ENSURE(uv_timer_init(&app->loop, timer) == 0);
	timer->data = app;
	uv_unref((uv_handle_t *)timer);
	if (period > 0)
		(void)uv_timer_start(timer, on_watchdog, period, period);
}

void manager_start(struct app *app)
{
	char sentence[HEALTH_VIEW_SENTENCE_SIZE];

	app->manager.started = true;
	start_watchdog(app);
	health_view_sentence(app, sentence);
	log_notify_failure(app, systemd_ready(sentence));
}

void manager_tell_status(struct app *app)
{
	char sentence[HEALTH_VIEW_SENTENCE_SIZE];

	health_view_sentence(app, sentence);
	log_notify_failure(app, systemd_status(sentence));
}

void manager_reloading(struct app *app)
{
	log_notify_failure(app, systemd_reloading("reloading the configuration"));
}

void manager_reloaded(struct app *app, const char *note)
{
	char sentence[HEALTH_VIEW_SENTENCE_SIZE], *status;

	health_view_sentence(app, sentence);
	status = note != NULL ? xasprintf("%s (%s)", sentence, note) : xstrdup(sentence);
	log_notify_failure(app, systemd_ready(status));
	free(status);
}

void manager_stopping(struct app *app)
{
	log_notify_failure(app, systemd_stopping("finishing work in progress"));
}

void manager_close(struct app *app)
{
	if (app->manager.started)
		uv_close((uv_handle_t *)&app->manager.watchdog, NULL);
	app->manager.started = false;
}
