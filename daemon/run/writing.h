/* The emergency stop of writing: carries out the orders to stop and to start, and remembers a stop
 * for the next process (daemon/system/stop_file.h).
 *
 * A stop is in force before it is remembered, and stays in force when that fails; it is then tried
 * again each minute. A start is remembered first: what the disk does not take stays stopped. A dry
 * run is bound by a stop that it can read, and remembers none. */
#ifndef DAEMON_RUN_WRITING_H
#define DAEMON_RUN_WRITING_H

#include <uv.h>

#include "daemon/control/routes.h"
#include "daemon/system/stop_file.h"
#include "engine/event.h"

struct app;

struct writing {
	char *folder; /* where a stop is remembered; NULL = nowhere */
	/* what the engine was told, and what the disk is to say; they differ while the end of a
	 * stop is not remembered yet */
	struct stop_file in_force, wanted;
	bool remembered;    /* the disk says what is wanted */
	struct err failure; /* why it does not */
	/* the worker's: what it has to remember, and how that ended */
	uv_work_t work;
	bool busy;
	struct stop_file task;
	bool task_failed;
	struct err task_failure;
	/* the name of who stopped, looked up on a worker of its own: a directory service may take
	 * its time, and nothing waits for it */
	uv_work_t naming;
	bool looks_up;
	uint32_t uid;
	char *user; /* NULL = not known */
	/* answered when the disk says it, or cannot */
	struct route_reply *stop_reply, *start_reply;
};

/* After records_open: reads whether an earlier process was told to stop. */
void writing_open(struct app *app);
/* The order of an earlier process, for the engine. */
struct engine_stop writing_stopped(const struct app *app);
/* The orders; `by`: who gives it. Both take over the reply. */
void writing_stop(struct app *app, const struct http_peer *by, struct route_reply *reply);
void writing_start(struct app *app, struct route_reply *reply);
/* The engine has stopped: to be called after the step with EVENT_STOP_WRITING. */
void writing_is_stopped(struct app *app);
/* Once a minute: tries again to remember what the disk did not take. */
void writing_remember(struct app *app);
/* Why a stop that is in force would not outlive the process; NULL = it would, or there is none. */
const char *writing_trouble(const struct app *app);
/* Whether a lookup still runs, which nothing can cut short. */
bool writing_looks_up(const struct app *app);
void writing_close(struct app *app); /* answers who waits; the worker ends by itself */
void writing_free(struct app *app);

#endif
