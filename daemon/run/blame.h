/* Whose ticket is blamed when the process dies of a fatal signal or a broken invariant: the handler
 * leaves a mark of it (daemon/store/deaths.h). */
#ifndef DAEMON_RUN_BLAME_H
#define DAEMON_RUN_BLAME_H

#include <uv.h>

#include "ticket/key.h"

struct app;

struct blame {
	struct ticket_key ticket; /* whose effect is being carried out; none = the engine knows */
	uv_thread_t thread;       /* of the loop: a worker works for many tickets or for none */
};

/* From now on deaths are marked. On the loop's thread, with the store open. */
void blame_start(struct app *app);
/* The effects of this ticket are being carried out; none = no longer. */
void blame_set(struct app *app, struct ticket_key ticket);
void blame_stop(void);

#endif
