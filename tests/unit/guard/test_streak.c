/* Whose fault failures in a row are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "guard/streak.h"

static void failures_of_different_tickets_in_a_row_are_the_services(void **state)
{
	struct streak streak;

	(void)state;
	streak_init(&streak, 0);
	for (uint64_t ticket = 1; ticket <= 200; ticket++)
		streak_failed(&streak, ticket, 10);
	assert_true(streak_good(&streak, 20));
	assert_false(streak_good(&streak, 21));
}

static void a_few_tickets_that_fail_among_others_fail_by_themselves(void **state)
{
	struct streak streak;

	(void)state;
	streak_init(&streak, 0);
	for (msec now = 0; now < 100; now++) {
		streak_failed(&streak, 7, now);
		streak_failed(&streak, 8, now);
	}
	assert_false(streak_good(&streak, 100));
}

static void a_probe_asks_after_silence_only(void **state)
{
	struct streak streak;

	(void)state;
	streak_init(&streak, 0);
	assert_false(streak_is_doubtful(&streak, true, MSEC_HOUR));
	streak_failed(&streak, 1, 1000);
	assert_false(streak_is_doubtful(&streak, true, STREAK_SILENCE - 1));
	assert_false(streak_is_doubtful(&streak, false, STREAK_SILENCE));
	assert_true(streak_is_doubtful(&streak, true, STREAK_SILENCE));
	streak_failed(&streak, 2, 1000);
	streak_failed(&streak, 3, 1000);
	assert_true(streak_is_doubtful(&streak, false, STREAK_SILENCE));
}

static void an_outage_begins_with_its_first_failure_not_when_nobody_asked(void **state)
{
	struct streak streak;

	(void)state;
	streak_init(&streak, 0);
	assert_int_equal(streak_since(&streak, MSEC_HOUR), MSEC_HOUR);
	streak_failed(&streak, 1, MSEC_HOUR);
	streak_failed(&streak, 1, MSEC_HOUR + 500);
	assert_int_equal(streak_since(&streak, 2 * MSEC_HOUR), MSEC_HOUR);
	(void)streak_good(&streak, 2 * MSEC_HOUR);
	assert_int_equal(streak_since(&streak, 3 * MSEC_HOUR), 3 * MSEC_HOUR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(failures_of_different_tickets_in_a_row_are_the_services),
	        cmocka_unit_test(a_few_tickets_that_fail_among_others_fail_by_themselves),
	        cmocka_unit_test(a_probe_asks_after_silence_only),
	        cmocka_unit_test(an_outage_begins_with_its_first_failure_not_when_nobody_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
