/* What people order of the running service: the commands behind the routes
 * (daemon/control/routes.h). */
#ifndef DAEMON_RUN_ORDERS_H
#define DAEMON_RUN_ORDERS_H

#include "daemon/control/routes.h"

/* The `command` of struct routes; `arg` is the app. */
void orders_command(void *arg, enum route_command command, const struct ticket_key *tickets,
                    size_t count, struct route_reply *reply);

#endif
