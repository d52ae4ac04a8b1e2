/* What people take back (POST /undo-plan, /undo): finds the tickets, lets the engine look at each,
 * keeps the plan until it is ordered, and what became of it. A job is one plan; the last
 * UNDO_JOBS_MAX are kept, in memory only: what was done is in the database. */
#ifndef DAEMON_RUN_UNDOING_H
#define DAEMON_RUN_UNDOING_H

#include "base/list.h"
#include "daemon/control/routes.h"

struct app;
struct effect;

#define UNDO_JOBS_MAX 16
#define UNDO_TICKETS_MAX 10000 /* of one job */

struct undoing {
	struct list jobs; /* struct undo_job, oldest first */
	uint64_t last;    /* number of the newest */
};

void undoing_start(struct app *app);
void undoing_free(struct app *app);
/* The commands; each answers `reply`, at once or later. */
void undoing_plan_begin(struct app *app, struct route_reply *reply);
void undoing_show(struct app *app, uint64_t job, struct route_reply *reply);
void undoing_do(struct app *app, const struct http_peer *by, struct route_reply *reply);
/* EFFECT_UNDONE */
void undoing_told(struct app *app, const struct effect *effect);

#endif
