/* Writes what lib/observe/sli.h measures. */
#include "daemon/run/api_metrics.h"

#include <math.h>

#include "base/json.h"
#include "daemon/control/query.h"
#include "daemon/run/state.h"
#include "daemon/system/clock.h"

/* Negative: not known. */
static void add_number(struct buf *json, const char *key, double value, int decimals)
{
	json_add_member_number(json, key, value < 0 ? NAN : value, decimals);
}

int api_metrics(void *arg, const struct view_request *request, struct buf *out)
{
	struct app *app = arg;
	struct counts day = statistics_last_24h(records_statistics(app), clock_now().wall);
	msec latency = counts_latency(&day);
	struct sli_values now;
	struct err err;

	if (query_none(request->query, &err) < 0)
		return view_refuse(out, 400, err.text);
	alerts_measure(app, &now);
	buf_putc(out, '{');
	add_number(out, "success_rate_24h", counts_success_rate(&day), 4);
	add_number(out, "avg_latency_24h", latency < 0 ? -1 : (double)latency / MSEC_SECOND, 3);
	json_add_member_int(out, "tickets_processed_24h", (int64_t)day.processed);
	add_number(out, "error_rate_15m", now.error_rate, 4);
	add_number(out, "p95_latency_ms_15m", now.p95_ms, 0);
	add_number(out, "model_failure_rate_15m", now.model_failures, 4);
	add_number(out, "queue_depth", (double)now.depth, 0);
	add_number(out, "cost_per_ticket_24h", now.cost_per_ticket, 9);
	buf_puts(out, "}\n");
	return 200;
}
