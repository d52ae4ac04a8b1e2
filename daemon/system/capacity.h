/* How much may run at once: what follows from llm.max_in_flight, at the start and after each
 * reload. */
#ifndef DAEMON_SYSTEM_CAPACITY_H
#define DAEMON_SYSTEM_CAPACITY_H

#include "config/config.h"

/* Requests to the model, and beside them those to Zendesk. */
size_t capacity_requests(const struct config *config);
/* Connections that may stand open for so many requests: a little more, since the old one of a host
 * is closed after the new one is open. */
size_t capacity_connections(size_t requests);
/* Raises the soft limit of descriptors to what all of the process may need, as far as the hard
 * limit allows; never lowers it. Where that may be too few a warning says so. -1, and an error: not
 * even a start is possible. */
int capacity_allow_descriptors(const struct config *config, struct config_problems *problems);

#endif
