/* Erasing a ticket everywhere: the engine forgets it, then the store, then the files of the folder of logs; the results of the batch
 * that is running lose it when they get their name. Until all of it is over the store remembers that it is not, so that the next
 * life of the service goes on where this one ended. */
#ifndef DAEMON_RUN_ERASE_ORDERS_H
#define DAEMON_RUN_ERASE_ORDERS_H

#include "daemon/run/state.h"

void erase_orders_init(struct app *app);
/* Before store_start: what an earlier life began. The service only. */
void erase_orders_take_up(struct app *app);
/* Removes a ticket's data everywhere we can reach, then answers. */
void erase_orders_order(struct app *app, struct ticket_key ticket, struct route_reply *reply);
/* In a turn: what was ordered begins. */
void erase_orders_step(struct app *app, void (*step)(struct app *app, struct event *event));
/* What has not begun is refused: the service stops. */
void erase_orders_give_up(struct app *app);
void erase_orders_free(struct app *app);

#endif
