/* Ends a run: in order, after a broken invariant, or at once upon a second signal. */
#ifndef DAEMON_RUN_SHUTDOWN_H
#define DAEMON_RUN_SHUTDOWN_H

#include <uv.h>

#include "base/buf.h"
#include "daemon/start/cli.h"

struct app;

struct shutdown {
	bool begun;
	enum exit_status status;
	struct buf report;   /* printed on stdout after everything is closed */
	uv_timer_t patience; /* limits the wait for a name lookup that does not return */
};

/* To be called before the loop runs. From now on a broken invariant writes the last lines of
 * the log before it aborts. */
void shutdown_prepare(struct app *app);
/* Begins the end: writes summary, results file and log, then closes everything, so that the
 * loop runs out. Repeated calls have no effect. Must not be called within a callback of
 * libcurl. */
void shutdown_begin(struct app *app, enum exit_status status);
/* To be called after the loop has run out: frees everything, prints the report, and returns the
 * exit status. */
enum exit_status shutdown_finish(struct app *app) MUST_CHECK;
/* Ends the process at once with STATUS_LEFT_AT_ONCE, without running the loop; the last lines
 * of the log are written. */
NORETURN void shutdown_at_once(struct app *app);

#endif
