/* ai-ticketctl top, tail, stats and export: what happens, what happened, and all of it
 * as a file. */
#ifndef DAEMON_CTL_LIVE_H
#define DAEMON_CTL_LIVE_H

#include "base/base.h"

bool live_is_meant(int argc, char **argv);
/* Reads the command line and does what it says. Returns an enum live_status. */
int live_main(int argc, char **argv);

#endif
