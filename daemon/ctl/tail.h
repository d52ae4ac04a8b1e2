/* ai-ticketctl tail: outcomes as they come, a line each. */
#ifndef DAEMON_CTL_TAIL_H
#define DAEMON_CTL_TAIL_H

#include "daemon/ctl/live_line.h"

/* Runs until a signal ends the process, nobody reads standard output any more (which is no
 * failure), or the daemon refuses or breaks the contract of its API. Returns an enum
 * live_status. */
int tail_run(const struct live_call *call);

#endif
