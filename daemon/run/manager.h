/* Tells the service manager (daemon/system/systemd.h) when the service is ready, reloads and
 * stops, its state of health, and by the watchdog that its loop is not stuck. No function
 * fails: that the manager cannot be reached is logged once. */
#ifndef DAEMON_RUN_MANAGER_H
#define DAEMON_RUN_MANAGER_H

#include <uv.h>

#include "base/base.h"

struct app;

struct manager {
	uv_timer_t watchdog;
	bool started;
	bool failure_said; /* it was logged that the manager cannot be reached */
};

/* Reports READY; to be called when all sockets and files are open. Starts the watchdog's timer. */
void manager_start(struct app *app);
/* Updates the status line with the present state of health. */
void manager_tell_status(struct app *app);
/* Reports that a reload has begun; manager_reloaded must follow. */
void manager_reloading(struct app *app);
/* Reports READY after a reload. `note` is added to the status line: what a person should know
 * besides the state of health; NULL = nothing. */
void manager_reloaded(struct app *app, const char *note);
/* Reports that the service is stopping. */
void manager_stopping(struct app *app);
void manager_close(struct app *app); /* no effect when it was not started */

#endif
