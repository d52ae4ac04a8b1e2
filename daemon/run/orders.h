/* What people order the running service to do: implements the commands behind the HTTP routes
 * (daemon/control/routes.h). */
#ifndef DAEMON_RUN_ORDERS_H
#define DAEMON_RUN_ORDERS_H

#include "daemon/control/routes.h"

/* The `command` function of struct routes; `arg` is the struct app. Takes over `reply`, which
 * is answered once, now or later. */
void orders_command(void *arg, enum route_command command, const struct ticket_key *tickets,
                    size_t count, const struct http_peer *by, struct route_reply *reply);

#endif
