/* Histograms count each value at the first bound that is not smaller. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "observe/histogram.h"

static void a_value_counts_at_its_bound_and_at_all_larger_ones(void **state)
{
	struct histogram histogram;

	(void)state;
	histogram_init(&histogram, &HISTOGRAM_REQUEST);
	histogram_add(&histogram, 0.1);  /* at most the first bound */
	histogram_add(&histogram, 10);   /* a bound itself */
	histogram_add(&histogram, 10.1); /* just beyond */
	histogram_add(&histogram, 500);  /* beyond all */
	assert_int_equal(histogram_upto(&histogram, 0), 1);
	assert_int_equal(histogram_upto(&histogram, 10), 1); /* 7.5 */
	assert_int_equal(histogram_upto(&histogram, 11), 2); /* 10 */
	assert_int_equal(histogram_upto(&histogram, 12), 3); /* 15 */
	assert_int_equal(histogram_upto(&histogram, 18), 3); /* 120 */
	assert_int_equal(histogram_upto(&histogram, 19), 4);
	assert_true(fabs(histogram.sum - 520.2) < 1e-9);
}

static void what_is_no_number_is_ignored_and_what_is_negative_is_nothing(void **state)
{
	struct histogram histogram;

	(void)state;
	histogram_init(&histogram, &HISTOGRAM_LAG);
	histogram_add(&histogram, NAN);
	assert_int_equal(histogram_upto(&histogram, HISTOGRAM_LAG.count), 0);
	histogram_add(&histogram, -3);
	histogram_add(&histogram, INFINITY);
	assert_int_equal(histogram_upto(&histogram, 0), 1);
	assert_int_equal(histogram_upto(&histogram, HISTOGRAM_LAG.count), 2);
	assert_true(histogram.sum > 0);
}

static void the_bounds_ascend_and_hold_the_promises(void **state)
{
	const struct histogram_bounds *all[] = {&HISTOGRAM_REQUEST, &HISTOGRAM_WAIT,
	                                        &HISTOGRAM_STORE, &HISTOGRAM_LAG,
	                                        &HISTOGRAM_CONFIDENCE};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_in_range(all[i]->count, 1, HISTOGRAM_BOUNDS_MAX);
		for (size_t j = 1; j < all[i]->count; j++)
			assert_true(all[i]->at[j] > all[i]->at[j - 1]);
	}
	assert_true(HISTOGRAM_REQUEST.at[11] == 10 && HISTOGRAM_REQUEST.at[12] == 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_value_counts_at_its_bound_and_at_all_larger_ones),
	        cmocka_unit_test(what_is_no_number_is_ignored_and_what_is_negative_is_nothing),
	        cmocka_unit_test(the_bounds_ascend_and_hold_the_promises),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
