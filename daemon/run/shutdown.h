/* The end of a run, in its good and its bad forms. */
#ifndef DAEMON_RUN_SHUTDOWN_H
#define DAEMON_RUN_SHUTDOWN_H

#include <uv.h>

#include "base/buf.h"
#include "daemon/start/cli.h"

struct app;

struct shutdown {
	bool begun;
	enum exit_status status;
	struct buf report;   /* for stdout, at the very end */
	uv_timer_t patience; /* with a lookup of a name that does not come back */
};

/* Before the loop runs: a broken invariant is told with the last lines of the log. */
void shutdown_prepare(struct app *app);
/* The run is over: summary, results file, log, then everything else is closed and the loop runs
 * out. Once more is harmless. Not from within a callback of libcurl. */
void shutdown_begin(struct app *app, enum exit_status status);
/* After the loop has run out: frees everything, prints the report, and says with which status to
 * end. */
enum exit_status shutdown_finish(struct app *app) MUST_CHECK;
/* Now, without the loop. */
NORETURN void shutdown_at_once(struct app *app);

#endif
