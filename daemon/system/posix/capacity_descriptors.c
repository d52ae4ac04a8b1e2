/* Raises the limit of open files. */
#include <sys/resource.h>

#include "daemon/system/capacity.h"

/* six times HTTP_LIMITS.connections, served and lingering at each door, and the streams */
#define SERVER_CONNECTIONS (6 * 64 + 32)
#define FILES 64 /* database, logs, results, the loop's descriptors */

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
