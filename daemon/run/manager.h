/* What the service manager is told (daemon/system/systemd.h): ready, reloading, stopping, how the
 * service is, and that its loop turns. */
#ifndef DAEMON_RUN_MANAGER_H
#define DAEMON_RUN_MANAGER_H

#include <uv.h>

#include "base/base.h"

struct app;

struct manager {
	uv_timer_t watchdog;
	bool started;
	bool failure_said; /* that the manager cannot be told anything was logged */
};

/* The service is ready: everything is open. */
void manager_start(struct app *app);
void manager_tell_status(struct app *app);
void manager_reloading(struct app *app);
/* Ready again. `note`: what a person should know besides how the service is; NULL = nothing. */
void manager_reloaded(struct app *app, const char *note);
void manager_stopping(struct app *app);
void manager_close(struct app *app); /* harmless when it was not started */

#endif
