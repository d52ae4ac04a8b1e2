/* Watchers of connections that libcurl keeps, with real sockets on the loopback address: what they
 * cost, and each way in which a socket can end. */
#include "../base/helper.h"

#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/client/curl_loop.h"
#include "loopback_server.h"
#include "watchers.h"

#define PATIENCE_MS 5000

/* Stands before the library's: counts for one descriptor how often libuv calls it. */
static int counted_fd = -1, counted;
int epoll_ctl(int epoll, int op, int fd, struct epoll_event *event)
{
	counted += fd == counted_fd;
	return (int)syscall(SYS_epoll_ctl, epoll, op, fd, event);
}

struct world {
	uv_loop_t loop;
	struct curl_loop cl;
	uv_idle_t alive; /* started: the loop polls although nothing is due */
	struct loopback_server *server;
	int begun, ended;
	CURLcode code; /* of the transfer that ended last */
	long fd;       /* the socket of its connection, if that is kept */
	long connects; /* connections that it opened */
};

static void on_ended(void *arg, CURL *easy, CURLcode code)
{
	struct world *world = arg;
	curl_socket_t fd = CURL_SOCKET_BAD;

	world->ended++;
	world->code = code;
	curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd);
	curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &world->connects);
	world->fd = fd;
	curl_loop_remove(&world->cl, easy);
	curl_easy_cleanup(easy);
}

static int begin_world(void **state)
{
	struct world *world = xcalloc(1, sizeof(*world));

	assert_int_equal(uv_loop_init(&world->loop), 0);
	assert_int_equal(uv_idle_init(&world->loop, &world->alive), 0);
	curl_loop_init(&world->cl, &world->loop, on_ended, world);
	curl_loop_set_max(&world->cl, 8);
	world->server = loopback_server_start();
	*state = world;
	return 0;
}

/* Whatever happened, nothing is left that the loop would wait for. */
static int end_world(void **state)
{
	struct world *world = *state;

	curl_loop_close(&world->cl);
	uv_close((uv_handle_t *)&world->alive, NULL);
	(void)uv_run(&world->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&world->loop), 0);
	loopback_server_stop(world->server);
	free(world);
	return 0;
}

static size_t drop(char *data, size_t size, size_t count, void *arg)
{
	return size * count;
}

static CURL *make_transfer(struct world *world, const char *host, const char *path)
{
	CURL *easy = curl_easy_init();
	char url[128];

	snprintf(url, sizeof(url), "http://%s:%d%s", host, world->server->port, path);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)PATIENCE_MS);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
	return easy;
}

static void begin(struct world *world, CURL *easy)
{
	world->begun++;
	curl_loop_add(&world->cl, easy);
	curl_loop_kick(&world->cl);
}

static void give_up(struct world *world, CURL *easy)
{
	world->begun--;
	curl_loop_remove(&world->cl, easy);
	curl_easy_cleanup(easy);
}

static void run_to_end(struct world *world)
{
	while (world->ended < world->begun) {
		if (world->cl.due)
			curl_loop_kick(&world->cl);
		else
			(void)uv_run(&world->loop, UV_RUN_ONCE);
	}
}

static void get(struct world *world, const char *path)
{
	begin(world, make_transfer(world, "127.0.0.1", path));
	run_to_end(world);
}

static void get_well(struct world *world, const char *path)
{
	get(world, path);
	assert_int_equal(world->code, CURLE_OK);
}

static void count_referenced(uv_handle_t *handle, void *arg)
{
	if (uv_has_ref(handle))
		watchers_count(handle, arg);
}

static int referenced(struct world *world)
{
	int count = 0;

	uv_walk(&world->loop, count_referenced, &count);
	return count;
}

/* Whether the loop has an event to handle, within so many milliseconds. */
static bool has_event(struct world *world, int ms)
{
	struct pollfd epoll = {.fd = uv_backend_fd(&world->loop), .events = POLLIN};

	return poll(&epoll, 1, ms) == 1;
}

static void on_idle(uv_idle_t *idle)
{
}

static void turn(struct world *world)
{
	uv_idle_start(&world->alive, on_idle);
	(void)uv_run(&world->loop, UV_RUN_NOWAIT);
	uv_idle_stop(&world->alive);
}

static void a_connection_that_is_used_again_costs_no_call(void **state)
{
	struct world *world = *state;

	get_well(world, "/ok");
	counted_fd = (int)world->fd;
	counted = 0;
	for (int i = 0; i < 20; i++) {
		get_well(world, "/ok");
		assert_int_equal(world->fd, counted_fd);
	}
	assert_int_equal(counted, 0);
	assert_int_equal(watchers_of(&world->loop), 1);
}

/* More than the kernel takes at once: libcurl waits until it can write, and then no longer. */
static void a_kept_watcher_follows_what_libcurl_waits_for(void **state)
{
	struct world *world = *state;
	size_t size = 16 * 1024 * 1024;
	char *body = xcalloc(1, size);

	get_well(world, "/ok");
	CURL *easy = make_transfer(world, "127.0.0.1", "/ok");
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
	begin(world, easy);
	run_to_end(world);
	free(body);
	assert_int_equal(world->code, CURLE_OK);
	assert_int_equal(world->connects, 0);
	assert_false(has_event(world, 0));
	get_well(world, "/ok");
	assert_int_equal(world->connects, 0);
}

static void an_idle_connection_does_not_keep_the_loop_alive(void **state)
{
	struct world *world = *state;

	get_well(world, "/ok");
	assert_false(uv_loop_alive(&world->loop));
	assert_int_equal(referenced(world), 0);
	CURL *easy = make_transfer(world, "127.0.0.1", "/silent");
	begin(world, easy);
	assert_int_equal(referenced(world), 1);
	give_up(world, easy);
}

/* A closed socket is readable for ever: a watcher that stays armed would take all of the CPU. */
static void peer_ends_idle_connection(struct world *world, void (*end)(struct loopback_server *))
{
	get_well(world, "/ok");
	end(world->server);
	assert_true(has_event(world, PATIENCE_MS));
	turn(world);
	assert_false(has_event(world, 0));
	long old = world->fd;
	get_well(world, "/ok");
	/* The number came back in the turn in which the first connection was closed. */
	assert_int_equal(world->connects, 1);
	assert_int_equal(world->fd, old);
	assert_int_equal(watchers_of(&world->loop), 1);
	get_well(world, "/ok");
	assert_int_equal(world->connects, 0);
}

static void a_peer_that_closes_an_idle_connection_is_noticed_once(void **state)
{
	peer_ends_idle_connection(*state, loopback_idle_end);
}

static void a_peer_that_resets_an_idle_connection_is_noticed_once(void **state)
{
	peer_ends_idle_connection(*state, loopback_idle_reset);
}

/* Here the loop has no turn between the peer's end and the next transfer: event and number meet. */
static void a_number_that_comes_back_unseen_has_a_watcher_of_its_own(void **state)
{
	struct world *world = *state;

	get_well(world, "/ok");
	for (int i = 0; i < 20; i++) {
		long old = world->fd;
		loopback_idle_end(world->server);
		assert_true(has_event(world, PATIENCE_MS));
		get_well(world, "/ok");
		assert_int_equal(world->fd, old);
		assert_int_equal(world->connects, 1);
		assert_int_equal(watchers_of(&world->loop), 1);
	}
}

static void an_error_reaches_libcurl(void **state)
{
	struct world *world = *state;

	get(world, "/reset");
	assert_int_equal(world->code, CURLE_RECV_ERROR);
	assert_int_equal(watchers_of(&world->loop), 0);
	get_well(world, "/ok");
	get(world, "/reset"); /* on a connection that was kept */
	assert_int_not_equal(world->code, CURLE_OPERATION_TIMEDOUT);
	get_well(world, "/ok");
	assert_int_equal(watchers_of(&world->loop), 1);
}

static void a_cancelled_transfer_takes_its_watcher_along(void **state)
{
	struct world *world = *state;

	get_well(world, "/ok");
	CURL *easy = make_transfer(world, "127.0.0.1", "/silent");
	begin(world, easy);
	assert_int_equal(watchers_of(&world->loop), 1);
	give_up(world, easy);
	assert_int_equal(watchers_of(&world->loop), 0);
	get_well(world, "/ok");
}

static void a_connection_that_libcurl_has_no_room_for_takes_its_watcher_along(void **state)
{
	struct world *world = *state;

	curl_loop_set_max(&world->cl, 1);
	get_well(world, "/ok");
	begin(world, make_transfer(world, "127.0.0.2", "/ok"));
	run_to_end(world);
	assert_int_equal(world->code, CURLE_OK);
	assert_int_equal(watchers_of(&world->loop), 1);
}

/* libcurl 7.88 closes the loser of a race without a word. */
static void the_loser_of_a_race_between_addresses_is_not_kept(void **state)
{
	struct world *world = *state;
	struct curl_slist addresses = {0};
	char entry[64];
	int deaf[2];

	if (!loopback_deaf(world->server->port, deaf))
		skip();
	snprintf(entry, sizeof(entry), "two.example:%d:[::1],127.0.0.1", world->server->port);
	addresses.data = entry;
	CURL *easy = make_transfer(world, "two.example", "/ok");
	curl_easy_setopt(easy, CURLOPT_RESOLVE, &addresses);
	curl_easy_setopt(easy, CURLOPT_HAPPY_EYEBALLS_TIMEOUT_MS, 1L);
	begin(world, easy);
	run_to_end(world);
	assert_int_equal(world->code, CURLE_OK);
	assert_int_equal(watchers_of(&world->loop), 1);
	close(deaf[0]);
	close(deaf[1]);
}

static void what_wakes_up_for_the_resolver_is_not_kept(void **state)
{
	struct world *world = *state;

	get_well(world, "/ok");
	get(world, "/reset"); /* so that the number of a connection comes back */
	begin(world, make_transfer(world, "no.such.host.invalid", "/ok"));
	run_to_end(world);
	assert_int_not_equal(world->code, CURLE_OK);
	assert_int_equal(watchers_of(&world->loop), 0);
}

static void a_rested_loop_has_no_watcher_and_works(void **state)
{
	struct world *world = *state;

	begin(world, make_transfer(world, "127.0.0.1", "/ok"));
	begin(world, make_transfer(world, "127.0.0.1", "/ok"));
	run_to_end(world);
	assert_int_equal(watchers_of(&world->loop), 2);
	curl_loop_rest(&world->cl);
	assert_int_equal(watchers_of(&world->loop), 0);
	get_well(world, "/ok");
	assert_int_equal(world->connects, 1);
	get_well(world, "/ok");
	assert_int_equal(world->connects, 0);
}

static void get_http2(struct world *world, const char *path)
{
	CURL *easy = make_transfer(world, "127.0.0.1", path);

	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
	begin(world, easy);
}

static void http2_streams_share_one_watcher_and_idle_frames_do_no_harm(void **state)
{
	struct world *world = *state;

	/* Before, libcurl cannot use such a connection again (curl issue 10634); the daemon does
	 * not try. */
	if (curl_version_info(CURLVERSION_NOW)->version_num < 0x080100)
		skip();
	get_http2(world, "/ok");
	run_to_end(world);
	assert_int_equal(world->code, CURLE_OK);
	loopback_idle_ping(world->server);
	assert_true(has_event(world, PATIENCE_MS));
	turn(world);
	assert_false(has_event(world, 0));
	for (int i = 0; i < 3; i++)
		get_http2(world, "/ok");
	run_to_end(world);
	assert_int_equal(world->code, CURLE_OK);
	assert_int_equal(world->connects, 0);
	assert_int_equal(watchers_of(&world->loop), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_connection_that_is_used_again_costs_no_call),
	        cmocka_unit_test(a_kept_watcher_follows_what_libcurl_waits_for),
	        cmocka_unit_test(an_idle_connection_does_not_keep_the_loop_alive),
	        cmocka_unit_test(a_peer_that_closes_an_idle_connection_is_noticed_once),
	        cmocka_unit_test(a_peer_that_resets_an_idle_connection_is_noticed_once),
	        cmocka_unit_test(a_number_that_comes_back_unseen_has_a_watcher_of_its_own),
	        cmocka_unit_test(an_error_reaches_libcurl),
	        cmocka_unit_test(a_cancelled_transfer_takes_its_watcher_along),
	        cmocka_unit_test(a_connection_that_libcurl_has_no_room_for_takes_its_watcher_along),
	        cmocka_unit_test(the_loser_of_a_race_between_addresses_is_not_kept),
	        cmocka_unit_test(what_wakes_up_for_the_resolver_is_not_kept),
	        cmocka_unit_test(a_rested_loop_has_no_watcher_and_works),
	        cmocka_unit_test(http2_streams_share_one_watcher_and_idle_frames_do_no_harm),
	};
	struct CMUnitTest each[ARRAY_LEN(tests)];

	for (size_t i = 0; i < ARRAY_LEN(tests); i++) {
		each[i] = tests[i];
		each[i].setup_func = begin_world;
		each[i].teardown_func = end_world;
	}
	ENSURE(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
	int failed = cmocka_run_group_tests(each, NULL, NULL);
	curl_global_cleanup();
	return failed;
}
