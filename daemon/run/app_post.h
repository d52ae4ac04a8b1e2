/* Events for the engine, from whoever learns of something while no step may be made: a person's
 * order, a signal, records that became durable, a configuration that was read. They wait in one
 * queue; the turn steps the engine with them, in the order of posting. */
#ifndef DAEMON_RUN_APP_POST_H
#define DAEMON_RUN_APP_POST_H

#include "base/list.h"
#include "engine/event.h"

struct app;

struct app_post {
	struct list queue; /* struct posted, oldest first */
};

/* An event of its own: `tickets` of it are a copy. To be freed by free(). */
struct posted {
	struct list node;
	struct event event;
	struct ticket_key tickets[];
};

void app_post_init(struct app *app);
/* At any time, also while an effect is carried out: the engine hears of it in the same turn or the
 * next. The tickets are copied; a configuration must live until the step. Nothing when the run is
 * over. */
void app_post(struct app *app, const struct event *event);
/* The oldest, now the caller's; NULL when none waits, or the run is over. */
struct posted *app_post_take(struct app *app);
bool app_post_waits(const struct app *app);
void app_post_free(struct app *app);

#endif
