/* Everything that is known of one ticket, and why nothing was done where nothing was: the records
 * of the store, and where the ticket is in the engine at this moment. */
#ifndef DAEMON_RUN_EXPLAINING_H
#define DAEMON_RUN_EXPLAINING_H

#include "daemon/control/routes.h"

struct app;

/* 200 with what the store tells (daemon/store/store.h) and a member "now", a sentence or two; 404
 * with "error" and "reasons", a list of sentences, when nothing is known; 500 when the database
 * cannot be read. */
void explaining_begin(struct app *app, struct ticket_key ticket, struct route_reply *reply);

#endif
