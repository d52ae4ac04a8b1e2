/* GET /api/v1/now?since=MS: the state of the service, and what was done today and yesterday up to
 * the same time. All of it is in memory.
 *
 *     {members of api_now_state.h,"today":{"from":MS,"to":MS,…},"yesterday":{"from":MS,"to":MS,…}}
 *
 * `since` is when the day of the viewer began: at most 48 hours ago, the begin of the UTC day when
 * it is not given. The sums have the members of statistics_write_counts(), and are those of whole
 * quarters of an hour. */
#ifndef DAEMON_RUN_API_NOW_H
#define DAEMON_RUN_API_NOW_H

#include "daemon/control/views.h"

/* The view's `write`. */
int api_now(void *arg, const struct view_request *request, struct buf *out);

#endif
