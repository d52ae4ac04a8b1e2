/* Delays and time-outs that grow. */
#include "../base/helper.h"

#include "guard/backoff.h"

static void delays_are_1_2_4_seconds_within_a_quarter(void **state)
{
	struct prng prng;
	prng_seed(&prng, test_seed());
	for (int attempt = 1; attempt <= 5; attempt++) {
		msec nominal = MSEC_SECOND << (attempt - 1), least = MSEC_NEVER, most = 0;
		for (int i = 0; i < 2000; i++) {
			msec got = backoff_delay(2, attempt, &prng);
			least = got < least ? got : least;
			most = got > most ? got : most;
		}
		assert_true(least >= nominal * 3 / 4 && least < nominal * 8 / 10);
		assert_true(most <= nominal * 5 / 4 && most > nominal * 12 / 10);
	}
}

static void factor_1_keeps_the_delay_at_a_second(void **state)
{
	struct prng prng;
	prng_seed(&prng, test_seed());
	for (int attempt = 1; attempt < 100; attempt++) {
		msec got = backoff_delay(1, attempt, &prng);
		assert_true(got >= 750 && got <= 1250);
	}
}

static void no_delay_is_longer_than_5_minutes(void **state)
{
	struct prng prng;
	prng_seed(&prng, test_seed());
	assert_true(backoff_delay(2, 30, &prng) == 5 * MSEC_MINUTE);
	assert_true(backoff_delay(10, INT32_MAX, &prng) == 5 * MSEC_MINUTE);
	for (int i = 0; i < 1000; i++)
		assert_true(backoff_delay(2, 9, &prng) <= 5 * MSEC_MINUTE);
}

static void attempts_below_1_count_as_the_first(void **state)
{
	struct prng prng;
	prng_seed(&prng, test_seed());
	assert_true(backoff_delay(2, 0, &prng) <= 1250);
	assert_true(backoff_delay(2, INT32_MIN, &prng) <= 1250);
	assert_int_equal(backoff_timeout(1000, 0), 1000);
}

static void the_same_seed_gives_the_same_delays(void **state)
{
	struct prng a, b;
	prng_seed(&a, 42);
	prng_seed(&b, 42);
	for (int i = 1; i < 20; i++)
		assert_int_equal(backoff_delay(2, i, &a), backoff_delay(2, i, &b));
}

static void each_timeout_is_half_as_long_again(void **state)
{
	assert_int_equal(backoff_timeout(60000, 1), 60000);
	assert_int_equal(backoff_timeout(60000, 2), 90000);
	assert_int_equal(backoff_timeout(60000, 3), 135000);
	assert_int_equal(backoff_timeout(3600000, 10), BACKOFF_TIMEOUT_MAX);
	assert_int_equal(backoff_timeout(100, INT32_MAX), BACKOFF_TIMEOUT_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(delays_are_1_2_4_seconds_within_a_quarter),
	        cmocka_unit_test(factor_1_keeps_the_delay_at_a_second),
	        cmocka_unit_test(no_delay_is_longer_than_5_minutes),
	        cmocka_unit_test(attempts_below_1_count_as_the_first),
	        cmocka_unit_test(the_same_seed_gives_the_same_delays),
	        cmocka_unit_test(each_timeout_is_half_as_long_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
