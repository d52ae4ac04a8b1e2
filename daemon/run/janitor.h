/* What the service does besides: once a minute it looks at the disks of logs and database and tells the service manager how it is;
 * and it feeds the manager's watchdog while the loop turns well. */
#ifndef DAEMON_RUN_JANITOR_H
#define DAEMON_RUN_JANITOR_H

#include "daemon/run/state.h"

/* Ready: everything is open. */
void janitor_start(struct app *app);
/* A reload begins, and is over; what refused it is in `app`. */
void janitor_reloading(struct app *app);
void janitor_reloaded(struct app *app, const char *rotate);
void janitor_stopping(struct app *app);
void janitor_close(struct app *app);

#endif
