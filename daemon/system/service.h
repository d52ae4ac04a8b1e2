/* The words of the command line with which a service of Windows is made, removed and run. On other
 * systems there are none: their service managers start the program as anybody does. */
#ifndef DAEMON_SYSTEM_SERVICE_H
#define DAEMON_SYSTEM_SERVICE_H

#include "base/base.h"

/* Whether the command line is one of these; it is done then, and `*ret_status` is the status to
 * exit with. `body` is what main() does otherwise; the service runs it. */
bool service_command(int argc, char **argv, int (*body)(int argc, char **argv), int *ret_status);
/* Lines for the help, each with its newline; "" = there are none. */
const char *service_help(void);

#endif
