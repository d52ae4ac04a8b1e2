/* What the service does besides, once a minute: it asks how full the disks are, tries a database
 * that failed, removes old history once a day, and tells the service manager how it is. */
#ifndef DAEMON_RUN_JANITOR_H
#define DAEMON_RUN_JANITOR_H

#include <uv.h>

#include "base/clock.h"

struct app;

struct janitor {
	uv_timer_t minute;
	bool started;
	msec removed_wall; /* by which old history was removed last */
};

void janitor_start(struct app *app);
void janitor_close(struct app *app); /* harmless when it was not started */

#endif
