/* The process as a service: what it tells the Service Control Manager, and what it is told.
 *
 * The manager's commands arrive on a thread of its own. There they are only noted, and the loop is
 * woken, which asks what was noted. */
#ifndef DAEMON_SYSTEM_WINDOWS_SERVICE_RUN_H
#define DAEMON_SYSTEM_WINDOWS_SERVICE_RUN_H

#include <uv.h>

#include "base/clock.h"

/* Runs `body` as the service until it returns, and reports its end. Returns when the service has
 * ended; -1 with a reason when the manager did not start this process. A body that returns 1
 * wants to be started again: the process then ends without a report, which the manager takes for
 * a crash. */
int service_run(int argc, char **argv, int (*body)(int argc, char **argv),
                struct err *err) MUST_CHECK;
/* Whether service_run() is under way. */
bool service_is_run(void);

/* --- reports; they do nothing when this is no service --- */

void service_report_running(void);
void service_report_stopping(void);
/* A start or stop may take until `more` ms from now. */
void service_report_extend(msec more);

/* --- commands --- */

#define SERVICE_WAS_STOPPED 1u
#define SERVICE_WAS_RELOADED 2u
/* the later one of the two alone */
#define SERVICE_WAS_PAUSED 4u
#define SERVICE_WAS_CONTINUED 8u

/* Sends `wake` whenever there is a command, until NULL is given. */
void service_wake(uv_async_t *wake);
/* The commands since the last call. */
unsigned service_take_commands(void);

#endif
