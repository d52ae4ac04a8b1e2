/* The circuit breaker, state by state. */
#include "../base/helper.h"

#include "guard/breaker.h"

#define THRESHOLD 5
#define TIMEOUT (60 * MSEC_SECOND)

static struct breaker opened_at(msec now)
{
	struct breaker breaker;
	breaker_init(&breaker, THRESHOLD, TIMEOUT);
	for (int i = 0; i < THRESHOLD; i++)
		breaker_failure(&breaker, now);
	assert_int_equal(breaker.state, BREAKER_OPEN);
	return breaker;
}

static struct breaker probing_since(msec now)
{
	struct breaker breaker = opened_at(now - TIMEOUT);
	assert_true(breaker_may(&breaker, now));
	breaker_sent(&breaker);
	return breaker;
}

static void states_have_names(void **state)
{
	assert_string_equal(breaker_state_name(BREAKER_CLOSED), "closed");
	assert_string_equal(breaker_state_name(BREAKER_OPEN), "open");
	assert_string_equal(breaker_state_name(BREAKER_HALF_OPEN), "half-open");
	assert_fatal((void)breaker_state_name((enum breaker_state)3));
	fatal_set_handler(NULL);
}

static void it_starts_closed_and_lets_everything_through(void **state)
{
	struct breaker breaker;
	breaker_init(&breaker, THRESHOLD, TIMEOUT);
	for (int i = 0; i < 100; i++) {
		assert_true(breaker_may(&breaker, 0));
		assert_int_equal(breaker_when(&breaker, 7), 7);
		breaker_sent(&breaker);
	}
}

static void it_opens_after_threshold_failures_in_a_row(void **state)
{
	struct breaker breaker;
	breaker_init(&breaker, THRESHOLD, TIMEOUT);
	for (int i = 1; i < THRESHOLD; i++) {
		breaker_failure(&breaker, 0);
		assert_true(breaker_may(&breaker, 0));
	}
	breaker_failure(&breaker, 0);
	assert_false(breaker_may(&breaker, 0));
	assert_int_equal(breaker.opened_total, 1);
}

static void a_success_between_failures_starts_the_count_anew(void **state)
{
	struct breaker breaker;
	breaker_init(&breaker, THRESHOLD, TIMEOUT);
	for (int i = 0; i < 100; i++) {
		if (i % THRESHOLD == 0)
			breaker_success(&breaker);
		else
			breaker_failure(&breaker, 0);
		assert_int_equal(breaker.state, BREAKER_CLOSED);
	}
}

static void threshold_0_never_opens(void **state)
{
	struct breaker breaker;
	breaker_init(&breaker, 0, TIMEOUT);
	for (int i = 0; i < 1000; i++)
		breaker_failure(&breaker, 0);
	assert_true(breaker_may(&breaker, 0));
}

static void it_stays_open_until_its_timeout_to_the_millisecond(void **state)
{
	struct breaker breaker = opened_at(1000);
	assert_int_equal(breaker_when(&breaker, 1000), 1000 + TIMEOUT);
	assert_false(breaker_may(&breaker, 1000 + TIMEOUT - 1));
	assert_int_equal(breaker.state, BREAKER_OPEN);
	assert_true(breaker_may(&breaker, 1000 + TIMEOUT));
	assert_int_equal(breaker.state, BREAKER_HALF_OPEN);
}

static void further_failures_do_not_keep_it_open_longer(void **state)
{
	struct breaker breaker = opened_at(1000);
	breaker_failure(&breaker, 30000);
	assert_int_equal(breaker_when(&breaker, 30000), 1000 + TIMEOUT);
	assert_int_equal(breaker.opened_total, 1);
	breaker_success(&breaker);
	assert_int_equal(breaker.state, BREAKER_OPEN);
}

static void half_open_lets_one_probe_through(void **state)
{
	struct breaker breaker = opened_at(0);
	assert_true(breaker_may(&breaker, TIMEOUT));
	assert_true(breaker_may(&breaker, TIMEOUT)); /* asking is not sending */
	assert_int_equal(breaker_when(&breaker, TIMEOUT), TIMEOUT);
	breaker_sent(&breaker);
	assert_false(breaker_may(&breaker, TIMEOUT));
	assert_false(breaker_may(&breaker, 100 * TIMEOUT));
	assert_true(breaker_when(&breaker, TIMEOUT) == MSEC_NEVER);
}

static void a_probe_that_is_answered_closes_it(void **state)
{
	struct breaker breaker = probing_since(TIMEOUT);
	breaker_success(&breaker);
	assert_int_equal(breaker.state, BREAKER_CLOSED);
	assert_true(breaker_may(&breaker, TIMEOUT));
	for (int i = 1; i < THRESHOLD; i++)
		breaker_failure(&breaker, TIMEOUT);
	assert_int_equal(breaker.state, BREAKER_CLOSED); /* the count began at nought */
}

static void a_probe_that_fails_opens_it_for_another_timeout(void **state)
{
	struct breaker breaker = probing_since(TIMEOUT);
	breaker_failure(&breaker, TIMEOUT + 500);
	assert_int_equal(breaker.state, BREAKER_OPEN);
	assert_int_equal(breaker.opened_total, 2);
	assert_int_equal(breaker_when(&breaker, TIMEOUT + 500), 2 * TIMEOUT + 500);
	assert_false(breaker_may(&breaker, 2 * TIMEOUT + 499));
	assert_true(breaker_may(&breaker, 2 * TIMEOUT + 500));
}

static void an_abandoned_probe_lets_another_go(void **state)
{
	struct breaker breaker = probing_since(TIMEOUT);
	breaker_abandoned(&breaker);
	assert_int_equal(breaker.state, BREAKER_HALF_OPEN);
	assert_int_equal(breaker_when(&breaker, TIMEOUT + 1), TIMEOUT + 1);
	assert_true(breaker_may(&breaker, TIMEOUT + 1));
	breaker_sent(&breaker);
	assert_false(breaker_may(&breaker, TIMEOUT + 1));
}

static void results_from_before_the_probe_are_stale(void **state)
{
	struct breaker breaker = opened_at(1000);
	assert_true(breaker_is_stale(&breaker, 0));
	assert_true(breaker_is_stale(&breaker, 1000));
	assert_true(breaker_may(&breaker, 1000 + TIMEOUT));
	assert_true(breaker_is_stale(&breaker, 1000));
	assert_false(breaker_is_stale(&breaker, 1000 + TIMEOUT));
	breaker_success(&breaker);
	assert_false(breaker_is_stale(&breaker, 0));
}

static void sending_against_its_word_is_a_broken_invariant(void **state)
{
	struct breaker open = opened_at(0), probing = probing_since(TIMEOUT);
	assert_fatal(breaker_sent(&open));
	assert_fatal(breaker_sent(&probing));
	fatal_set_handler(NULL);
}

static void it_works_wherever_the_clock_starts_and_however_it_jumps(void **state)
{
	static const msec starts[] = {INT64_MIN, INT64_MIN / 2, -1,
	                              0,         INT64_MAX / 2, INT64_MAX - TIMEOUT};
	for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
		struct breaker breaker = opened_at(starts[i]);
		assert_false(breaker_may(&breaker, starts[i] + TIMEOUT - 1));
		assert_true(breaker_may(&breaker, starts[i] + TIMEOUT));
	}
	struct breaker breaker = opened_at(INT64_MIN);
	assert_true(breaker_may(&breaker, INT64_MAX));
	breaker = opened_at(INT64_MAX - 1);
	assert_true(breaker_when(&breaker, INT64_MAX - 1) == MSEC_NEVER);
	breaker_init(&breaker, 1, -5);
	breaker_failure(&breaker, 10);
	assert_true(breaker_may(&breaker, 10));
}

static void other_bounds_keep_what_was_counted(void **state)
{
	struct breaker breaker;
	breaker_init(&breaker, 5, 1000);
	breaker_failure(&breaker, 10);
	breaker_failure(&breaker, 10);
	breaker_set(&breaker, 3, 5000);
	assert_true(breaker_may(&breaker, 10));
	breaker_failure(&breaker, 10);
	assert_int_equal(breaker.state, BREAKER_OPEN);
	assert_int_equal(breaker_when(&breaker, 10), 5010);
	breaker_set(&breaker, 3, 100); /* while it is open */
	assert_int_equal(breaker_when(&breaker, 10), 110);
	breaker_set(&breaker, 3, -1);
	assert_int_equal(breaker_when(&breaker, 10), 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(states_have_names),
	        cmocka_unit_test(it_starts_closed_and_lets_everything_through),
	        cmocka_unit_test(it_opens_after_threshold_failures_in_a_row),
	        cmocka_unit_test(a_success_between_failures_starts_the_count_anew),
	        cmocka_unit_test(threshold_0_never_opens),
	        cmocka_unit_test(it_stays_open_until_its_timeout_to_the_millisecond),
	        cmocka_unit_test(further_failures_do_not_keep_it_open_longer),
	        cmocka_unit_test(half_open_lets_one_probe_through),
	        cmocka_unit_test(a_probe_that_is_answered_closes_it),
	        cmocka_unit_test(a_probe_that_fails_opens_it_for_another_timeout),
	        cmocka_unit_test(an_abandoned_probe_lets_another_go),
	        cmocka_unit_test(results_from_before_the_probe_are_stale),
	        cmocka_unit_test(other_bounds_keep_what_was_counted),
	        cmocka_unit_test(sending_against_its_word_is_a_broken_invariant),
	        cmocka_unit_test(it_works_wherever_the_clock_starts_and_however_it_jumps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
