/* Wrong tokens wait: whom they hold up, and that all of them are answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/control/guesses.h"

static uv_loop_t loop;
static struct guesses guesses;
static int answered;

static void on_answered(void *arg, const struct http_answer *answer)
{
	assert_int_equal(answer->status, 401);
	answered++;
}

static int begin(void **state)
{
	memset(&guesses, 0, sizeof(guesses));
	answered = 0;
	assert_int_equal(uv_loop_init(&loop), 0);
	guesses_start(&guesses, &loop);
	return 0;
}

static int end(void **state)
{
	guesses_close(&guesses);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(guesses.count, 0);
	assert_int_equal(uv_loop_close(&loop), 0);
	return 0;
}

/* A peer with an IPv4 address that ends in `last`. */
static struct http_peer four(uint8_t last)
{
	return (struct http_peer){.door = HTTP_DOOR_TCP,
	                          .host = {[10] = 0xff, 0xff, 192, 0, 2, last}};
}

/* A peer with an IPv6 address: the last byte of its network, and the last of all. */
static struct http_peer six(uint8_t network, uint8_t last)
{
	return (struct http_peer){.door = HTTP_DOOR_TCP,
	                          .host = {0x20, 0x01, [7] = network, [15] = last}};
}

static void guess(struct http_peer peer, int times)
{
	static const struct http_message message = {.method = "GET"};

	while (times-- > 0)
		guesses_refuse(&guesses, http_exchange_new(&message, &peer, on_answered, NULL));
}

static bool is_full(struct http_peer peer)
{
	return guesses_full(&guesses, &peer);
}

static void five_fill_an_address_and_no_other(void **state)
{
	guess(four(1), GUESSES_MAX - 1);
	assert_false(is_full(four(1)));
	guess(four(1), 1);
	assert_true(is_full(four(1)));
	assert_false(is_full(four(2)));
	assert_false(is_full(six(1, 1)));
	assert_int_equal(answered, 0);
}

static void a_network_of_ipv6_counts_as_one_address(void **state)
{
	for (uint8_t i = 0; i < GUESSES_MAX; i++)
		guess(six(1, i), 1);
	assert_true(is_full(six(1, 200)));
	assert_false(is_full(six(2, 0)));
}

static void there_is_a_limit_for_all_together(void **state)
{
	for (int i = 0; i < GUESSES_TOTAL_MAX; i++)
		guess(six((uint8_t)(i / 4), 0), 1);
	assert_true(is_full(four(1)));
}

static void each_is_answered_after_its_second_and_then_there_is_room(void **state)
{
	uint64_t began = uv_hrtime();

	guess(four(1), GUESSES_MAX);
	uv_ref((uv_handle_t *)&guesses.timer); /* which by itself holds no loop up */
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(answered, GUESSES_MAX);
	assert_true(uv_hrtime() - began > 900000000ULL);
	assert_false(is_full(four(1)));
}

static void the_end_answers_at_once(void **state)
{
	guess(four(1), 3);
	guesses_close(&guesses);
	assert_int_equal(answered, 3);
	guesses_close(&guesses); /* no effect */
}

static void who_was_right_is_known_by_token_and_address(void **state)
{
	struct token one = {.digest = {1}}, two = {.digest = {2}};
	struct http_peer here = four(1), there = four(2);

	assert_false(guesses_is_known(&guesses, &one, &here));
	guesses_was_right(&guesses, &one, &here);
	assert_true(guesses_is_known(&guesses, &one, &here));
	assert_false(guesses_is_known(&guesses, &two, &here));
	assert_false(guesses_is_known(&guesses, &one, &there));
}

static void what_is_remembered_has_a_bound(void **state)
{
	struct http_peer peer = four(1);

	for (int i = 0; i <= GUESSES_KNOWN_MAX; i++)
		guesses_was_right(&guesses, &(struct token){.digest = {1, (uint8_t)i}}, &peer);
	assert_false(guesses_is_known(&guesses, &(struct token){.digest = {1, 0}}, &peer));
	assert_true(guesses_is_known(&guesses, &(struct token){.digest = {1, 1}}, &peer));
	assert_true(guesses_is_known(&guesses, &(struct token){.digest = {1, GUESSES_KNOWN_MAX}},
	                             &peer));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(five_fill_an_address_and_no_other, begin, end),
	        cmocka_unit_test_setup_teardown(a_network_of_ipv6_counts_as_one_address, begin,
	                                        end),
	        cmocka_unit_test_setup_teardown(there_is_a_limit_for_all_together, begin, end),
	        cmocka_unit_test_setup_teardown(
	                each_is_answered_after_its_second_and_then_there_is_room, begin, end),
	        cmocka_unit_test_setup_teardown(the_end_answers_at_once, begin, end),
	        cmocka_unit_test_setup_teardown(who_was_right_is_known_by_token_and_address, begin,
	                                        end),
	        cmocka_unit_test_setup_teardown(what_is_remembered_has_a_bound, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
