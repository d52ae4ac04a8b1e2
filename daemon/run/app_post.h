/* The queue of events for the engine. A part that learns of something while no step may be made
 * (a person's order, a signal, records that became durable, a configuration that was read)
 * posts an event; the turn of the loop steps the engine with the events in the order of
 * posting. */
#ifndef DAEMON_RUN_APP_POST_H
#define DAEMON_RUN_APP_POST_H

#include "base/list.h"
#include "engine/event.h"

struct app;

struct app_post {
	struct list queue; /* struct posted, oldest first */
};

/* One queued event, which points to the copies of tickets and texts. To be freed with
 * app_post_done(). */
struct posted {
	struct list node;
	struct event event;
	char *order, *by, *history; /* NULL = none */
	struct ticket_key tickets[];
};

/* To be called before any event is posted. */
void app_post_init(struct app *app);
/* Queues a copy of the event, with its tickets and texts. May be called at any time, also while
 * an effect is carried out: the engine is stepped with it in the same turn or the next. A
 * configuration that the event points to must stay valid until that step. Does nothing when the
 * run is finished. */
void app_post(struct app *app, const struct event *event);
/* Removes and returns the oldest event, which the caller frees; NULL when none waits or the run
 * is finished. */
struct posted *app_post_take(struct app *app);
void app_post_done(struct posted *posted);
/* Whether at least one event waits. */
bool app_post_waits(const struct app *app);
/* Drops all events that wait. */
void app_post_free(struct app *app);

#endif
