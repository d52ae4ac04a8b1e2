/* Erases a ticket everywhere: in the engine, then in the store, then in the log and results
 * files; the results of the running batch drop the ticket when their file is closed. The store
 * remembers an erasing until all of it is complete, so that the next start resumes one that was
 * interrupted. */
#ifndef DAEMON_RUN_ERASE_ORDERS_H
#define DAEMON_RUN_ERASE_ORDERS_H

#include "base/map.h"
#include "daemon/control/routes.h"
#include "daemon/files/erase_results.h"

struct app;

struct erase_orders {
	struct erasing *waiting; /* orders that have not begun, newest first */
	struct erasing *posted;  /* EVENT_ERASE was posted for it; NULL = none */
	/* ticket id → number of parts of its erasing that are not complete */
	struct map parts;
	struct eraser *eraser; /* NULL before the first erasing */
	void (*closed)(struct app *app);
};

/* Must be called before any other function of this file. */
void erase_orders_init(struct app *app);
/* Adds the erasings that an earlier process did not complete. To be called before store_start;
 * does nothing unless this is the service. */
void erase_orders_resume(struct app *app);
/* Queues an order to remove all data of a ticket that we can reach, given at `wall` (ms; 0 = by an
 * earlier process). `reply` is answered when that is done, refused or failed; NULL = nobody waits
 * for the answer. */
void erase_orders_add(struct app *app, struct ticket_key ticket, msec wall,
                      struct route_reply *reply);
/* To be called in a turn, while no event waits: posts EVENT_ERASE for the next order that may
 * begin, to be stepped before any other event. False when there is none. An order for a ticket
 * that the engine holds is refused. */
bool erase_orders_post(struct app *app);
/* The engine has handled the posted EVENT_ERASE: now the store and the files are erased. */
void erase_orders_forgotten(struct app *app);
/* For the shutdown: refuses the orders that have not begun, cuts short those that are rewriting
 * files, then calls `closed`. */
void erase_orders_close(struct app *app, void (*closed)(struct app *app));
/* To be called after erase_orders_close is complete, or when the start failed. */
void erase_orders_free(struct app *app);

#endif
