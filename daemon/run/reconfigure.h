/* Another configuration while the service runs: read and checked whole on a worker (reload.h),
 * applied at once to everything that can take it over, or refused whole. There is one door, whoever
 * asks: SIGHUP, `systemctl reload`, which sends it, and POST /reload. All who care learn the
 * outcome: the log, the service manager, the generation file that `systemctl reload` waits for, the
 * status line, and the reply to the order. */
#ifndef DAEMON_RUN_RECONFIGURE_H
#define DAEMON_RUN_RECONFIGURE_H

#include "daemon/control/routes.h"
#include "daemon/run/reload.h"

struct app;

struct reconfigure {
	struct reload reload;
	struct settings *fresh;    /* read, and not in force so far; NULL = none */
	struct buf changes;        /* by what was read last, commas between */
	struct route_reply *reply; /* who waits for the outcome; NULL = nobody does */
};

void reconfigure_init(struct app *app);
/* Reads the configuration again; once more, when a reading is under way. `reply` (NULL = nobody
 * asks) is answered when a reading that began after the order is over; of two at a time the second
 * is refused. */
void reconfigure_begin(struct app *app, struct route_reply *reply);
/* The engine has taken the posted configuration over: everything else does. */
void reconfigure_apply(struct app *app);
/* The service stops: who waits is told. */
void reconfigure_close(struct app *app);
void reconfigure_free(struct app *app);

#endif
