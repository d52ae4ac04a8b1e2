/* Waits until tickets that were ordered have ended, and shows how. */
#ifndef DAEMON_CTL_WAIT_H
#define DAEMON_CTL_WAIT_H

#include <stdbool.h>
#include <stddef.h>

/* Prints a line for each ticket as it ends; with `json` the service's whole answer about it, a line
 * each. `socket`: NULL = the default paths. 0: none has failed; -1: one has, or did not end within
 * ten minutes, or the service gives no answer. */
int wait_for_tickets(const char *socket, char *const *ids, size_t count, bool json);

#endif
