/* Adaptive concurrency. */
#include "../base/helper.h"

#include "guard/window.h"

static void it_allows_as_many_in_flight_as_its_size(void **state)
{
	struct window window;
	window_init(&window, 3, 10);
	for (int i = 0; i < 3; i++) {
		assert_true(window_may(&window));
		window_sent(&window);
	}
	assert_false(window_may(&window));
	window_done(&window);
	assert_true(window_may(&window));
	assert_int_equal(window.in_flight, 2);
}

static void sizes_are_kept_between_1_and_max(void **state)
{
	struct window window;
	window_init(&window, 64, 4);
	assert_int_equal(window.size, 4);
	window_init(&window, 0, 4);
	assert_int_equal(window.size, 1);
	window_init(&window, -3, 0);
	assert_int_equal(window.size, 1);
	assert_int_equal(window.max, 1);
	window_init(&window, WINDOW_UNLIMITED, WINDOW_UNLIMITED);
	window_success(&window);
	assert_int_equal(window.size, WINDOW_UNLIMITED);
}

static void another_maximum_cuts_the_size(void **state)
{
	struct window window;
	window_init(&window, 64, 256);
	window_set_max(&window, 16);
	assert_int_equal(window.size, 16);
	window_set_max(&window, 256);
	assert_int_equal(window.size, 16);
	window_success(&window);
	assert_int_equal(window.size, 17);
	window_set_max(&window, 0);
	assert_int_equal(window.size, 1);
}

static void at_first_it_grows_by_one_per_success_up_to_max(void **state)
{
	struct window window;
	window_init(&window, 4, 8);
	for (int expected = 5; expected <= 8; expected++) {
		window_success(&window);
		assert_int_equal(window.size, expected);
	}
	for (int i = 0; i < 100; i++)
		window_success(&window);
	assert_int_equal(window.size, 8);
}

static void overload_halves_it_down_to_1(void **state)
{
	struct window window;
	window_init(&window, 9, 16);
	window_overload(&window, 0, 10);
	assert_int_equal(window.size, 4);
	window_overload(&window, 11, 20);
	assert_int_equal(window.size, 2);
	window_overload(&window, 21, 30);
	window_overload(&window, 31, 40);
	window_overload(&window, 41, 50);
	assert_int_equal(window.size, 1);
	assert_true(window_may(&window));
}

static void it_halves_at_most_once_per_round_trip(void **state)
{
	struct window window;
	window_init(&window, 64, 64);
	for (msec sent = 0; sent <= 100; sent++)
		window_overload(&window, sent,
		                /* all in flight at the first halving, or sent in its millisecond */
		                100);
	assert_int_equal(window.size, 32);
	window_overload(&window, 101, 150);
	assert_int_equal(window.size, 16);
	window_overload(&window, 150, 160);
	assert_int_equal(window.size, 16);
}

static void after_the_first_halving_it_grows_by_one_per_window_of_successes(void **state)
{
	struct window window;
	window_init(&window, 16, 16);
	window_overload(&window, 0, 1);
	for (int size = 8; size < 16; size++) {
		for (int i = 0; i < size; i++) {
			assert_int_equal(window.size, size);
			window_success(&window);
		}
	}
	assert_int_equal(window.size, 16);
	for (int i = 0; i < 100; i++)
		window_success(&window);
	assert_int_equal(window.size, 16);
}

static void a_halving_starts_the_count_of_successes_anew(void **state)
{
	struct window window;
	window_init(&window, 8, 16);
	window_overload(&window, 0, 1);
	for (int i = 0; i < 3; i++)
		window_success(&window);
	window_overload(&window, 2, 3);
	assert_int_equal(window.size, 2);
	window_success(&window);
	assert_int_equal(window.size, 2);
	window_success(&window);
	assert_int_equal(window.size, 3);
}

static void the_clock_may_start_below_zero(void **state)
{
	struct window window;
	window_init(&window, 8, 8);
	window_overload(&window, INT64_MIN, INT64_MIN + 5);
	assert_int_equal(window.size, 4);
	window_overload(&window, INT64_MIN + 6, INT64_MIN + 9);
	assert_int_equal(window.size, 2);
}

static void an_end_without_a_beginning_is_a_broken_invariant(void **state)
{
	struct window window;
	window_init(&window, 8, 8);
	assert_fatal(window_done(&window));
	fatal_set_handler(NULL);
}

static void it_is_raised_up_to_max_unless_it_has_met_overload(void **state)
{
	struct window window;
	window_init(&window, 2, 8);
	window_raise(&window, 5);
	assert_int_equal(window.size, 5);
	window_raise(&window, 3); /* never lowered */
	assert_int_equal(window.size, 5);
	window_raise(&window, 100);
	assert_int_equal(window.size, 8);
	window_overload(&window, 1, 2);
	window_raise(&window, 8);
	assert_int_equal(window.size, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(it_allows_as_many_in_flight_as_its_size),
	        cmocka_unit_test(sizes_are_kept_between_1_and_max),
	        cmocka_unit_test(another_maximum_cuts_the_size),
	        cmocka_unit_test(it_is_raised_up_to_max_unless_it_has_met_overload),
	        cmocka_unit_test(at_first_it_grows_by_one_per_success_up_to_max),
	        cmocka_unit_test(overload_halves_it_down_to_1),
	        cmocka_unit_test(it_halves_at_most_once_per_round_trip),
	        cmocka_unit_test(after_the_first_halving_it_grows_by_one_per_window_of_successes),
	        cmocka_unit_test(a_halving_starts_the_count_of_successes_anew),
	        cmocka_unit_test(the_clock_may_start_below_zero),
	        cmocka_unit_test(an_end_without_a_beginning_is_a_broken_invariant),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
