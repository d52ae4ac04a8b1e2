/* One run of the program: the engine, and the hands that carry out what it wants. Effects become
 * calls, results become events.
 *
 * Everything happens on one thread. In each turn of the loop the engine is stepped for a bounded
 * time, so that sockets and signals are never kept waiting; what it wants done is carried out after
 * the step that said so, and no result is delivered from within another. */
#ifndef DAEMON_RUN_APP_H
#define DAEMON_RUN_APP_H

#include "daemon/start/cli.h"
#include "daemon/start/settings.h"

/* Runs to the end; the summary goes to stdout. A reload replaces what is in `settings`. */
enum exit_status app_run(const struct cli *cli, struct settings *settings);

#endif
