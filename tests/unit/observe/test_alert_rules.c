/* What each rule calls bad, well, and unknown. */
#include "alert_lab.h"

static struct alert_reading readings[ALERT_RULES];
static bool active[ALERT_RULES];

static int setup(void **state)
{
	memset(active, 0, sizeof(active));
	return lab_setup(state);
}

static const struct alert_reading *reading_of(int rule)
{
	alert_rules_read(&facts, active, readings);
	return &readings[rule];
}

static bool is_bad(int rule)
{
	return reading_of(rule)->known && reading_of(rule)->bad;
}

static bool is_clear(int rule)
{
	return reading_of(rule)->known && reading_of(rule)->clear;
}

static void every_rule_has_a_name_of_its_own_and_words(void **state)
{
	for (int rule = 0; rule < ALERT_RULES; rule++) {
		const struct alert_row *row = alert_rules_row((enum alert_rule)rule);

		assert_non_null(row->name);
		assert_non_null(row->title);
		assert_non_null(row->text);
		assert_int_equal(alert_rules_find(str_of(row->name)), rule);
		assert_int_equal(row->unit != UNIT_NONE, row->option != NULL);
		assert_int_equal(row->unit != UNIT_NONE, row->now != NULL);
	}
	assert_int_equal(alert_rules_find(STR("other")), -1);
	assert_int_equal(alert_rules_find(STR("")), -1);
}

static void the_rules_of_the_engine_are_its_alerts(void **state)
{
	for (int kind = 0; kind < ALERT_KINDS; kind++) {
		const struct alert_row *row = alert_rules_row(RULE_ENGINE + (unsigned)kind);

		assert_string_equal(row->name, alert_kind_name((enum alert_kind)kind));
		assert_int_equal(
		        row->severity,
		        alert_raised((enum alert_kind)kind, (struct ticket_key){0}).severity);
	}
}

static void people_are_told_after_two_minutes_and_at_once_of_what_stops_everything(void **state)
{
	static const int at_once[] = {RULE_DISK, RULE_WRITES_ON_HOLD,
	                              RULE_ENGINE + ALERT_ZENDESK_REFUSED,
	                              RULE_ENGINE + ALERT_MODEL_REFUSED};

	for (int rule = 0; rule < ALERT_RULES; rule++) {
		bool now = false;

		for (size_t i = 0; i < ARRAY_LEN(at_once); i++)
			now = now || at_once[i] == rule;
		assert_int_equal(alert_rules_row((enum alert_rule)rule)->hold,
		                 now ? 0 : 2 * MSEC_MINUTE);
	}
}

static void a_service_that_is_well_has_no_bad_rule(void **state)
{
	alert_rules_read(&facts, active, readings);
	for (int rule = 0; rule < ALERT_RULES; rule++)
		assert_false(readings[rule].bad);
}

static void a_service_that_has_seen_nothing_calls_nothing_over(void **state)
{
	lab_ignorant();
	alert_rules_read(&facts, active, readings);
	for (int rule = 0; rule < ALERT_RULES; rule++) {
		assert_false(readings[rule].known && readings[rule].bad);
		/* what is known of itself: the stop is in a file, the configuration was read */
		if (rule != RULE_WRITES_ON_HOLD && rule != RULE_RELOAD_REFUSED)
			assert_false(readings[rule].known && readings[rule].clear);
	}
}

/* The specification's thresholds: what is at them is well. */
static void thresholds_are_those_of_the_specification(void **state)
{
	const struct {
		int rule;
		double *value, good, bad, well_again;
	} rows[] = {
	        {RULE_SUCCESS_RATE, &facts.sli.success_rate, 0.99, 0.989, 0.9911},
	        {RULE_P95_LATENCY, &facts.sli.p95_ms, 15000, 15001, 13499},
	        {RULE_ERROR_RATE, &facts.sli.error_rate, 0.005, 0.0051, 0.0044},
	        {RULE_MODEL_FAILURES, &facts.sli.model_failures, 0.02, 0.021, 0.0179},
	        {RULE_COST_PER_TICKET, &facts.sli.cost_per_ticket, 0.002, 0.0021, 0.00179},
	        {RULE_SLOW_PROCESSING, &facts.sli.average_ms, 10000, 10001, 8999},
	        {RULE_FAILURE_RATE, &facts.sli.failure_rate, 0.05, 0.051, 0.044},
	        {RULE_NEGATIVE_SENTIMENT, &facts.sli.negative, 0.2, 0.21, 0.179},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		*rows[i].value = rows[i].good;
		assert_false(is_bad(rows[i].rule));
		assert_false(is_clear(rows[i].rule)); /* but not well enough to be over */
		*rows[i].value = rows[i].bad;
		assert_true(is_bad(rows[i].rule));
		*rows[i].value = rows[i].well_again;
		assert_true(is_clear(rows[i].rule));
		*rows[i].value = -1;
		assert_false(reading_of(rows[i].rule)->known);
		lab_well();
	}
}

static void high_urgency_is_more_than_five_tickets_of_a_poll(void **state)
{
	facts.sli.high_urgency = 5;
	assert_false(is_bad(RULE_HIGH_URGENCY));
	facts.sli.high_urgency = 6;
	assert_true(is_bad(RULE_HIGH_URGENCY));
	facts.sli.high_urgency = 0;
	assert_true(is_clear(RULE_HIGH_URGENCY));
	facts.sli.covered = false; /* the polls before the start are not known */
	assert_false(is_clear(RULE_HIGH_URGENCY));
}

static void a_long_queue_counts_only_when_it_does_not_get_shorter(void **state)
{
	facts.sli.depth = facts.sli.least_depth = 201;
	assert_false(is_bad(RULE_QUEUE_DEPTH));
	assert_true(is_clear(RULE_QUEUE_DEPTH));
	facts.sli.stuck = true;
	assert_true(is_bad(RULE_QUEUE_DEPTH));
	facts.paused = true;
	assert_false(is_bad(RULE_QUEUE_DEPTH));
	facts.paused = false;
	facts.sli.depth = 200;
	assert_false(is_bad(RULE_QUEUE_DEPTH));
	assert_false(is_clear(RULE_QUEUE_DEPTH));
	facts.sli.depth = 179;
	assert_true(is_clear(RULE_QUEUE_DEPTH));
	facts.sli.depth = 1000;
	facts.sli.stuck = facts.sli.stuck_known = false;
	assert_false(reading_of(RULE_QUEUE_DEPTH)->known);
}

/* Many come at once, and are worked off: their number is larger than ten minutes ago, and falls. */
static void tickets_that_have_just_come_are_no_queue_that_does_not_get_shorter(void **state)
{
	facts.sli.depth = 300;
	facts.sli.stuck = true;
	facts.sli.least_depth = 200;
	assert_false(is_bad(RULE_QUEUE_DEPTH));
	facts.sli.least_depth = 201;
	assert_true(is_bad(RULE_QUEUE_DEPTH));
}

static void nothing_is_stale_while_nothing_is_expected(void **state)
{
	facts.idle = MSEC_HOUR;
	assert_false(is_bad(RULE_STALE));
	facts.idle = MSEC_HOUR + 1;
	assert_true(is_bad(RULE_STALE));
	facts.paused = true;
	assert_false(is_bad(RULE_STALE));
	facts.paused = false;
	facts.stopped = "Writing is stopped by root since 10:00";
	assert_false(is_bad(RULE_STALE));
	facts.stopped = NULL;
	lab_config->zendesk.poll_interval = MSEC_HOUR;
	assert_false(is_bad(RULE_STALE));
	facts.idle = 3 * MSEC_HOUR + 1;
	assert_true(is_bad(RULE_STALE));
}

static void a_disk_is_full_below_its_threshold(void **state)
{
	facts.disk_free = (int64_t)256 << 20;
	assert_false(is_bad(RULE_DISK));
	assert_false(is_clear(RULE_DISK));
	facts.disk_free--;
	assert_true(is_bad(RULE_DISK));
	facts.disk_free = (int64_t)285 << 20;
	assert_true(is_clear(RULE_DISK));
	facts.disk_free = 0;
	assert_true(is_bad(RULE_DISK));
	facts.disk_free = -1;
	assert_false(reading_of(RULE_DISK)->known);
}

static void a_model_retires_a_month_before_it_is_shut_down(void **state)
{
	facts.model_leaves_in = 30 * MSEC_DAY;
	assert_false(is_bad(RULE_RETIRING));
	facts.model_leaves_in = 30 * MSEC_DAY - 1;
	assert_true(is_bad(RULE_RETIRING));
	facts.model_works = false; /* an outage does not move the date */
	assert_true(is_bad(RULE_RETIRING));
	facts.model_leaves_in = -1;
	assert_false(reading_of(RULE_RETIRING)->known);
	facts.model_works = true;
	assert_true(is_clear(RULE_RETIRING));
}

static void thresholds_are_options_and_can_be_switched_off(void **state)
{
	struct config_alerts *limits = &lab_config->alerts;

	facts.sli.p95_ms = facts.sli.average_ms = 1e6;
	facts.sli.cost_per_ticket = 1;
	facts.sli.depth = facts.sli.high_urgency = 100000;
	facts.sli.stuck = true;
	facts.idle = MSEC_DAY;
	facts.disk_free = 0;
	facts.model_leaves_in = 0;
	limits->p95_latency = limits->slow_processing = limits->stale = limits->retiring_days = 0;
	limits->queue_depth = limits->high_urgency = limits->disk_free = 0;
	limits->cost_per_ticket = 0;
	facts.sli.success_rate = 0;
	limits->success_rate = 0;
	facts.sli.error_rate = facts.sli.model_failures = facts.sli.negative = 1;
	facts.sli.failure_rate = 1;
	limits->error_rate = limits->model_failures = limits->negative_sentiment = 1;
	limits->failure_rate = 1;
	for (int rule = 0; rule < ALERT_RULES; rule++)
		assert_false(is_bad(rule));
	limits->error_rate = 0.5;
	assert_true(is_bad(RULE_ERROR_RATE));
}

static void an_alert_of_the_engine_is_over_when_the_opposite_was_seen(void **state)
{
	int rule = RULE_ENGINE + ALERT_MODEL_DOWN;

	facts.engine[ALERT_MODEL_DOWN] = "it does not answer";
	assert_true(is_bad(rule));
	facts.engine[ALERT_MODEL_DOWN] = NULL;
	assert_true(is_clear(rule));
	facts.model_works = false;
	assert_false(reading_of(rule)->known);
}

static void health_is_told_only_when_no_alert_tells_why(void **state)
{
	facts.checks[CHECK_LLM] = HEALTH_DEGRADED;
	assert_true(is_bad(RULE_DEGRADED));
	assert_false(is_bad(RULE_UNHEALTHY));
	facts.engine[ALERT_MODEL_DOWN] = "it does not answer"; /* and its hold time runs */
	assert_false(is_bad(RULE_DEGRADED));
	facts.engine[ALERT_MODEL_DOWN] = NULL;
	active[RULE_ENGINE + ALERT_MODEL_DOWN] = true;
	assert_false(is_bad(RULE_DEGRADED));
	assert_false(is_clear(RULE_DEGRADED));     /* if it had begun, it would last */
	facts.checks[CHECK_LOG] = HEALTH_DEGRADED; /* which has another cause */
	assert_true(is_bad(RULE_DEGRADED));
	facts.checks[CHECK_LAST_RUN] = HEALTH_UNHEALTHY;
	active[RULE_ENGINE + ALERT_MODEL_DOWN] = false;
	assert_true(is_bad(RULE_UNHEALTHY));
	assert_false(is_bad(RULE_DEGRADED));
	assert_false(is_clear(RULE_DEGRADED));
}

static void the_health_is_not_over_because_zendesk_is_down_too(void **state)
{
	facts.zendesk_works = false;
	facts.engine[ALERT_ZENDESK_DOWN] = "it does not answer";
	facts.checks[CHECK_ZENDESK] = HEALTH_UNHEALTHY;
	assert_true(reading_of(RULE_DEGRADED)->known && !reading_of(RULE_DEGRADED)->clear);
	assert_true(reading_of(RULE_UNHEALTHY)->known && !reading_of(RULE_UNHEALTHY)->clear);
	facts.checks[CHECK_ZENDESK] = HEALTH_DEGRADED;
	assert_true(reading_of(RULE_DEGRADED)->known && !reading_of(RULE_DEGRADED)->clear);
}

static void every_check_of_the_health_can_be_told(void **state)
{
	for (int check = 0; check < HEALTH_CHECKS; check++) {
		lab_well();
		facts.checks[check] = HEALTH_UNHEALTHY;
		assert_true(is_bad(RULE_UNHEALTHY));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, lab_teardown)
	        TEST(every_rule_has_a_name_of_its_own_and_words),
	        TEST(the_rules_of_the_engine_are_its_alerts),
	        TEST(people_are_told_after_two_minutes_and_at_once_of_what_stops_everything),
	        TEST(a_service_that_is_well_has_no_bad_rule),
	        TEST(a_service_that_has_seen_nothing_calls_nothing_over),
	        TEST(thresholds_are_those_of_the_specification),
	        TEST(high_urgency_is_more_than_five_tickets_of_a_poll),
	        TEST(a_long_queue_counts_only_when_it_does_not_get_shorter),
	        TEST(tickets_that_have_just_come_are_no_queue_that_does_not_get_shorter),
	        TEST(nothing_is_stale_while_nothing_is_expected),
	        TEST(a_disk_is_full_below_its_threshold),
	        TEST(a_model_retires_a_month_before_it_is_shut_down),
	        TEST(thresholds_are_options_and_can_be_switched_off),
	        TEST(an_alert_of_the_engine_is_over_when_the_opposite_was_seen),
	        TEST(health_is_told_only_when_no_alert_tells_why),
	        TEST(the_health_is_not_over_because_zendesk_is_down_too),
	        TEST(every_check_of_the_health_can_be_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
