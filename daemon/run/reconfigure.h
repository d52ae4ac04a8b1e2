/* Changes the configuration while the service runs. A worker reads and checks it as a whole
 * (reload.h); then it is either applied to everything that can change without a restart, or
 * refused as a whole. SIGHUP, `systemctl reload` (which sends SIGHUP) and POST /reload all come
 * here. The outcome is reported to the log, the service manager, the generation file that
 * `systemctl reload` waits for, the status line, and the reply to the order. */
#ifndef DAEMON_RUN_RECONFIGURE_H
#define DAEMON_RUN_RECONFIGURE_H

#include "daemon/control/routes.h"
#include "daemon/run/reload.h"

struct app;

struct reconfigure {
	struct reload reload;
	struct settings *fresh;    /* read and posted, but not in force yet; NULL = none */
	struct buf changes;        /* options changed by the last reading, separated by commas */
	struct route_reply *reply; /* to be answered with the outcome; NULL = nobody waits */
};

/* To be called before the first reload. */
void reconfigure_init(struct app *app);
/* Reads the configuration again; if a reading is under way, another one follows it. `reply`
 * (NULL = nobody waits) is answered when a reading that began after the order is complete. One
 * reply waits at most: a second one is refused. */
void reconfigure_begin(struct app *app, struct route_reply *reply);
/* The engine has taken over the posted configuration: applies it to everything else. */
void reconfigure_apply(struct app *app);
/* For the shutdown: answers the order that waits. */
void reconfigure_close(struct app *app);
/* To be called after the loop has ended. */
void reconfigure_free(struct app *app);

#endif
