/* See capacity.h. */
#include "daemon/capacity.h"

#include <sys/resource.h>

#define ZENDESK_REQUESTS 64
#define SERVER_CONNECTIONS 256 /* see HTTP_LIMITS: served and lingering, over the Unix socket and over TCP */
#define FILES 64               /* store, logs, results, the loop's own */

size_t capacity_requests(const struct config *config)
{
	return (size_t)config->llm_max_in_flight + ZENDESK_REQUESTS;
}

size_t capacity_connections(size_t requests)
{
	return requests + requests / 10 + 1;
}

static void warn(const struct config *config, struct textlog *log, rlim_t wanted, rlim_t allowed)
{
	textlog_printf(log, LEVEL_WARNING,
	               "llm.max_in_flight = %lld may need %llu open files and the system allows %llu: requests fail "
	               "when there are "
	               "no more; raise it (LimitNOFILE= of the unit, ulimit -n) or lower llm.max_in_flight",
	               (long long)config->llm_max_in_flight, (unsigned long long)wanted, (unsigned long long)allowed);
}

void capacity_allow_descriptors(const struct config *config, struct textlog *log)
{
	rlim_t wanted = capacity_connections(capacity_requests(config)) + SERVER_CONNECTIONS + FILES;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < wanted)
		warn(config, log, wanted, limit.rlim_cur);
}
