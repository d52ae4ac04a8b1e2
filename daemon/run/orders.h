/* What people order the running service to do: implements the commands behind the HTTP routes
 * (daemon/control/routes.h). */
#ifndef DAEMON_RUN_ORDERS_H
#define DAEMON_RUN_ORDERS_H

#include "base/list.h"
#include "daemon/control/routes.h"

struct app;

struct orders {
	struct list given; /* answers that wait until their orders are durable */
};

/* Before any command comes. */
void orders_init(struct app *app);
/* The engine has taken an order for further analyses: the answer follows once it is durable. */
void orders_taken(struct app *app);
/* At the end: answers those that the engine has not taken. */
void orders_close(struct app *app);

/* The `command` function of struct routes; `arg` is the struct app. Takes over `reply`, which
 * is answered once, now or later. */
void orders_command(void *arg, enum route_command command, const struct ticket_key *tickets,
                    size_t count, const struct http_peer *by, struct route_reply *reply);
/* The same for ROUTE_REPORT. */
void orders_report(void *arg, msec span, struct route_reply *reply);

#endif
