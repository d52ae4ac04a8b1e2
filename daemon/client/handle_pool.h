/* libcurl's easy handles, kept for the next request, and the sessions of TLS that all of them
 * share: without those every connection begins from nothing. */
#ifndef DAEMON_CLIENT_HANDLE_POOL_H
#define DAEMON_CLIENT_HANDLE_POOL_H

#include <curl/curl.h>

#include "base/base.h"

struct handle_pool {
	CURLSH *share;
	CURL **idle;
	size_t count, max; /* idle ones */
};

void handle_pool_init(struct handle_pool *pool);
void handle_pool_set_max(struct handle_pool *pool, size_t max); /* more are freed */
CURL *handle_pool_take(struct handle_pool *pool);
void handle_pool_put(struct handle_pool *pool, CURL *easy); /* out of the multi handle; resets it */
void handle_pool_clear(struct handle_pool *pool);           /* frees the idle ones */
/* After the multi handle was cleaned up; all handles were put back. */
void handle_pool_free(struct handle_pool *pool);

#endif
