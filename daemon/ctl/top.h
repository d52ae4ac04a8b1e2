/* ai-ticketctl top: the state of the service on a terminal, drawn again when something changes. */
#ifndef DAEMON_CTL_TOP_H
#define DAEMON_CTL_TOP_H

#include "daemon/ctl/live_line.h"

/* On a terminal until q, Ctrl-C or a signal; with --once, or without a terminal, one plain picture.
 * Returns an enum live_status, or ends by the signal. */
int top_run(const struct live_call *call);

#endif
