/* The answer to "explain": everything that is known of one ticket, from the records of the
 * store and the state of the engine, and the possible reasons when nothing was done with it. */
#ifndef DAEMON_RUN_EXPLAINING_H
#define DAEMON_RUN_EXPLAINING_H

#include "daemon/control/routes.h"

struct app;

/* Answers `reply` later, once. 200: the JSON of store_explain (daemon/store/store.h) with a
 * member "now", a sentence or two. 404: "error" and "reasons", a list of sentences, when
 * nothing is known. 500: the database cannot be read. */
void explaining_begin(struct app *app, struct ticket_key ticket, struct route_reply *reply);

#endif
