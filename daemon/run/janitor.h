/* The service's housekeeping. Once a minute it measures the free disk space, looks whether the
 * log was moved, retries a database that failed and a stop of writing that could not be stored,
 * removes old history (once a day), and updates the service manager's status line. */
#ifndef DAEMON_RUN_JANITOR_H
#define DAEMON_RUN_JANITOR_H

#include <uv.h>

#include "base/clock.h"

struct app;

struct janitor {
	uv_timer_t minute;
	bool started;
	msec removed_wall; /* time that the last removal of history went by; 0 = none */
};

/* The service only. Its timer does not keep the loop alive. */
void janitor_start(struct app *app);
void janitor_close(struct app *app); /* no effect when it was not started */

#endif
