/* GET /api/v1/events: what happens, as it happens (text/event-stream).
 *
 *     event: state     on connect, and then when something changed, at most once a second
 *     event: outcome   a ticket has ended: a row like those of /api/v1/decisions; for those who may
 *                      read, at most API_EVENTS_OUTCOMES a second
 *     event: skipped   {"count":3}: so many outcomes were not told, because there were too many or
 *                      this reader was slow
 *     event: bye       the service stops
 *
 * A reader that falls behind gets the newest state when it has caught up; nothing is repeated after
 * a reconnect, which begins with the state. Tokens that are taken away end their streams. */
#ifndef DAEMON_RUN_API_EVENTS_H
#define DAEMON_RUN_API_EVENTS_H

#include <uv.h>

#include "base/list.h"
#include "daemon/control/views.h"

struct app;
struct outcome;

#define API_EVENTS_OUTCOMES 50

struct api_events {
	bool started, stopped;
	struct list watchers;
	uv_timer_t second; /* runs while somebody watches */
	struct buf told;   /* the state that was told last, without as_of */
	/* outcomes of this second: those that were told, and those that were not */
	unsigned outcomes;
	uint64_t untold;
};

/* To be called once the loop is there; the service only. */
void api_events_start(struct app *app);
/* The view's `begin`. */
void api_events_begin(void *arg, const struct view_request *request, struct route_reply *reply);
/* A ticket has ended. */
void api_events_outcome(struct app *app, const struct outcome *outcome);
/* The tokens may have changed. */
void api_events_reload(struct app *app);
/* The service begins to stop: says so, and ends all streams; no more are opened. */
void api_events_stop(struct app *app);
/* Closes the timer; no effect when it was not started. */
void api_events_close(struct app *app);

#endif
