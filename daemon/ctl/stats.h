/* ai-ticketctl stats: the last days, a row each, and their sums. */
#ifndef DAEMON_CTL_STATS_H
#define DAEMON_CTL_STATS_H

#include "base/json.h"
#include "daemon/ctl/live_line.h"

/* Returns an enum live_status. */
int stats_run(const struct live_call *call);
/* Appends two tables of the answer of /api/v1/series in steps of a day: counts, and labels; days
 * without tickets are left out. 0, or -1 with what is wrong in the answer. */
int stats_show(struct buf *out, const struct json *series, int64_t days,
               struct err *err) MUST_CHECK;
/* Appends one JSON object: the days, each with its date, and the sums. Likewise. */
int stats_show_json(struct buf *out, const struct json *series, struct err *err) MUST_CHECK;

#endif
