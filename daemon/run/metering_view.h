/* GET /metrics: everything that is counted, for Prometheus. Composed from memory in one pass; no
 * request is sent and no disk is read for it. */
#ifndef DAEMON_RUN_METERING_VIEW_H
#define DAEMON_RUN_METERING_VIEW_H

#include "daemon/control/views.h"

/* The function of its view; `arg` is the struct app. */
int metering_view_metrics(void *arg, const struct view_request *request, struct buf *out);

#endif
