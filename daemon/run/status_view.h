/* /status: who we are, what waits, what limits it and how long it will take, what to know; then the
 * inside of the loop, and the statistics of days. From the state in memory; no request is sent. */
#ifndef DAEMON_RUN_STATUS_VIEW_H
#define DAEMON_RUN_STATUS_VIEW_H

#include "base/buf.h"
#include "daemon/control/views.h"

/* A function of views (daemon/control/views.h); `arg` is the struct app. */
int status_view_status(void *arg, const struct view_request *request, struct buf *json);

#endif
