/* One run of the program: steps the engine, carries out its effects and gives the results back
 * to it as events.
 *
 * Everything happens on one thread. Each turn of the loop steps the engine for a bounded time,
 * so that sockets and signals never wait long. Effects are carried out after the step that
 * produced them, and no result is delivered to the engine from within a step. */
#ifndef DAEMON_RUN_APP_H
#define DAEMON_RUN_APP_H

#include "daemon/start/cli.h"
#include "daemon/start/settings.h"

/* Runs to the end and returns the exit status. Errors of the start go to stderr, the summary of
 * a run that is not resident to stdout. `settings` stays the caller's to free; a reload
 * replaces its contents. */
enum exit_status app_run(const struct cli *cli, struct settings *settings);

#endif
