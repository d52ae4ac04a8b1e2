/* The answer to "report": what was decided in a span of time, and whether agents agreed. The
 * records are read by the store's worker in pieces, and added up between the turns of the loop. */
#ifndef DAEMON_RUN_REPORTING_H
#define DAEMON_RUN_REPORTING_H

#include "base/clock.h"
#include "daemon/control/routes.h"

#define REPORTING_MOST 2 /* reports at a time: each holds its tickets in memory */

struct app;

struct reporting_state {
	unsigned running;
};

/* Answers `reply` later, once, about the time `span` before now. 200: the facts of
 * observe/review.h. 500: the database cannot be read; 503: there is none (a dry run), the service
 * is stopping, or other reports are being made. */
void reporting_begin(struct app *app, msec span, struct route_reply *reply);

#endif
