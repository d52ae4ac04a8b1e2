/* Which lane a transfer comes into, with real sockets on the loopback address: few of them share
 * one, and what ends leaves its place and its connection to the next. */
#include "../base/helper.h"

#include "daemon/client/curl_lanes.h"
#include "daemon/system/capacity.h"
#include "loopback_server.h"
#include "watchers.h"

#define PATIENCE_MS 60000

struct world {
	uv_loop_t loop;
	struct curl_lanes lanes;
	struct loopback_server *server;
	struct curl_loop *lane; /* of the transfer that was added last */
	size_t running;
	CURLcode code; /* of the transfer that ended last */
	long connects; /* connections that it opened */
};

static void remove_transfer(struct world *world, CURL *easy)
{
	char *lane = NULL;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &lane);
	curl_loop_remove((struct curl_loop *)(void *)lane, easy);
	curl_easy_cleanup(easy);
	world->running--;
}

static void on_ended(void *arg, CURL *easy, CURLcode code)
{
	struct world *world = arg;

	world->code = code;
	curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &world->connects);
	remove_transfer(world, easy);
}

static int begin_world(void **state)
{
	struct world *world = xcalloc(1, sizeof(*world));

	assert_int_equal(uv_loop_init(&world->loop), 0);
	curl_lanes_init(&world->lanes, &world->loop, 2 * CAPACITY_LANE, on_ended, world);
	world->server = loopback_server_start();
	*state = world;
	return 0;
}

static int end_world(void **state)
{
	struct world *world = *state;

	curl_lanes_close(&world->lanes);
	(void)uv_run(&world->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&world->loop), 0);
	curl_lanes_free(&world->lanes);
	loopback_server_stop(world->server);
	free(world);
	return 0;
}

static size_t drop(char *data, size_t size, size_t count, void *arg)
{
	return size * count;
}

static CURL *begin_in(struct world *world, const char *path, bool tls)
{
	CURL *easy = curl_easy_init();
	char url[128];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", world->server->port, path);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)PATIENCE_MS);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
	world->lane = curl_lanes_add(&world->lanes, easy, tls);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, world->lane);
	world->running++;
	curl_lanes_kick_due(&world->lanes);
	return easy;
}

static CURL *begin(struct world *world, const char *path)
{
	return begin_in(world, path, false);
}

static void run_until(struct world *world, size_t running)
{
	while (world->running > running) {
		if (curl_lanes_due(&world->lanes))
			curl_lanes_kick_due(&world->lanes);
		else
			(void)uv_run(&world->loop, UV_RUN_ONCE);
	}
}

static void get_well(struct world *world)
{
	size_t running = world->running;

	(void)begin(world, "/ok");
	run_until(world, running);
	assert_int_equal(world->code, CURLE_OK);
}

/* Fills a lane with requests that are never answered. */
static void fill_lane(struct world *world, CURL *ret[CAPACITY_LANE])
{
	for (size_t i = 0; i < CAPACITY_LANE; i++)
		ret[i] = begin(world, "/silent");
}

static void empty_lane(struct world *world, CURL *easy[CAPACITY_LANE])
{
	for (size_t i = 0; i < CAPACITY_LANE; i++)
		if (easy[i] != NULL)
			remove_transfer(world, easy[i]);
}

static void few_transfers_share_a_lane_and_its_connections(void **state)
{
	struct world *world = *state;

	for (int i = 0; i < 3; i++)
		(void)begin(world, "/ok");
	run_until(world, 0);
	get_well(world);
	assert_int_equal(world->connects, 0);
	assert_int_equal(world->lanes.count, 1 + 1);
}

static void a_transfer_beside_a_full_lane_has_another(void **state)
{
	struct world *world = *state;
	CURL *silent[CAPACITY_LANE];

	fill_lane(world, silent);
	assert_int_equal(world->lanes.count, 1 + 1);
	get_well(world);
	assert_int_equal(world->connects, 1);
	get_well(world);
	assert_int_equal(world->connects, 0);
	assert_int_equal(world->lanes.count, 1 + 2);
	empty_lane(world, silent);
}

static void the_next_transfer_takes_the_place_of_one_that_ended(void **state)
{
	struct world *world = *state;
	CURL *silent[CAPACITY_LANE];

	fill_lane(world, silent);
	struct curl_loop *first = world->lane;
	get_well(world);
	assert_ptr_not_equal(world->lane, first);
	remove_transfer(world, silent[3]);
	silent[3] = NULL;
	get_well(world);
	assert_ptr_equal(world->lane, first);
	empty_lane(world, silent);
}

static void what_is_held_stays_held_in_a_lane_made_later(void **state)
{
	struct world *world = *state;
	CURL *silent[CAPACITY_LANE];

	fill_lane(world, silent);
	curl_lanes_hold(&world->lanes, true);
	(void)begin(world, "/ok");
	assert_true(world->lane->full);
	curl_lanes_hold(&world->lanes, false);
	assert_false(world->lane->full);
	run_until(world, CAPACITY_LANE);
	assert_int_equal(world->code, CURLE_OK);
	empty_lane(world, silent);
}

/* While other lanes work: libcurl would keep its connections until the next transfer there. */
static void a_lane_without_transfers_closes_its_connections_after_fifty_seconds(void **state)
{
	struct world *world = *state;
	CURL *silent[CAPACITY_LANE];

	fill_lane(world, silent);
	get_well(world);
	int before = watchers_of(&world->loop);
	for (int i = 0; i < 49; i++)
		curl_lanes_tick(&world->lanes);
	assert_int_equal(watchers_of(&world->loop), before);
	curl_lanes_tick(&world->lanes);
	assert_int_equal(watchers_of(&world->loop), before - 1);
	get_well(world);
	assert_int_equal(world->connects, 1);
	empty_lane(world, silent);
}

static void at_rest_no_connection_is_open(void **state)
{
	struct world *world = *state;

	get_well(world);
	curl_lanes_rest(&world->lanes);
	get_well(world);
	assert_int_equal(world->connects, 1);
}

/* Which lane it is follows from the address alone, so no TLS is needed here. */
static void all_transfers_over_tls_share_one_lane(void **state)
{
	struct world *world = *state;
	CURL *silent[CAPACITY_LANE + 1];

	for (size_t i = 0; i < ARRAY_LEN(silent); i++) {
		silent[i] = begin_in(world, "/silent", true);
		assert_ptr_equal(world->lane, world->lanes.lanes[0]);
	}
	assert_int_equal(world->lanes.count, 1);
	get_well(world);
	assert_ptr_not_equal(world->lane, world->lanes.lanes[0]);
	for (size_t i = 0; i < ARRAY_LEN(silent); i++)
		remove_transfer(world, silent[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(few_transfers_share_a_lane_and_its_connections,
	                                        begin_world, end_world),
	        cmocka_unit_test_setup_teardown(a_transfer_beside_a_full_lane_has_another,
	                                        begin_world, end_world),
	        cmocka_unit_test_setup_teardown(the_next_transfer_takes_the_place_of_one_that_ended,
	                                        begin_world, end_world),
	        cmocka_unit_test_setup_teardown(what_is_held_stays_held_in_a_lane_made_later,
	                                        begin_world, end_world),
	        cmocka_unit_test_setup_teardown(all_transfers_over_tls_share_one_lane, begin_world,
	                                        end_world),
	        cmocka_unit_test_setup_teardown(
	                a_lane_without_transfers_closes_its_connections_after_fifty_seconds,
	                begin_world, end_world),
	        cmocka_unit_test_setup_teardown(at_rest_no_connection_is_open, begin_world,
	                                        end_world),
	};

	ENSURE(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
