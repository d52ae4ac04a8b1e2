/* Computes limits from llm.max_in_flight. */
#include "daemon/system/capacity.h"

#define ZENDESK_REQUESTS 64

size_t capacity_requests(const struct config *config)
{
	return (size_t)config->llm.max_in_flight + ZENDESK_REQUESTS;
}

size_t capacity_connections(size_t requests)
{
	return requests + requests / 10 + 1;
}
