/* ai-ticketctl --help. */
#ifndef DAEMON_CTL_USAGE_H
#define DAEMON_CTL_USAGE_H

/* Prints the usage to standard output. */
void usage_print(void);

#endif
