/* The state of the service for those who watch: the greater part of GET /api/v1/now, and the event
 * `state` of GET /api/v1/events. */
#ifndef DAEMON_RUN_API_NOW_STATE_H
#define DAEMON_RUN_API_NOW_STATE_H

#include "base/buf.h"

struct app;

/* Appends the members, without braces: from as_of to alerts, all but the sums of days. The first
 * one, as_of, differs each time. */
void api_now_state(struct app *app, struct buf *json);
/* Appends what of it can change: all but as_of. */
void api_now_state_members(struct app *app, struct buf *json);

#endif
