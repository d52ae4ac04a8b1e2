/* After a burst of requests the service becomes small again: what only the burst needed
 * (connections, handles, caches) is closed a while later, and the memory goes back to the system. A
 * few requests, as a poll that finds little, are none: their connections stay. */
#ifndef DAEMON_RUN_IDLE_H
#define DAEMON_RUN_IDLE_H

#include <uv.h>

#include "base/base.h"

struct app;

struct idle {
	uv_timer_t timer;
	bool burst; /* many requests ran since memory was given back */
};

void idle_start(struct app *app);
/* Each turn, with the number of requests in flight. */
void idle_watch(struct app *app, size_t in_flight);
void idle_close(struct app *app);

#endif
