/* Remembers which ticket is being worked on, so that a process that ends by a fatal signal or a
 * broken invariant leaves a mark for that ticket (daemon/store/deaths.h). */
#ifndef DAEMON_RUN_BLAME_H
#define DAEMON_RUN_BLAME_H

#include <uv.h>

#include "ticket/key.h"

struct app;

struct blame {
	struct ticket_key ticket; /* whose effect is being carried out; zeroed = ask the engine */
	uv_thread_t thread;       /* the loop's; a death on a worker is not blamed on any ticket */
};

/* Installs the handlers. To be called on the loop's thread, with the store open. */
void blame_start(struct app *app);
/* Effects of this ticket are carried out from now on; a zeroed key: of none. */
void blame_set(struct app *app, struct ticket_key ticket);
/* No marks from now on. The handlers stay installed. */
void blame_stop(void);

#endif
