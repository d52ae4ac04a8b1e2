/* The audit trail: which order was given when, and by whom. Each order gets a line in the log
 * (event "order") and records in the database: one about the service, and one for each ticket that
 * it names, which explain shows. No record about the service names a ticket, and neither does the
 * line about several: so an erased ticket is not named where it cannot be erased.
 *
 * The name of a user is looked up on a worker, since a directory service may take its time; what it
 * has not told within AUDIT_PATIENCE_MS is recorded without the name, by number. No order waits for
 * this but one that carries the name with it: that of a further analysis. */
#ifndef DAEMON_RUN_AUDIT_H
#define DAEMON_RUN_AUDIT_H

#include <uv.h>

#include "base/clock.h"
#include "base/list.h"
#include "daemon/control/routes.h"

#define AUDIT_PATIENCE_MS 2000

struct app;

struct audit {
	bool begun;
	struct list waiting;   /* struct ordered, whose user has no name yet; oldest first */
	struct lookup *lookup; /* runs on a worker; NULL = none */
	bool late;             /* the lookup takes too long: nobody waits for it any more */
	uv_timer_t patience;
	msec last_wall; /* of the last order */
};

void audit_start(struct app *app);
/* Records an order that was accepted; `by` == NULL: it was a signal. Returns the time under which
 * it is recorded (wall, ms): no two orders of a process have the same. */
msec audit_order(struct app *app, enum route_command command, const struct ticket_key *tickets,
                 size_t count, const struct http_peer *by);
/* The same for an order that is carried out only when its name is known: `named` is called once, at
 * once or later, with who gave it, for people: "kim (uid 1000, process 4242)". At the end of the
 * service too (audit_close), when nothing can be carried out any more. */
typedef void audit_named(struct app *app, void *arg, const char *by);
void audit_order_named(struct app *app, enum route_command command,
                       const struct ticket_key *tickets, size_t count, const struct http_peer *by,
                       audit_named *named, void *arg);
/* Answers ROUTE_AUDIT: the last STORE_EXPLAIN_MAX orders about the service. */
void audit_show(struct app *app, struct route_reply *reply);
/* Adds the member "erased_by" to an object: who ordered the erasure of that time. `trail`: what the
 * store knows of the service. Nothing is added when there is no such order. */
void audit_add_erasure(struct buf *json, struct str trail, msec wall);
/* For the end: records what still waits, without names. Before the store, the log and the sockets
 * are closed. */
void audit_close(struct app *app);
/* Whether a lookup still runs, which nothing can cut short. */
bool audit_looks_up(const struct app *app);

#endif
