/* The history of one ticket in words: what was decided and by whom, what was about to be written,
 * how it ended, and why nothing was done where nothing was.
 *
 * Reads {"ticket_id":…,"now":"…","erased":bool,"erased_at":ms,"deaths":…,"omitted":…,
 *        "events":[{"at":ms,"kind":"decision|intent|outcome","alive":bool,"payload":{…}},…]},
 *        oldest first.
 * Members of a payload that have no words here are shown by their names, so nothing is kept
 * back. */
#ifndef DAEMON_CTL_EXPLAIN_H
#define DAEMON_CTL_EXPLAIN_H

#include "base/json.h"

void explain_answer(struct buf *out, const json_t *tree);
/* {"ticket_id":…,"error":"…","now":"…","reasons":["…",…]}: nothing is known; what may be why, and
 * what to check. */
void explain_nothing(struct buf *out, const json_t *tree);

#endif
