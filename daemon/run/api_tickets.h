/* GET /api/v1/tickets?client_id=…: the decisions of an account, as the specification asks for them.
 *
 *     {"tickets":[rows of api_row.h],"next":"CURSOR"|null}
 *
 * Who wrote a ticket is not stored. So a client is an account, of which there is one: "default", or
 * "1". The list of another one is empty. Further parameters: limit (1 to 200, 50 when not given)
 * and after, the `next` of the page before. */
#ifndef DAEMON_RUN_API_TICKETS_H
#define DAEMON_RUN_API_TICKETS_H

#include "daemon/control/views.h"

/* The view's `begin`. */
void api_tickets_begin(void *arg, const struct view_request *request, struct route_reply *reply);

#endif
