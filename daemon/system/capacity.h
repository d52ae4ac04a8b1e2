/* How many requests, connections and file descriptors the process may need. It follows from
 * llm.max_in_flight, at the start and after each reload. */
#ifndef DAEMON_SYSTEM_CAPACITY_H
#define DAEMON_SYSTEM_CAPACITY_H

#include "config/config.h"

/* Most requests that share connections (daemon/client/curl_lanes.h). */
#define CAPACITY_LANE ((size_t)32)

/* Most requests at once: those to the model and those to Zendesk. */
size_t capacity_requests(const struct config *config);
/* Most open connections for so many requests: slightly more, since the old connection to a host is
 * closed after the new one is open, and each lane keeps its own. */
size_t capacity_connections(size_t requests);
/* Raises the soft limit of descriptors to what the process may need, as far as the hard limit
 * allows; never lowers it. When that may be too few, adds a warning. -1 with an error when they
 * are too few even to start. */
int capacity_allow_descriptors(const struct config *config, struct config_problems *problems);

#endif
