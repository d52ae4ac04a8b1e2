/* What the system says of this process. Reads /proc, which never waits for a disk. */
#ifndef DAEMON_SYSTEM_PROCESS_STATS_H
#define DAEMON_SYSTEM_PROCESS_STATS_H

#include "base/base.h"

struct process_stats {
	double cpu_seconds;     /* user and system time */
	uint64_t memory;        /* resident, bytes */
	uint64_t fds, fds_most; /* open descriptors, and how many may be; 0 = not known */
};

void process_stats_read(struct process_stats *ret);

#endif
