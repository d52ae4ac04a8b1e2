/* The token bucket: exact answers, bounded windows, clocks that start anywhere. */
#include "../base/helper.h"

#include "base/prng.h"
#include "guard/bucket.h"

static void rate_0_limits_nothing(void **state)
{
	struct bucket bucket;
	bucket_init(&bucket, 0, 1, 0);
	for (int i = 0; i < 1000; i++) {
		assert_true(bucket_has(&bucket, 1e12, 0));
		assert_int_equal(bucket_when(&bucket, 1e12, 5), 5);
		bucket_take(&bucket, 1e12, 0);
	}
}

static void it_starts_full_and_refills_evenly(void **state)
{
	struct bucket bucket;
	bucket_init(&bucket, 60, 3, 0);
	for (int i = 0; i < 3; i++) {
		assert_true(bucket_has(&bucket, 1, 0));
		bucket_take(&bucket, 1, 0);
	}
	assert_false(bucket_has(&bucket, 1, 0));
	assert_int_equal(bucket_when(&bucket, 1, 0), 1000);
	assert_int_equal(bucket_when(&bucket, 3, 0), 3000);
	assert_false(bucket_has(&bucket, 1, 999));
	assert_true(bucket_has(&bucket, 1, 1000));
	assert_false(bucket_has(&bucket, 2, 1999));
	assert_true(bucket_has(&bucket, 3, 3000));
}

static void it_never_holds_more_than_its_burst(void **state)
{
	struct bucket bucket;
	bucket_init(&bucket, 60, 3, 0);
	bucket_take(&bucket, 1, 24 * MSEC_HOUR);
	bucket_take(&bucket, 2, 24 * MSEC_HOUR);
	assert_false(bucket_has(&bucket, 1, 24 * MSEC_HOUR));
	bucket_take(&bucket, -100, 24 * MSEC_HOUR);
	assert_true(bucket_has(&bucket, 3, 24 * MSEC_HOUR));
	bucket_take(&bucket, 3, 24 * MSEC_HOUR);
	assert_false(bucket_has(&bucket, 1, 24 * MSEC_HOUR));
}

static void more_than_the_burst_is_there_when_the_bucket_is_full(void **state)
{
	struct bucket bucket;
	bucket_init(&bucket, 6000, 100, 0);
	assert_true(bucket_has(&bucket, 800, 0));
	bucket_take(&bucket, 800, 0);
	assert_int_equal(bucket_when(&bucket, 1, 0), 7010);   /* 701 tokens at 100 a second */
	assert_int_equal(bucket_when(&bucket, 800, 0), 8000); /* full again */
}

static void a_debt_is_paid_off_but_never_deeper_than_ten_minutes(void **state)
{
	struct bucket bucket;
	bucket_init(&bucket, 60, 1, 0);
	bucket_take(&bucket, 31, 0);
	assert_int_equal(bucket_when(&bucket, 1, 0), 31000);
	bucket_take(&bucket, 9e18, 0);
	assert_int_equal(bucket_when(&bucket, 0, 0), BUCKET_DEBT_MAX);
	assert_int_equal(bucket_when(&bucket, 1, 0), BUCKET_DEBT_MAX + MSEC_SECOND);
}

static void giving_back_lets_the_next_one_go_earlier(void **state)
{
	struct bucket bucket;
	bucket_init(&bucket, 6000, 1000, 0);
	bucket_take(&bucket, 1000, 0);
	bucket_take(&bucket, -700, 0);
	assert_true(bucket_has(&bucket, 700, 0));
	assert_false(bucket_has(&bucket, 701, 0));
}

static void another_rate_keeps_what_is_in_the_bucket_as_far_as_it_fits(void **state)
{
	struct bucket bucket;
	bucket_init(&bucket, 60, 10, 0);
	bucket_take(&bucket, 4, 0);
	bucket_set_rate(&bucket, 600, 20, 0);
	assert_true(bucket_has(&bucket, 6, 0));
	assert_false(bucket_has(&bucket, 7, 0));
	bucket_set_rate(&bucket, 60, 2, 0);
	bucket_take(&bucket, 2, 0);
	assert_false(bucket_has(&bucket, 1, 999));
	bucket_set_rate(&bucket, 0, 1, 0);
	assert_true(bucket_has(&bucket, 1e9, 0));
	bucket_set_rate(&bucket, 60, 2, 0);
	assert_true(bucket_has(&bucket, 2, 0));
}

static void asking_often_changes_nothing(void **state)
{
	struct bucket asked, left_alone;
	bucket_init(&asked, 7, 1, 0);
	left_alone = asked;
	bucket_take(&asked, 1, 0);
	bucket_take(&left_alone, 1, 0);
	msec when = bucket_when(&left_alone, 1, 0);
	for (msec now = 0; now < when; now++)
		assert_false(bucket_has(&asked, 1, now));
	assert_true(bucket_has(&asked, 1, when));
	assert_int_equal(bucket_when(&asked, 1, when), when);
}

static void a_clock_that_seems_to_go_back_neither_refills_nor_forgets(void **state)
{
	struct bucket bucket;
	bucket_init(&bucket, 60, 1, 1000);
	bucket_take(&bucket, 1, 1000);
	assert_false(bucket_has(&bucket, 1, 500));
	assert_int_equal(bucket_when(&bucket, 1, 500), 2000);
	bucket_take(&bucket, 0, 500);
	assert_int_equal(bucket_when(&bucket, 1, 500), 2000);
}

/* The answer is the first instant: true there, false just before. */
static void assert_when_is_exact(const struct bucket *bucket, double tokens, msec now)
{
	msec when = bucket_when(bucket, tokens, now);
	assert_true(when >= now);
	assert_true(bucket_has(bucket, tokens, when));
	if (when > now)
		assert_false(bucket_has(bucket, tokens, when - 1));
}

static void when_is_the_first_instant_at_which_has_is_true(void **state)
{
	static const msec starts[] = {INT64_MIN, -12345, 0, 86400000, INT64_MAX / 2};
	struct prng prng;
	prng_seed(&prng, test_seed());
	for (int round = 0; round < 3000; round++) {
		double per_minute = (prng_unit(&prng) < 0.5) ? (double)(1 + prng_below(&prng, 1000))
		                                             : prng_unit(&prng) * 1e6 + 1e-3;
		double burst = 1 + prng_unit(&prng) * (per_minute / 10);
		msec now = starts[prng_below(&prng, ARRAY_LEN(starts))];
		struct bucket bucket;
		bucket_init(&bucket, per_minute, burst, now);
		for (int step = 0; step < 30; step++) {
			double tokens = (prng_unit(&prng) < 0.5) ? 1 : prng_unit(&prng) * 2 * burst;
			assert_when_is_exact(&bucket, tokens, now);
			if (prng_unit(&prng) < 0.3)
				now = bucket_when(&bucket, tokens, now);
			if (bucket_has(&bucket, tokens, now) || (prng_unit(&prng) < 0.2))
				bucket_take(&bucket, tokens, now);
			now += (msec)prng_below(&prng, (prng_unit(&prng) < 0.1) ? 100000000 : 2000);
		}
	}
}

static void the_end_of_time_is_never_passed(void **state)
{
	struct bucket bucket;
	bucket_init(&bucket, 60, 1, INT64_MAX - 10);
	bucket_take(&bucket, 1, INT64_MAX - 10);
	assert_true(bucket_when(&bucket, 1, INT64_MAX - 10) == MSEC_NEVER);
	bucket_init(&bucket, 1e-15, 1, 0);
	bucket_take(&bucket, 1, 0);
	assert_true(bucket_when(&bucket, 1, 0) == MSEC_NEVER);
	bucket_init(&bucket, 60, 1, INT64_MIN);
	bucket_take(&bucket, 1, INT64_MIN);
	assert_true(bucket_has(&bucket, 1, INT64_MAX));
}

/* Takes whenever it can, from a full bucket, with idle times in between, and looks at every window
 * of a minute. */
static void no_minute_sees_more_than_per_minute_and_burst(void **state)
{
	static msec taken[100000];
	struct prng prng;
	prng_seed(&prng, test_seed());
	for (int round = 0; round < 30; round++) {
		double per_minute = (double)(1 + prng_below(&prng, 300));
		double burst = 1 + prng_unit(&prng) * 30;
		struct bucket bucket;
		size_t count = 0;
		msec now = 0;
		bucket_init(&bucket, per_minute, burst, now);
		while (count < 2000) {
			now = bucket_when(&bucket, 1, now);
			bucket_take(&bucket, 1, now);
			taken[count++] = now;
			if (prng_unit(&prng) < 0.01)
				now += (msec)prng_below(&prng, 120000);
		}
		for (size_t first = 0, last = 0; last < count; last++) {
			while (taken[last] - taken[first] >= MSEC_MINUTE)
				first++;
			assert_true((double)(last - first + 1) <= per_minute + burst);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(rate_0_limits_nothing),
	        cmocka_unit_test(it_starts_full_and_refills_evenly),
	        cmocka_unit_test(it_never_holds_more_than_its_burst),
	        cmocka_unit_test(more_than_the_burst_is_there_when_the_bucket_is_full),
	        cmocka_unit_test(a_debt_is_paid_off_but_never_deeper_than_ten_minutes),
	        cmocka_unit_test(giving_back_lets_the_next_one_go_earlier),
	        cmocka_unit_test(another_rate_keeps_what_is_in_the_bucket_as_far_as_it_fits),
	        cmocka_unit_test(asking_often_changes_nothing),
	        cmocka_unit_test(a_clock_that_seems_to_go_back_neither_refills_nor_forgets),
	        cmocka_unit_test(when_is_the_first_instant_at_which_has_is_true),
	        cmocka_unit_test(the_end_of_time_is_never_passed),
	        cmocka_unit_test(no_minute_sees_more_than_per_minute_and_burst),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
