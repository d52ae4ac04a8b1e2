/* Shows the history of one ticket in words: what was decided and by whom, what was going to be
 * written, how it ended, and otherwise why nothing was done.
 *
 * Reads {"ticket_id":…,"now":"…","erased":bool,"erased_at":ms,"deaths":…,"omitted":…,
 *        "events":[{"at":ms,"kind":"decision|intent|outcome","alive":bool,"payload":{…}},…]},
 * with the oldest event first. Members of a payload that have no words here are shown by their
 * names, so that nothing is left out. */
#ifndef DAEMON_CTL_EXPLAIN_H
#define DAEMON_CTL_EXPLAIN_H

#include "base/json.h"

/* Appends the history to `out`. */
void explain_answer(struct buf *out, const struct json *tree);
/* Prints {"ticket_id":…,"error":"…","now":"…","reasons":["…",…]}: nothing is known of the ticket;
 * possible reasons, and what to check. */
void explain_nothing(struct buf *out, const struct json *tree);

#endif
