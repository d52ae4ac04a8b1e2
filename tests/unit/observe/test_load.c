/* How long the backlog will take, and the words for what limits it. */
#include "../base/helper.h"

#include "observe/load.h"

static struct pace pace;

static int setup(void **state)
{
	pace = (struct pace){0};
	return 0;
}

/* One ticket a second from `from` on, for so many seconds. */
static void work(msec from, int seconds)
{
	for (int i = 0; i < seconds; i++)
		pace_ended(&pace, from + i * MSEC_SECOND);
}

static void nothing_is_told_before_there_was_work_for_half_a_minute(void **state)
{
	assert_int_equal(pace_left(&pace, 100, 0), PACE_UNKNOWN);
	pace_work(&pace, true, 0);
	work(0, 29);
	assert_int_equal(pace_left(&pace, 100, 29 * MSEC_SECOND), PACE_UNKNOWN);
	assert_int_equal(pace_left(&pace, 0, 29 * MSEC_SECOND), 0);
	work(29 * MSEC_SECOND, 1);
	assert_int_equal(pace_left(&pace, 100, 30 * MSEC_SECOND), 100 * MSEC_SECOND);
}

static void the_rate_is_that_of_the_last_five_minutes(void **state)
{
	pace_work(&pace, true, 0);
	for (int i = 0; i < 1000; i++) /* ten a second, long ago */
		pace_ended(&pace, i * 100);
	work(600 * MSEC_SECOND, 300);
	msec left = pace_left(&pace, 1000, 900 * MSEC_SECOND);
	assert_in_range(left, 950 * MSEC_SECOND, 1050 * MSEC_SECOND);
}

static void a_time_without_work_does_not_slow_it_down(void **state)
{
	pace_work(&pace, true, 0);
	pace_work(&pace, false, 1000);
	pace_work(&pace, true, 200 * MSEC_SECOND);
	work(200 * MSEC_SECOND, 40);
	assert_int_equal(pace_left(&pace, 40, 240 * MSEC_SECOND), 40 * MSEC_SECOND);
	pace_work(&pace, false, 240 * MSEC_SECOND);
	assert_int_equal(pace_left(&pace, 40, 240 * MSEC_SECOND), PACE_UNKNOWN);
}

static void five_minutes_in_which_nothing_ends_take_for_ever(void **state)
{
	pace_work(&pace, true, 0);
	assert_int_equal(pace_left(&pace, 1, 299 * MSEC_SECOND), PACE_UNKNOWN);
	assert_int_equal(pace_left(&pace, 1, 300 * MSEC_SECOND), MSEC_NEVER);
}

static void each_limit_has_a_name_and_words_with_its_number(void **state)
{
	struct buf out;

	buf_init(&out, 1000);
	for (int i = 0; i < LOAD_LIMITS; i++) {
		assert_true(strlen(load_limit_name((enum load_limit)i)) > 0);
		buf_reset(&out);
		load_limit_text((enum load_limit)i, 64, &out);
		assert_int_equal(out.len > 0, i != LOAD_FREE);
		assert_true(str_find(buf_str(&out), STR("%")) < 0);
	}
	buf_reset(&out);
	load_limit_text(LOAD_ZENDESK_REQUESTS, 100, &out);
	assert_str(buf_str(&out), "zendesk.requests_per_minute: 100 a minute");
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup(nothing_is_told_before_there_was_work_for_half_a_minute,
	                               setup),
	        cmocka_unit_test_setup(the_rate_is_that_of_the_last_five_minutes, setup),
	        cmocka_unit_test_setup(a_time_without_work_does_not_slow_it_down, setup),
	        cmocka_unit_test_setup(five_minutes_in_which_nothing_ends_take_for_ever, setup),
	        cmocka_unit_test(each_limit_has_a_name_and_words_with_its_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
