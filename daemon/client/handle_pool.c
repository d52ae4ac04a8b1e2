/* Creates a handle when none is idle, and frees it when enough are idle. */
#include "daemon/client/handle_pool.h"

#include <stdlib.h>

void handle_pool_init(struct handle_pool *pool)
{
	*pool = (struct handle_pool){.share = curl_share_init()};
	if (pool->share == NULL)
		fatal("no memory for libcurl");
	curl_share_setopt(pool->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	curl_share_setopt(pool->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
}

static void free_down_to(struct handle_pool *pool, size_t count)
{
	while (pool->count > count)
		curl_easy_cleanup(pool->idle[--pool->count]);
}

void handle_pool_set_max(struct handle_pool *pool, size_t max)
{
	free_down_to(pool, max);
	pool->idle = xrealloc(pool->idle, max * sizeof(CURL *));
	pool->max = max;
}

CURL *handle_pool_take(struct handle_pool *pool)
{
	if (pool->count > 0)
		return pool->idle[--pool->count];
	CURL *easy = curl_easy_init();
	if (easy == NULL)
		fatal("no memory for libcurl");
	/* The only option that curl_easy_reset keeps. */
	curl_easy_setopt(easy, CURLOPT_SHARE, pool->share);
	return easy;
}

void handle_pool_put(struct handle_pool *pool, CURL *easy)
{
	curl_easy_reset(easy);
	if (pool->count < pool->max)
		pool->idle[pool->count++] = easy;
	else
		curl_easy_cleanup(easy);
}

void handle_pool_clear(struct handle_pool *pool)
{
	free_down_to(pool, 0);
}

void handle_pool_free(struct handle_pool *pool)
{
	free_down_to(pool, 0);
	ENSURE(curl_share_cleanup(pool->share) == CURLSHE_OK);
	free(pool->idle);
}
