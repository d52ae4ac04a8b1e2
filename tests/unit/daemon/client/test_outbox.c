/* Requests of the shell's own, over the loopback to a server that answers as a test says. */
#include "../base/helper.h"

#include <signal.h>

#include "daemon/client/outbox.h"
#include "daemon/server/http_server.h"
#include "../../../loopback.h"
#include "daemon/system/clock.h"

#define REQUESTS_MAX 16
#define PATIENCE (20 * MSEC_SECOND)

struct scene {
	uv_loop_t loop;
	struct http_server *server;
	int port;
	struct http_client *client;
	struct outbox *outbox;
	/* What the server does: */
	int statuses[REQUESTS_MAX]; /* of the first, second … answer; 0 = 200 */
	const char *header;         /* of all answers but 200; NULL = none */
	bool silent;                /* it does not answer at all */
	struct http_exchange *unanswered[REQUESTS_MAX];
	size_t unanswered_count;
	/* What it saw: */
	size_t arrived;
	char order[REQUESTS_MAX + 1]; /* the last letter of each path */
	msec arrived_at[REQUESTS_MAX];
	/* What came back: */
	size_t answered;
	int results[REQUESTS_MAX];
	int replies[REQUESTS_MAX];
};

static void on_request(void *arg, struct http_exchange *exchange)
{
	struct scene *scene = arg;
	const struct buf *target = &http_exchange_request(exchange)->target;
	int status = scene->statuses[scene->arrived] != 0 ? scene->statuses[scene->arrived] : 200;

	assert_true(scene->arrived < REQUESTS_MAX);
	scene->arrived_at[scene->arrived] = clock_now().mono;
	scene->order[scene->arrived++] = target->data[target->len - 1];
	if (scene->silent) {
		scene->unanswered[scene->unanswered_count++] = exchange;
		return;
	}
	if (status != 200 && scene->header != NULL)
		http_exchange_header(exchange, scene->header);
	http_exchange_answer(exchange, status, "text/plain", STR("ok\n"));
}

static void on_answer(void *arg, const struct http_reply *reply)
{
	struct scene *scene = arg;

	scene->results[scene->answered] = (int)reply->result;
	scene->replies[scene->answered++] = reply->status;
}

static struct scene *scene_new(const struct outbox_rules *rules)
{
	struct scene *scene = xcalloc(1, sizeof(*scene));
	struct transfer_rules transfers = {0};
	struct err err;

	assert_int_equal(uv_loop_init(&scene->loop), 0);
	scene->server = http_server_new(&scene->loop, &HTTP_LIMITS, on_request, scene);
	assert_int_equal(http_server_adopt(scene->server, loopback_listen(&scene->port), &err), 0);
	scene->client = http_client_new(&scene->loop, &transfers, 8);
	scene->outbox = outbox_new(&scene->loop, scene->client, rules);
	return scene;
}

static struct http_request request_to(const struct scene *scene, char name)
{
	struct http_request request = {.method = HTTP_POST, .reply_max = 1000, .timeout = PATIENCE};

	request.url = xasprintf("http://127.0.0.1:%d/%c", scene->port, name);
	request.body = xstrdup("{\"text\":\"hello\"}");
	request.body_len = strlen(request.body);
	return request;
}

static bool post(struct scene *scene, char name)
{
	struct http_request request = request_to(scene, name);
	bool taken = outbox_send(scene->outbox, &request, on_answer, scene);

	assert_int_equal(taken, request.url == NULL);
	http_request_free(&request);
	return taken;
}

static void post_all(struct scene *scene, const char *names)
{
	for (; *names != '\0'; names++)
		assert_true(post(scene, *names));
}

/* One turn, as the daemon makes them; what the engine would get, or NULL. */
static void *turn_once(struct scene *scene)
{
	struct http_reply reply;
	void *owner;

	http_client_pump(scene->client);
	(void)uv_run(&scene->loop, http_client_busy(scene->client) ? UV_RUN_NOWAIT : UV_RUN_ONCE);
	if (!http_client_take(scene->client, &owner, &reply))
		return NULL;
	http_reply_free(&reply);
	return owner;
}

static void turn_until(struct scene *scene, const size_t *counter, size_t wanted)
{
	msec end = clock_now().mono + PATIENCE;

	while (*counter < wanted) {
		assert_null(turn_once(scene));
		assert_true(clock_now().mono < end);
	}
}

static void scene_free(struct scene *scene, bool closed)
{
	struct http_reply reply;
	void *owner;

	if (!closed)
		outbox_close(scene->outbox);
	http_client_cancel_all(scene->client);
	assert_false(http_client_take(scene->client, &owner, &reply));
	http_client_close(scene->client);
	http_server_close(scene->server);
	for (size_t i = 0; i < scene->unanswered_count; i++)
		http_exchange_answer(scene->unanswered[i], 200, "text/plain", STR("too late\n"));
	(void)uv_run(&scene->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&scene->loop), 0);
	http_server_free(scene->server);
	http_client_free(scene->client);
	outbox_free(scene->outbox);
	free(scene);
}

static void a_reply_comes_by_callback_and_those_of_the_engine_as_ever(void **state)
{
	struct scene *scene =
	        scene_new(&(struct outbox_rules){.waiting_max = 8, .in_flight_max = 4});
	struct http_request request = request_to(scene, 'e');
	char engine = 0;
	void *owner = NULL;

	http_client_send(scene->client, 1, &request, &engine);
	assert_true(post(scene, 's'));
	assert_int_equal(scene->answered, 0); /* not from within */
	while (owner == NULL || scene->answered == 0) {
		void *got = turn_once(scene);

		owner = got != NULL ? got : owner;
	}
	assert_ptr_equal(owner, &engine);
	assert_int_equal(scene->results[0], HTTP_DONE);
	assert_int_equal(scene->replies[0], 200);
	assert_int_equal(scene->answered, 1);
	assert_int_equal(http_client_in_flight(scene->client), 0);
	http_request_free(&request);
	scene_free(scene, false);
}

static void they_leave_in_order_and_as_many_at_a_time_as_the_window_allows(void **state)
{
	struct scene *scene =
	        scene_new(&(struct outbox_rules){.waiting_max = 8, .in_flight_max = 1});

	post_all(scene, "abcdef");
	assert_int_equal(http_client_in_flight(scene->client), 1);
	turn_until(scene, &scene->answered, 6);
	assert_string_equal(scene->order, "abcdef");
	scene_free(scene, false);
}

static void what_is_over_the_bound_is_refused(void **state)
{
	struct scene *scene =
	        scene_new(&(struct outbox_rules){.waiting_max = 2, .in_flight_max = 1});

	post_all(scene, "abc"); /* one in flight */
	assert_false(post(scene, 'd'));
	turn_until(scene, &scene->answered, 1);
	assert_true(post(scene, 'e'));
	turn_until(scene, &scene->answered, 4);
	assert_string_equal(scene->order, "abce");
	scene_free(scene, false);
}

static void a_service_that_fails_is_left_in_peace_and_tried_by_one(void **state)
{
	struct scene *scene = scene_new(&(struct outbox_rules){.waiting_max = 8,
	                                                       .in_flight_max = 1,
	                                                       .breaker_threshold = 2,
	                                                       .breaker_timeout = 300});

	scene->statuses[0] = scene->statuses[1] = 503;
	post_all(scene, "abcd");
	turn_until(scene, &scene->answered, 4);
	assert_string_equal(scene->order, "abcd");
	assert_int_equal(scene->replies[1], 503);
	assert_int_equal(scene->replies[2], 200);
	assert_true(scene->arrived_at[2] - scene->arrived_at[1] >= 290);
	scene_free(scene, false);
}

static void a_pause_that_the_service_asks_for_is_made(void **state)
{
	struct scene *scene =
	        scene_new(&(struct outbox_rules){.waiting_max = 8, .in_flight_max = 1});

	scene->statuses[0] = 429;
	scene->header = "Retry-After-Ms: 300";
	post_all(scene, "ab");
	turn_until(scene, &scene->answered, 2);
	assert_int_equal(scene->replies[0], 429);
	assert_true(scene->arrived_at[1] - scene->arrived_at[0] >= 290);
	scene_free(scene, false);
}

static void a_rate_is_kept(void **state)
{
	/* A thirtieth of it may leave at once, the next ones follow 206 ms apart. */
	struct scene *scene = scene_new(
	        &(struct outbox_rules){.waiting_max = 16, .in_flight_max = 16, .per_minute = 300});

	post_all(scene, "abcdefghijkl");
	turn_until(scene, &scene->answered, 12);
	assert_int_equal(scene->arrived, 12);
	assert_true(scene->arrived_at[11] - scene->arrived_at[0] >= 350);
	scene_free(scene, false);
}

static void closing_cancels_what_waits_and_what_is_in_flight_once_each(void **state)
{
	struct scene *scene =
	        scene_new(&(struct outbox_rules){.waiting_max = 8, .in_flight_max = 2});
	struct http_reply reply;
	void *owner;

	scene->silent = true;
	post_all(scene, "abcd");
	turn_until(scene, &scene->arrived, 2);
	outbox_close(scene->outbox);
	assert_int_equal(scene->answered, 2);
	assert_false(post(scene, 'e'));
	assert_false(http_client_take(scene->client, &owner, &reply));
	assert_int_equal(scene->answered, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(scene->results[i], HTTP_CANCELLED);
	scene_free(scene, true);
}

static void nobody_there_is_told_and_opens_the_circuit(void **state)
{
	struct scene *scene = scene_new(&(struct outbox_rules){.waiting_max = 8,
	                                                       .in_flight_max = 1,
	                                                       .breaker_threshold = 1,
	                                                       .breaker_timeout = MSEC_HOUR});
	struct http_request request = request_to(scene, 'x');

	free(request.url);
	request.url = xstrdup("http://127.0.0.1:1/x");
	assert_true(outbox_send(scene->outbox, &request, on_answer, scene));
	assert_true(post(scene, 'a'));
	turn_until(scene, &scene->answered, 1);
	assert_int_equal(scene->results[0], HTTP_NO_CONNECT);
	assert_int_equal(http_client_in_flight(scene->client), 0);
	outbox_close(scene->outbox);
	assert_int_equal(scene->results[1], HTTP_CANCELLED);
	assert_int_equal(scene->arrived, 0);
	scene_free(scene, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_reply_comes_by_callback_and_those_of_the_engine_as_ever),
	        cmocka_unit_test(they_leave_in_order_and_as_many_at_a_time_as_the_window_allows),
	        cmocka_unit_test(what_is_over_the_bound_is_refused),
	        cmocka_unit_test(a_service_that_fails_is_left_in_peace_and_tried_by_one),
	        cmocka_unit_test(a_pause_that_the_service_asks_for_is_made),
	        cmocka_unit_test(a_rate_is_kept),
	        cmocka_unit_test(closing_cancels_what_waits_and_what_is_in_flight_once_each),
	        cmocka_unit_test(nobody_there_is_told_and_opens_the_circuit),
	};
	int failed;

	(void)signal(SIGPIPE, SIG_IGN);
	assert_int_equal(curl_global_init(CURL_GLOBAL_DEFAULT), 0);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	curl_global_cleanup();
	return failed;
}
