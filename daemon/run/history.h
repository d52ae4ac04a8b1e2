/* Answers GET /history: what was done to tickets since some time, and what became of it since, as
 * far as the database knows; or what was taken back. */
#ifndef DAEMON_RUN_HISTORY_H
#define DAEMON_RUN_HISTORY_H

#include "daemon/control/routes.h"

struct app;

struct history_state {
	unsigned running;
};

#define HISTORY_ROWS_MAX 1000
#define HISTORIES_MOST 4 /* at a time: each holds what it has met in memory */

/* {"from":ms,"to":ms,"undone":false,"total":47,"done":44,"failed":1,"skipped":2,"rows":[
 *  {"at":ms,"ticket_id":12345,"result":"done","labels":"bug high negative",
 *   "priority_before":"normal","priority_after":"high","by":"gpt-4o-mini v2.1","reason":"",
 *   "since":"undone","since_at":ms,"since_reason":""},…]}
 *
 * The newest rows come first; the counts are of all that is in the span, and `total` is their sum.
 * Of what was taken back the counts are undone, nothing, left and failed. */
void history_begin(struct app *app, struct route_reply *reply);

#endif
