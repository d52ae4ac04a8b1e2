/* Keeps libcurl's easy handles for the next request, and the TLS sessions that all of them share:
 * without those every connection needs a full handshake. */
#ifndef DAEMON_CLIENT_HANDLE_POOL_H
#define DAEMON_CLIENT_HANDLE_POOL_H

#include <curl/curl.h>

#include "base/base.h"

struct handle_pool {
	CURLSH *share;
	CURL **idle;
	size_t count, max; /* number of idle handles, and the most that are kept */
};

/* Call handle_pool_set_max before the first handle_pool_put. */
void handle_pool_init(struct handle_pool *pool);
/* frees idle handles above `max` */
void handle_pool_set_max(struct handle_pool *pool, size_t max);
/* An idle or new handle with default options; to be given back by handle_pool_put. */
CURL *handle_pool_take(struct handle_pool *pool);
/* resets the handle, which must not be in the multi handle */
void handle_pool_put(struct handle_pool *pool, CURL *easy);
void handle_pool_clear(struct handle_pool *pool); /* frees the idle handles */
/* To be called after the multi handle was cleaned up and all handles were put back. */
void handle_pool_free(struct handle_pool *pool);

#endif
