/* What is measured over the last quarter of an hour, and what is too little to be measured. */
#include "../base/helper.h"

#include "observe/sli.h"

static struct sli sli;
static struct sli_values values;
static struct counts day;

static int setup(void **state)
{
	sli = (struct sli){0};
	day = (struct counts){0};
	return 0;
}

static void measure(msec now)
{
	sli_measure(&sli, &day, now, &values);
}

static void end(int count, enum outcome_status status, msec took, msec at)
{
	struct outcome outcome = {.status = status, .processing_ms = took};

	for (int i = 0; i < count; i++)
		sli_outcome(&sli, &outcome, at);
}

static void decide(int count, enum urgency urgency, enum sentiment sentiment, msec at)
{
	struct analysis analysis = {.urgency = urgency, .sentiment = sentiment};
	struct outcome outcome = {.status = OUTCOME_SUCCESS, .analysis = &analysis};

	for (int i = 0; i < count; i++)
		sli_outcome(&sli, &outcome, at);
}

static void fewer_than_twenty_events_say_nothing(void **state)
{
	end(18, OUTCOME_SUCCESS, 100, 0);
	end(1, OUTCOME_ERROR, 100, 0);
	sli_answers(&sli, 19, 19, 0);
	day = (struct counts){.processed = 19, .cost_nano = 1};
	measure(0);
	assert_true(values.success_rate < 0 && values.error_rate < 0 && values.p95_ms < 0);
	assert_true(values.average_ms < 0 && values.model_failures < 0 && values.negative < 0);
	assert_true(values.failure_rate < 0 && values.cost_per_ticket < 0);
	end(1, OUTCOME_ERROR, 100, 0);
	sli_answers(&sli, 1, 0, 0);
	measure(0);
	assert_true(values.success_rate == 0.9 && values.error_rate == 0.1);
	assert_true(values.model_failures == 0.95);
	assert_true(values.p95_ms < 0); /* of 18 done ones */
}

static void skipped_tickets_are_no_attempt(void **state)
{
	end(20, OUTCOME_SUCCESS, 100, 0);
	end(100, OUTCOME_SKIPPED, 100, 0);
	measure(0);
	assert_true(values.success_rate == 1);
}

static void what_is_older_than_a_quarter_of_an_hour_is_forgotten(void **state)
{
	end(20, OUTCOME_ERROR, 100, 0);
	measure(14 * MSEC_MINUTE + 59 * MSEC_SECOND);
	assert_true(values.error_rate == 1);
	assert_true(sli_moves(&sli, 14 * MSEC_MINUTE));
	measure(15 * MSEC_MINUTE);
	assert_true(values.error_rate < 0);
	assert_false(sli_moves(&sli, 16 * MSEC_MINUTE));
	end(20, OUTCOME_SUCCESS, 100, 60 * MSEC_MINUTE); /* the place of minute 0 */
	measure(60 * MSEC_MINUTE);
	assert_true(values.error_rate == 0);
}

/* 10 and 15 s are bounds, so the shares behind "p95 above 15 s" are exact. */
static void the_percentile_is_above_a_bound_exactly_when_more_than_one_in_twenty_is(void **state)
{
	end(95, OUTCOME_SUCCESS, 15000, 0);
	end(5, OUTCOME_SUCCESS, 15001, 0);
	measure(0);
	assert_true(values.p95_ms <= 15000);
	end(1, OUTCOME_SUCCESS, 15001, 0);
	measure(0);
	assert_true(values.p95_ms > 15000 && values.p95_ms < 20000);
}

static void the_percentile_is_estimated_within_its_bounds(void **state)
{
	end(90, OUTCOME_SUCCESS, 15000, 0);
	end(10, OUTCOME_SUCCESS, 20000, 0);
	measure(0);
	assert_true(values.p95_ms == 17500); /* as histogram_quantile of Prometheus says */
	assert_true(values.average_ms == 15500);
}

static void what_takes_longer_than_the_last_bound_counts_as_it(void **state)
{
	end(20, OUTCOME_SUCCESS, 300000, 0);
	measure(0);
	assert_true(values.p95_ms == 120000);
	assert_true(values.average_ms == 300000);
}

static void high_urgency_is_counted_by_polls(void **state)
{
	decide(4, URGENCY_HIGH, SENTIMENT_NEUTRAL, 0);
	sli_poll(&sli);
	decide(3, URGENCY_HIGH, SENTIMENT_NEUTRAL, 1000);
	decide(9, URGENCY_LOW, SENTIMENT_NEUTRAL, 1000);
	measure(2000);
	assert_int_equal(values.high_urgency, 4);
	decide(2, URGENCY_HIGH, SENTIMENT_NEUTRAL, MSEC_MINUTE);
	measure(MSEC_MINUTE);
	assert_int_equal(values.high_urgency, 5);
	assert_false(values.covered);
	measure(16 * MSEC_MINUTE);
	assert_int_equal(values.high_urgency, 0);
	assert_true(values.covered);
}

static void unhappy_customers_are_a_share_of_the_analysed_tickets(void **state)
{
	decide(15, URGENCY_LOW, SENTIMENT_NEUTRAL, 0);
	decide(5, URGENCY_LOW, SENTIMENT_NEGATIVE, 0);
	measure(0);
	assert_true(values.negative == 0.25);
}

static void a_queue_is_stuck_when_it_is_not_shorter_than_ten_minutes_ago(void **state)
{
	for (int minute = 0; minute < 10; minute++)
		sli_depth(&sli, 300, minute * MSEC_MINUTE);
	measure(9 * MSEC_MINUTE);
	assert_int_equal(values.depth, 300);
	assert_false(values.stuck_known);
	sli_depth(&sli, 300, 10 * MSEC_MINUTE);
	measure(10 * MSEC_MINUTE);
	assert_true(values.stuck_known && values.stuck);
	sli_depth(&sli, 299, 10 * MSEC_MINUTE);
	measure(10 * MSEC_MINUTE);
	assert_true(values.stuck_known && !values.stuck);
	assert_int_equal(values.least_depth, 299);
	sli_depth(&sli, 301, 11 * MSEC_MINUTE);
	sli_depth(&sli, 17, 5 * MSEC_MINUTE);
	measure(11 * MSEC_MINUTE);
	assert_true(values.stuck_known && values.stuck);
	assert_int_equal(values.least_depth, 17); /* it was short meanwhile */
	measure(14 * MSEC_MINUTE);
	assert_int_equal(values.depth, -1); /* nobody has said it for long */
}

static void a_day_is_measured_by_its_statistics(void **state)
{
	day = (struct counts){.processed = 95, .failed = 5, .cost_nano = 190000000};
	measure(0);
	assert_true(values.failure_rate == 0.05);
	assert_true(values.cost_per_ticket > 0.00199 && values.cost_per_ticket < 0.00201);
}

static void a_minute_ends_when_the_next_begins(void **state)
{
	assert_int_equal(sli_next_minute(0), MSEC_MINUTE);
	assert_int_equal(sli_next_minute(MSEC_MINUTE - 1), MSEC_MINUTE);
	assert_int_equal(sli_next_minute(MSEC_MINUTE), 2 * MSEC_MINUTE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup(fewer_than_twenty_events_say_nothing, setup),
	        cmocka_unit_test_setup(skipped_tickets_are_no_attempt, setup),
	        cmocka_unit_test_setup(what_is_older_than_a_quarter_of_an_hour_is_forgotten, setup),
	        cmocka_unit_test_setup(
	                the_percentile_is_above_a_bound_exactly_when_more_than_one_in_twenty_is,
	                setup),
	        cmocka_unit_test_setup(the_percentile_is_estimated_within_its_bounds, setup),
	        cmocka_unit_test_setup(what_takes_longer_than_the_last_bound_counts_as_it, setup),
	        cmocka_unit_test_setup(high_urgency_is_counted_by_polls, setup),
	        cmocka_unit_test_setup(unhappy_customers_are_a_share_of_the_analysed_tickets,
	                               setup),
	        cmocka_unit_test_setup(a_queue_is_stuck_when_it_is_not_shorter_than_ten_minutes_ago,
	                               setup),
	        cmocka_unit_test_setup(a_day_is_measured_by_its_statistics, setup),
	        cmocka_unit_test_setup(a_minute_ends_when_the_next_begins, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
