/* ai-ticketctl export: all decisions of a span of time as CSV or JSON. */
#ifndef DAEMON_CTL_EXPORT_H
#define DAEMON_CTL_EXPORT_H

#include "daemon/ctl/live_line.h"

/* Returns an enum live_status. A file that was asked for is there whole or, as before, not at all;
 * what goes to standard output and is interrupted ends so that it cannot be taken for whole: JSON
 * without the end of its list, CSV with a row that begins with INCOMPLETE. */
int export_run(const struct live_call *call);

#endif
