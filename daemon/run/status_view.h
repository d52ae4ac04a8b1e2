/* /status: who we are, what waits, what limits it and how long it will take, what to know; then the
 * inside of the loop, and the statistics of days. From the state in memory; no request is sent. */
#ifndef DAEMON_RUN_STATUS_VIEW_H
#define DAEMON_RUN_STATUS_VIEW_H

#include "base/buf.h"
#include "config/config.h"
#include "daemon/control/views.h"
#include "engine/stats.h"

struct app;

/* A function of views (daemon/control/views.h); `arg` is the struct app. */
int status_view_status(void *arg, const struct view_request *request, struct buf *json);

/* Its parts that others show too. Each appends one member, "work" and "queue"; the guards two,
 * "zendesk" and "llm". */
void status_view_add_work(const struct load *load, struct buf *json);
void status_view_add_queue(const struct engine_stats *stats, struct buf *json);
void status_view_add_guards(struct app *app, const struct engine_stats *stats, struct buf *json);
/* "openai" … */
const char *status_view_provider(const struct config *config);

#endif
