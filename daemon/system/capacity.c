/* Computes limits from llm.max_in_flight, and raises the limit of open files. */
#include "daemon/system/capacity.h"

#include <sys/resource.h>

#define ZENDESK_REQUESTS 64
/* six times HTTP_LIMITS.connections, served and lingering at each door, and the streams */
#define SERVER_CONNECTIONS (6 * 64 + 32)
#define FILES 64 /* database, logs, results, the loop's descriptors */

size_t capacity_requests(const struct config *config)
{
	return (size_t)config->llm.max_in_flight + ZENDESK_REQUESTS;
}

size_t capacity_connections(size_t requests)
{
	size_t lanes = (requests + CAPACITY_LANE - 1) / CAPACITY_LANE;
	size_t in_lane = requests < CAPACITY_LANE ? requests : CAPACITY_LANE;

	return lanes * (in_lane + in_lane / 10 + 1);
}

/* Reports too few descriptors now: later only a failed connection or a file that cannot be written
 * would show it. */
static int report_too_few(struct config_problems *problems, rlim_t few, rlim_t wanted)
{
	bool too_few = few < FILES;

	buf_printf(too_few ? &problems->errors : &problems->warnings,
	           "the limit of open files is %llu, and %s %llu: raise it (LimitNOFILE= of the "
	           "service, ulimit -n)%s\n",
	           (unsigned long long)few,
	           too_few ? "the minimum is" : "llm.max_in_flight may need",
	           (unsigned long long)(too_few ? FILES : wanted),
	           too_few ? "" : " or lower llm.max_in_flight");
	return too_few ? -1 : 0;
}

int capacity_allow_descriptors(const struct config *config, struct config_problems *problems)
{
	rlim_t wanted =
	        capacity_connections(capacity_requests(config)) + SERVER_CONNECTIONS + FILES;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted)
		return 0;
	limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	return limit.rlim_cur < wanted ? report_too_few(problems, limit.rlim_cur, wanted) : 0;
}
