/* Another configuration while the service runs: read and checked whole on a worker (reload.h), applied at once to everything that
 * can take it over, or refused whole. Whoever asked learns the outcome: the log, the service manager, the generation file that
 * `systemctl reload` waits for, and the reply to the order. */
#ifndef DAEMON_RUN_RECONFIGURE_H
#define DAEMON_RUN_RECONFIGURE_H

#include "daemon/run/state.h"

void reconfigure_init(struct app *app);
void reconfigure_begin(struct app *app);
/* In a turn: the engine takes over what was read. */
void reconfigure_step(struct app *app, void (*step)(struct app *app, struct event *event));

#endif
