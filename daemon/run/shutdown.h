/* The end of a run, in its good and its bad forms. */
#ifndef DAEMON_RUN_SHUTDOWN_H
#define DAEMON_RUN_SHUTDOWN_H

#include "daemon/run/state.h"

/* Before the loop runs. */
void shutdown_prepare(struct app *app);
/* The run is over: summary, results file, log, then everything else is closed and the loop runs out. Not from within a callback of
 * libcurl. */
void shutdown_begin(struct app *app);
/* The service is leaving and a results file of an earlier batch was the last thing to wait for: goes on. */
void shutdown_when_quiet(struct app *app);
/* After the loop has run out: frees everything and prints the report. */
void shutdown_finish(struct app *app);
/* Now, without the loop. */
NORETURN void shutdown_at_once(struct app *app);

#endif
