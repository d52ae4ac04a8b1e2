/* GET /api/v1/metrics: the service level indicators by the names of the specification, those that
 * alerts are made of.
 *
 *     {"success_rate_24h":0.998,"avg_latency_24h":3.2,"tickets_processed_24h":1204,
 *      "error_rate_15m":0.002,"p95_latency_ms_15m":6800,"model_failure_rate_15m":0,
 *      "queue_depth":3,"cost_per_ticket_24h":0.0003}
 *
 * avg_latency_24h is in seconds, as in /health; the cost in US dollars. null: not known, for the
 * ratios and the percentile of 15 minutes also while there are too few tickets (SLI_EVENTS_MIN). */
#ifndef DAEMON_RUN_API_METRICS_H
#define DAEMON_RUN_API_METRICS_H

#include "daemon/control/views.h"

int api_metrics(void *arg, const struct view_request *request, struct buf *out);

#endif
