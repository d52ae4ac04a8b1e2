/* Prints who ordered what: one order within the history of a ticket, and the audit trail of the
 * service. */
#ifndef DAEMON_CTL_TRAIL_H
#define DAEMON_CTL_TRAIL_H

#include "base/buf.h"
#include "base/json.h"

/* Appends "process, ordered by kim (uid 1000, process 4242)". `payload`: that of an event of the
 * kind "command". */
void trail_add_order(struct buf *out, const struct json *payload);
/* Appends only "kim (uid 1000, process 4242)". */
void trail_add_who(struct buf *out, const struct json *payload);
/* Appends the answer of /audit: a line an order, oldest first. */
void trail_answer(struct buf *out, const struct json *tree);

#endif
