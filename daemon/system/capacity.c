/* See capacity.h. */
#include "daemon/system/capacity.h"

#include <sys/resource.h>

#define ZENDESK_REQUESTS 64
/* see HTTP_LIMITS: served and lingering, over the Unix socket and over TCP */
#define SERVER_CONNECTIONS 256
#define FILES 64 /* store, logs, results, the loop's own */

size_t capacity_requests(const struct config *config)
{
	return (size_t)config->llm.max_in_flight + ZENDESK_REQUESTS;
}

size_t capacity_connections(size_t requests)
{
	return requests + requests / 10 + 1;
}

/* Without this a connection that is not made, or a file that is not written, would be all that is
 * told. */
static int tell_too_few(struct config_problems *problems, rlim_t few, rlim_t wanted)
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
	return limit.rlim_cur < wanted ? tell_too_few(problems, limit.rlim_cur, wanted) : 0;
}
