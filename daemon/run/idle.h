/* Frees memory after a burst of requests: some time later, what only the burst needed
 * (connections, handles, caches) is closed and the memory returned to the system. A few
 * requests, such as a poll that finds little, are not a burst: their connections stay open. */
#ifndef DAEMON_RUN_IDLE_H
#define DAEMON_RUN_IDLE_H

#include <uv.h>

#include "base/base.h"

struct app;

struct idle {
	uv_timer_t timer;
	bool burst; /* many requests ran since memory was given back */
};

/* Creates the timer, which does not keep the loop alive. */
void idle_start(struct app *app);
/* To be called in each turn with the number of requests in flight. */
void idle_watch(struct app *app, size_t in_flight);
/* Closes the timer; idle_watch must not be called afterwards. */
void idle_close(struct app *app);

#endif
