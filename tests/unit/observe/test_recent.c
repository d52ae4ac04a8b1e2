/* The share of the last tickets that used up their attempts. */
#include "../base/helper.h"

#include "observe/recent.h"

static struct recent recent;

static int setup(void **state)
{
	recent = (struct recent){0};
	return 0;
}

static void add(int count, enum recent_end end, msec at)
{
	for (int i = 0; i < count; i++)
		recent_add(&recent, end, at);
}

static bool too_much(msec now)
{
	struct recent_counts counts = recent_counts(&recent, now);

	return recent_is_too_much(&counts, counts.model_failed + counts.zendesk_failed);
}

static void fewer_than_twenty_say_nothing(void **state)
{
	add(19, RECENT_MODEL_FAILED, 0);
	assert_false(too_much(0));
	add(1, RECENT_FINE, 0);
	assert_true(too_much(0));
}

static void one_in_fifty_is_healthy_and_two_are_not(void **state)
{
	add(49, RECENT_FINE, 0);
	add(1, RECENT_ZENDESK_FAILED, 0);
	assert_false(too_much(0));
	add(1, RECENT_MODEL_FAILED, 0);
	assert_true(too_much(0));
}

static void only_the_last_fifty_count(void **state)
{
	struct recent_counts counts;

	add(50, RECENT_MODEL_FAILED, 0);
	add(49, RECENT_FINE, 0);
	counts = recent_counts(&recent, 0);
	assert_int_equal(counts.tickets, 50);
	assert_int_equal(counts.model_failed, 1);
	assert_int_equal(counts.zendesk_failed, 0);
}

static void what_ended_more_than_five_minutes_ago_is_forgotten(void **state)
{
	add(20, RECENT_MODEL_FAILED, 0);
	assert_true(too_much(RECENT_SPAN));
	assert_false(too_much(RECENT_SPAN + 1));
	assert_int_equal(recent_counts(&recent, RECENT_SPAN + 1).tickets, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup(fewer_than_twenty_say_nothing, setup),
	        cmocka_unit_test_setup(one_in_fifty_is_healthy_and_two_are_not, setup),
	        cmocka_unit_test_setup(only_the_last_fifty_count, setup),
	        cmocka_unit_test_setup(what_ended_more_than_five_minutes_ago_is_forgotten, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
