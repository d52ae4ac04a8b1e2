/* Erasing a ticket everywhere: the engine forgets it, then the store, then the files of the folder
 * of logs; the results of the batch that is running lose it when they get their name. Until all of
 * it is over the store remembers that it is not, so that the next life of the service goes on where
 * this one ended. */
#ifndef DAEMON_RUN_ERASE_ORDERS_H
#define DAEMON_RUN_ERASE_ORDERS_H

#include "base/map.h"
#include "daemon/control/routes.h"
#include "daemon/files/erase_results.h"

struct app;

struct erase_orders {
	struct erasing *waiting; /* not begun */
	struct erasing *posted;  /* the engine is about to forget its ticket; NULL = none */
	struct map parts;        /* id to the number of parts of its erasing that are not over */
	struct eraser *eraser;   /* NULL before the first erasing */
	void (*closed)(struct app *app);
};

void erase_orders_init(struct app *app);
/* Before store_start: takes up what an earlier life began. The service only. */
void erase_orders_resume(struct app *app);
/* Removes the data of a ticket everywhere we can reach, then answers; `reply` NULL = nobody waits
 * for it. */
void erase_orders_add(struct app *app, struct ticket_key ticket, struct route_reply *reply);
/* In a turn, while no event waits: posts EVENT_ERASE of the next order that may begin, to be
 * stepped before anything else; false when there is none. A ticket that the engine holds is
 * refused. */
bool erase_orders_post(struct app *app);
/* The engine has taken the posted event in: everything else forgets the ticket. */
void erase_orders_forgotten(struct app *app);
/* The service stops: what has not begun is refused, what is under way in files ends early; then
 * `closed` is called. */
void erase_orders_close(struct app *app, void (*closed)(struct app *app));
void erase_orders_free(struct app *app);

#endif
