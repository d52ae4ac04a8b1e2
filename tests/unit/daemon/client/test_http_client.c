/* The client over real sockets: what it holds of replies that nobody has taken. */
#include "../base/helper.h"

#include <malloc.h>

#include "daemon/client/http_client.h"
#include "loopback_server.h"

#define REQUESTS 24                      /* at once */
#define UNTAKEN_MAX ((size_t)256 * 1024) /* http_client.c */

static const struct transfer_rules no_rules = {.ca_file = NULL};

struct taken {
	size_t count, bytes;
};

static void take(struct http_client *client, struct taken *taken)
{
	struct http_reply reply;
	void *owner;

	while (http_client_take(client, &owner, &reply)) {
		assert_int_equal(reply.result, HTTP_DONE);
		assert_int_equal(reply.body_len, LOOPBACK_BIG);
		assert_true(malloc_usable_size(reply.body) <= LOOPBACK_BIG + 64);
		taken->count++;
		taken->bytes += reply.body_len;
		http_reply_free(&reply);
	}
}

/* Without a limit, all replies are read meanwhile. */
static void turn_until_all_are_sent(uv_loop_t *loop, struct http_client *client,
                                    const struct loopback_server *server)
{
	for (int after = 0; after < REQUESTS; after += server->big == REQUESTS) {
		http_client_pump(client);
		(void)uv_run(loop, UV_RUN_NOWAIT);
	}
}

static void a_burst_of_replies_waits_in_the_kernel_until_those_before_are_taken(void **state)
{
	struct loopback_server *server = loopback_server_start();
	struct http_request requests[REQUESTS];
	struct taken taken = {0};
	char url[64];
	uv_loop_t loop;

	server->lot = REQUESTS;
	assert_int_equal(uv_loop_init(&loop), 0);
	struct http_client *client = http_client_new(&loop, &no_rules, LOOPBACK_CONNECTIONS);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/big", server->port);
	for (size_t i = 0; i < REQUESTS; i++) {
		requests[i] = (struct http_request){
		        .url = url, .timeout = 30 * MSEC_SECOND, .reply_max = 1 << 20};
		http_client_send(client, i + 1, &requests[i], NULL);
	}
	turn_until_all_are_sent(&loop, client, server);
	take(client, &taken);
	assert_in_range(taken.bytes, 1, UNTAKEN_MAX + LOOPBACK_BIG);
	while (taken.count < REQUESTS) {
		http_client_pump(client);
		(void)uv_run(&loop, UV_RUN_ONCE);
		take(client, &taken);
	}
	http_client_close(client);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	http_client_free(client);
	assert_int_equal(uv_loop_close(&loop), 0);
	loopback_server_stop(server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(
	                a_burst_of_replies_waits_in_the_kernel_until_those_before_are_taken),
	};

	ENSURE(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	curl_global_cleanup();
	return failed;
}
