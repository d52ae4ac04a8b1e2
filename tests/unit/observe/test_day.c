/* Counters of the last 24 hours. */
#include "../base/helper.h"

#include "observe/day.h"

#define WALL INT64_C(1762381981000) /* 2025-11-05T22:33:01Z */

static struct day day;

static int setup(void **state)
{
	day_init(&day);
	return 0;
}

static void count(enum outcome_status status, msec took, msec wall)
{
	day_count(&day, &(struct outcome){.status = status, .processing_ms = took}, wall);
}

static void each_end_is_counted_in_its_place(void **state)
{
	count(OUTCOME_SUCCESS, 3000, WALL);
	count(OUTCOME_DRY_RUN, 1000, WALL);
	count(OUTCOME_ERROR, 9000, WALL);
	count(OUTCOME_SKIPPED, 9000, WALL);
	struct day_counts total = day_total(&day, WALL);
	assert_int_equal(total.processed, 2);
	assert_int_equal(total.failed, 1);
	assert_int_equal(total.skipped, 1);
	assert_int_equal(day_latency(&total), 2000);
	assert_true(day_success_rate(&total) > 0.666 && day_success_rate(&total) < 0.667);
}

static void nothing_counted_is_not_known(void **state)
{
	struct day_counts total = day_total(&day, WALL);
	assert_int_equal(day_latency(&total), -1);
	assert_true(day_success_rate(&total) < 0);
	count(OUTCOME_SKIPPED, 0, WALL);
	total = day_total(&day, WALL);
	assert_true(day_success_rate(&total) < 0); /* skipped is neither */
}

static void quarters_fall_out_one_by_one_after_a_day(void **state)
{
	for (int i = 0; i < DAY_QUARTERS; i++)
		count(OUTCOME_SUCCESS, 10, WALL + i * DAY_QUARTER);
	msec last = WALL + (DAY_QUARTERS - 1) * DAY_QUARTER;
	assert_int_equal(day_total(&day, last).processed, DAY_QUARTERS);
	assert_int_equal(day_total(&day, last + DAY_QUARTER).processed, DAY_QUARTERS - 1);
	assert_int_equal(day_total(&day, last + 50 * DAY_QUARTER).processed, DAY_QUARTERS - 50);
	assert_int_equal(day_total(&day, last + DAY_QUARTERS * DAY_QUARTER).processed, 0);
	count(OUTCOME_SUCCESS, 10, last + 10 * DAY_QUARTER); /* takes the place of one that is over */
	assert_int_equal(day_total(&day, last + 10 * DAY_QUARTER).processed, DAY_QUARTERS - 10 + 1);
}

static void a_clock_that_jumps_counts_nothing_twice_and_nothing_of_the_future(void **state)
{
	const msec days = 3 * 24 * MSEC_HOUR;
	count(OUTCOME_SUCCESS, 10, WALL);
	count(OUTCOME_SUCCESS, 10, WALL + days); /* it was set forth … */
	assert_int_equal(day_total(&day, WALL + days).processed, 1);
	count(OUTCOME_SUCCESS, 10, WALL); /* … and back */
	assert_int_equal(day_total(&day, WALL).processed, 1);
	count(OUTCOME_ERROR, 10, -5);
	assert_int_equal(day_total(&day, WALL).failed, 0);
}

static void a_day_survives_a_restart(void **state)
{
	struct buf out;
	struct day_counts before, after;
	struct err err;
	buf_init(&out, 100000);
	count(OUTCOME_SUCCESS, 1234, WALL);
	count(OUTCOME_ERROR, 0, WALL - 5 * MSEC_HOUR);
	count(OUTCOME_SKIPPED, 0, WALL - 5 * MSEC_HOUR);
	day_export(&day, &out);
	before = day_total(&day, WALL);
	day_init(&day);
	assert_int_equal(day_import(&day, buf_str(&out), &err), 0);
	after = day_total(&day, WALL);
	assert_memory_equal(&before, &after, sizeof(before));
	buf_free(&out);
	buf_init(&out, 100000);
	day_init(&day);
	day_export(&day, &out);
	assert_str(buf_str(&out), "{\"quarters\":[]}");
	assert_int_equal(day_import(&day, buf_str(&out), &err), 0);
	buf_free(&out);
}

static void a_full_day_fits_and_comes_back(void **state)
{
	struct buf out;
	struct err err;
	buf_init(&out, 100000);
	for (int i = 0; i < DAY_QUARTERS; i++)
		count(OUTCOME_SUCCESS, 10, WALL + i * DAY_QUARTER);
	day_export(&day, &out);
	day_init(&day);
	assert_int_equal(day_import(&day, buf_str(&out), &err), 0);
	assert_int_equal(day_total(&day, WALL + (DAY_QUARTERS - 1) * DAY_QUARTER).processed, DAY_QUARTERS);
	buf_free(&out);
}

static void what_is_not_ours_is_refused_and_changes_nothing(void **state)
{
	static const char *const wrong[] = {
	        "",
	        "[]",
	        "{}",
	        "{\"quarters\":7}",
	        "{\"quarters\":[7]}",
	        "{\"quarters\":[[1,2,3]]}",
	        "{\"quarters\":[[0,1,1,1,1,1]]}",
	        "{\"quarters\":[[5,-1,1,1,1,1]]}",
	        "{\"quarters\":[[5,1.5,1,1,1,1]]}",
	        "{\"quarters\":[[5,\"1\",1,1,1,1]]}",
	        "{\"quarters\":[[5,9223372036854775807,1,1,1,1]]}",
	        "{\"quarters\":[[5,1,1,1,1,1],[5,1,1,1,1,1]]}",
	};
	struct err err;
	count(OUTCOME_SUCCESS, 10, WALL);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		err.text[0] = '\0';
		assert_int_equal(day_import(&day, str_of(wrong[i]), &err), -1);
		assert_int_not_equal(err.text[0], '\0');
		assert_int_equal(day_total(&day, WALL).processed, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup(each_end_is_counted_in_its_place, setup),
	        cmocka_unit_test_setup(nothing_counted_is_not_known, setup),
	        cmocka_unit_test_setup(quarters_fall_out_one_by_one_after_a_day, setup),
	        cmocka_unit_test_setup(a_clock_that_jumps_counts_nothing_twice_and_nothing_of_the_future, setup),
	        cmocka_unit_test_setup(a_day_survives_a_restart, setup),
	        cmocka_unit_test_setup(a_full_day_fits_and_comes_back, setup),
	        cmocka_unit_test_setup(what_is_not_ours_is_refused_and_changes_nothing, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
