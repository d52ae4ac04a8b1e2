/* GET /api/v1/series?from=MS&to=MS&step=15m|1h|6h|1d: the sums of spans of time.
 *
 *     {"from":MS,"to":MS,"step_ms":3600000,"points":[{"at":MS,"processed":9,…,"p95_ms":2900}]}
 *
 * `from` and `to` may be left out: the last 24 hours then, or that much before `to`. Both are moved
 * to whole quarters of an hour: `from` back, `to` forward; steps are counted from `from`, so a day
 * may begin at any midnight. At most STORE_POINTS_MAX steps. Points are in the order of time, each
 * with the members of statistics_write_counts(); those without counts are left out. p95_ms is null
 * where no ticket was processed, and for what was counted before times were. */
#ifndef DAEMON_RUN_API_SERIES_H
#define DAEMON_RUN_API_SERIES_H

#include "daemon/control/views.h"

/* The view's `begin`. */
void api_series_begin(void *arg, const struct view_request *request, struct route_reply *reply);

#endif
