/* When people are told: hold times, a beginning and an end of each alert, reminders, restarts. */
#include "alert_lab.h"

#include "base/prng.h"

#define DOWN (RULE_ENGINE + ALERT_MODEL_DOWN)

static void an_alert_begins_at_the_end_of_its_hold_time(void **state)
{
	facts.sli.error_rate = 0.006;
	lab_step();
	lab_pass(2 * MSEC_MINUTE - MSEC_SECOND);
	assert_int_equal(heard_count, 0);
	assert_int_equal(alert_state_due(&alerts, 0), mono + MSEC_SECOND);
	lab_pass(MSEC_SECOND);
	assert_heard(1, RULE_ERROR_RATE, ALERT_BEGUN);
	assert_int_equal(last_heard()->since, LAB_WALL + mono - 2 * MSEC_MINUTE);
	lab_pass(MSEC_HOUR);
	assert_int_equal(heard_count, 1);
}

static void what_lasts_shorter_than_the_hold_time_is_not_told(void **state)
{
	for (int i = 0; i < 20; i++) {
		facts.sli.error_rate = 0.5;
		lab_pass(2 * MSEC_MINUTE - MSEC_SECOND);
		facts.sli.error_rate = 0.005; /* at the threshold, which is well */
		lab_pass(MSEC_SECOND);
	}
	assert_int_equal(heard_count, 0);
	assert_false(alert_state_busy(&alerts));
}

static void what_stops_everything_is_told_at_once(void **state)
{
	facts.stopped = "Writing is stopped by root since 10:00";
	lab_step();
	assert_heard(1, RULE_WRITES_ON_HOLD, ALERT_BEGUN);
	assert_string_equal(last_heard()->text, "Writing is stopped by root since 10:00.");
	facts.stopped = NULL;
	lab_step();
	assert_heard(2, RULE_WRITES_ON_HOLD, ALERT_RESOLVED);
}

static void it_is_over_after_five_minutes_below_nine_tenths_of_the_threshold(void **state)
{
	facts.sli.error_rate = 0.006;
	lab_pass(2 * MSEC_MINUTE + MSEC_SECOND);
	facts.sli.error_rate = 0.0046; /* below the threshold, but not by much */
	lab_pass(MSEC_HOUR);
	assert_int_equal(heard_count, 1);
	for (int i = 0; i < 5; i++) {
		facts.sli.error_rate = 0.0044;
		lab_pass(5 * MSEC_MINUTE);
		facts.sli.error_rate = 0.0046; /* begins the five minutes again */
		lab_pass(MSEC_SECOND);
	}
	assert_int_equal(heard_count, 1);
	facts.sli.error_rate = 0.0044;
	msec over = mono + MSEC_SECOND;
	lab_pass(5 * MSEC_MINUTE);
	assert_int_equal(heard_count, 1);
	lab_pass(MSEC_SECOND);
	assert_heard(2, RULE_ERROR_RATE, ALERT_RESOLVED);
	assert_int_equal(last_heard()->lasted, over - (heard[0].at - 2 * MSEC_MINUTE));
	assert_int_equal(last_heard()->since, heard[0].told.since);
	assert_non_null(strstr(last_heard()->text, "It is over after"));
	assert_non_null(strstr(last_heard()->text, "0.44 %"));
}

static void what_cannot_be_measured_any_more_is_over(void **state)
{
	facts.sli.error_rate = 0.006;
	lab_pass(3 * MSEC_MINUTE);
	facts.sli.error_rate = -1;
	lab_pass(5 * MSEC_MINUTE + MSEC_SECOND);
	assert_heard(2, RULE_ERROR_RATE, ALERT_RESOLVED);
	assert_non_null(strstr(last_heard()->text, "too few tickets"));
}

static void people_are_reminded_every_six_hours(void **state)
{
	facts.engine[ALERT_MODEL_DOWN] = "The model is down.";
	lab_pass(3 * MSEC_MINUTE);
	assert_int_equal(heard_count, 1);
	lab_pass(6 * MSEC_HOUR);
	assert_heard(2, DOWN, ALERT_REPEATED);
	assert_int_equal(heard[1].at - heard[0].at, 6 * MSEC_HOUR);
	lab_pass(6 * MSEC_HOUR);
	assert_heard(3, DOWN, ALERT_REPEATED);
	lab_config->alerts.repeat = 0;
	lab_pass(13 * MSEC_HOUR);
	assert_int_equal(heard_count, 3);
}

static void a_new_threshold_counts_at_once(void **state)
{
	facts.sli.p95_ms = 12000;
	lab_pass(10 * MSEC_MINUTE);
	assert_int_equal(heard_count, 0);
	lab_config->alerts.p95_latency = 11000;
	lab_pass(2 * MSEC_MINUTE + MSEC_SECOND);
	assert_heard(1, RULE_P95_LATENCY, ALERT_BEGUN);
	assert_int_equal(last_heard()->threshold, 11000);
	lab_config->alerts.p95_latency = 20000;
	lab_pass(5 * MSEC_MINUTE + MSEC_SECOND);
	assert_heard(2, RULE_P95_LATENCY, ALERT_RESOLVED);
	lab_config->alerts.p95_latency = 11000;
	lab_pass(3 * MSEC_MINUTE);
	assert_heard(3, RULE_P95_LATENCY, ALERT_BEGUN);
	lab_config->alerts.p95_latency = 0; /* off: over */
	lab_pass(6 * MSEC_MINUTE);
	assert_heard(4, RULE_P95_LATENCY, ALERT_RESOLVED);
}

/* Cause and health become bad in the same second: the cause is told, alone. */
static void the_health_is_not_told_beside_its_cause(void **state)
{
	facts.checks[CHECK_LLM] = HEALTH_DEGRADED;
	facts.engine[ALERT_MODEL_DOWN] = "The model is down.";
	lab_pass(10 * MSEC_MINUTE);
	assert_heard(1, DOWN, ALERT_BEGUN);
	facts.engine[ALERT_MODEL_DOWN] = NULL;
	facts.checks[CHECK_LLM] = HEALTH_HEALTHY;
	lab_pass(3 * MSEC_MINUTE);
	assert_heard(2, DOWN, ALERT_RESOLVED);
}

/* Once told, the health is over when it is, and not because something else tells the same. */
static void the_health_that_was_told_is_not_over_because_a_cause_is_found(void **state)
{
	facts.checks[CHECK_LLM] = HEALTH_DEGRADED;
	lab_pass(3 * MSEC_MINUTE);
	assert_heard(1, RULE_DEGRADED, ALERT_BEGUN);
	facts.engine[ALERT_MODEL_DOWN] = "The model is down.";
	lab_pass(10 * MSEC_MINUTE);
	assert_heard(2, DOWN, ALERT_BEGUN);
	facts.engine[ALERT_MODEL_DOWN] = NULL;
	facts.checks[CHECK_LLM] = HEALTH_HEALTHY;
	lab_pass(3 * MSEC_MINUTE);
	assert_int_equal(heard_count, 4);
}

static void shadow_and_pause_raise_none(void **state)
{
	facts.paused = true;
	facts.idle = MSEC_DAY;
	facts.sli.depth = 10000;
	facts.sli.stuck = true;
	lab_pass(MSEC_HOUR);
	assert_int_equal(heard_count, 0);
}

/* --- a restart --- */

static void restart(msec away)
{
	bool was[ALERT_RULES];
	struct alert_state former = alerts;

	alert_state_active(&former, was);
	mono += away;
	alert_state_init(&alerts, mono);
	for (int rule = 0; rule < ALERT_RULES; rule++) {
		const struct alert_entry *entry = &former.entries[rule];
		struct alert_past active = {.rule = rule,
		                            .since = entry->since_wall,
		                            .value = entry->value,
		                            .threshold = entry->threshold,
		                            .text = xstrdup(entry->text)};

		if (was[rule])
			alert_state_restore(&alerts, rule, &active,
			                    lab_now().wall - (mono - entry->told), lab_now());
		else
			free(active.text);
	}
	alert_state_free(&former);
	lab_ignorant();
}

static void after_a_restart_nobody_is_told_again_and_nothing_is_over_by_ignorance(void **state)
{
	for (int rule = 0; rule < 2; rule++) {
		lab_well();
		facts.sli.success_rate = 0.5;
		facts.sli.depth = 1000;
		facts.sli.stuck = true;
		facts.idle = 2 * MSEC_HOUR;
		facts.checks[CHECK_LOG] = HEALTH_DEGRADED;
		for (int kind = 0; kind < ALERT_KINDS; kind++)
			facts.engine[kind] = "It is so.";
		lab_pass(3 * MSEC_MINUTE);
		size_t told = heard_count;
		restart(MSEC_MINUTE);
		facts.checks[CHECK_LOG] = HEALTH_DEGRADED;
		lab_pass(14 * MSEC_MINUTE);
		assert_int_equal(heard_count, told);
	}
}

static void after_a_restart_what_is_seen_to_be_well_is_over(void **state)
{
	facts.sli.success_rate = 0.5;
	facts.engine[ALERT_MODEL_DOWN] = "The model is down.";
	lab_pass(3 * MSEC_MINUTE);
	assert_int_equal(heard_count, 2);
	restart(MSEC_MINUTE);
	facts.model_works = true;
	lab_pass(2 * MSEC_MINUTE + MSEC_SECOND);
	assert_heard(3, DOWN, ALERT_RESOLVED);
	/* since it became bad, the time of the restart included */
	assert_int_equal(last_heard()->lasted, 4 * MSEC_MINUTE);
	lab_pass(10 * MSEC_MINUTE);
	assert_int_equal(heard_count, 3);
	lab_pass(8 * MSEC_MINUTE + MSEC_SECOND); /* 15 minutes of ignorance, and 5 more */
	assert_heard(4, RULE_SUCCESS_RATE, ALERT_RESOLVED);
}

static void after_a_restart_what_is_still_bad_goes_on(void **state)
{
	facts.sli.success_rate = 0.5;
	lab_pass(3 * MSEC_MINUTE);
	restart(6 * MSEC_HOUR);
	facts.sli.success_rate = 0.5;
	lab_step();
	assert_heard(2, RULE_SUCCESS_RATE, ALERT_REPEATED); /* it was due meanwhile */
	lab_pass(MSEC_HOUR);
	assert_int_equal(heard_count, 2);
}

static void a_clock_that_was_set_back_makes_no_span_negative(void **state)
{
	facts.engine[ALERT_MODEL_DOWN] = "The model is down.";
	lab_pass(3 * MSEC_MINUTE);
	wall_ahead = -MSEC_DAY;
	restart(MSEC_MINUTE);
	facts.model_works = true;
	lab_pass(3 * MSEC_MINUTE);
	assert_heard(2, DOWN, ALERT_RESOLVED);
	assert_true(last_heard()->lasted >= 0);
}

/* --- what is over is remembered --- */

static void what_is_over_is_remembered_for_a_month_and_at_most_a_hundred(void **state)
{
	for (int i = 0; i < 150; i++) {
		facts.stopped = "Writing is stopped.";
		lab_pass(MSEC_SECOND);
		facts.stopped = NULL;
		lab_pass(MSEC_SECOND);
		lab_forget();
	}
	assert_int_equal(alerts.past_count, ALERT_PAST_MAX);
	assert_true(alerts.past[99].ended > alerts.past[0].ended);
	mono += 31 * MSEC_DAY;
	facts.stopped = "Writing is stopped.";
	lab_pass(MSEC_SECOND);
	facts.stopped = NULL;
	lab_pass(MSEC_SECOND);
	assert_int_equal(alerts.past_count, 1);
	assert_string_equal(alerts.past[0].text, "Writing is stopped.");
}

/* --- anything at random --- */

#define RANDOM_HOURS 40

static struct prng dice;

static double draw_value(double threshold)
{
	static const double parts[] = {0, 0.85, 0.95, 1, 1.05, 3, -1};
	size_t at = (size_t)prng_below(&dice, ARRAY_LEN(parts));

	return parts[at] < 0 ? -1 : parts[at] * threshold;
}

static void change_something(void)
{
	uint64_t which = prng_below(&dice, ALERT_KINDS + 12), on = prng_below(&dice, 2);

	if (which < ALERT_KINDS) {
		facts.engine[which] = on ? "It is so." : NULL;
		return;
	}
	switch (which - ALERT_KINDS) {
	case 0: facts.sli.error_rate = draw_value(0.005); break;
	case 1: facts.sli.success_rate = 1 - draw_value(0.01); break;
	case 2: facts.sli.p95_ms = draw_value(15000); break;
	case 3: facts.sli.cost_per_ticket = draw_value(0.002); break;
	case 4: facts.sli.model_failures = draw_value(0.02); break;
	case 5: facts.sli.depth = (int64_t)draw_value(200); break;
	case 6: facts.sli.stuck = on; break;
	case 7: facts.stopped = on ? "Writing is stopped." : NULL; break;
	case 8: facts.refusal = on ? "a.conf:1: wrong" : NULL; break;
	case 9: facts.disk_free = (int64_t)draw_value(256 << 20); break;
	case 10: facts.paused = on; break;
	default:
		facts.checks[prng_below(&dice, HEALTH_CHECKS)] =
		        (enum health_state)(prng_below(&dice, 3));
	}
}

/* What a rule of the book demands, kept beside the machine: since when each rule has been bad
 * without a gap, by its reading. */
static void whatever_happens_each_beginning_is_due_and_has_one_end(void **state)
{
	msec bad_since[ALERT_RULES], told_at[ALERT_RULES] = {0};
	bool on[ALERT_RULES] = {0};
	size_t begun = 0;

	prng_seed(&dice, test_seed());
	for (int rule = 0; rule < ALERT_RULES; rule++)
		bad_since[rule] = MSEC_NEVER;
	for (msec end = mono + RANDOM_HOURS * MSEC_HOUR; mono < end;) {
		struct alert_reading readings[ALERT_RULES];

		mono += MSEC_SECOND;
		if (prng_below(&dice, 45) == 0)
			change_something();
		if (prng_below(&dice, 3600) == 0)
			lab_well(); /* all is well at last */
		alert_rules_read(&facts, on, readings);
		for (int rule = 0; rule < ALERT_RULES; rule++)
			if (!readings[rule].known || !readings[rule].bad)
				bad_since[rule] = MSEC_NEVER;
			else if (bad_since[rule] == MSEC_NEVER)
				bad_since[rule] = mono;
		lab_step();
		for (size_t i = 0; i < heard_count; i++) {
			const struct alert_told *told = &heard[i].told;
			msec hold = alert_rules_row((enum alert_rule)told->rule)->hold;

			if (told->change == ALERT_BEGUN) {
				assert_false(on[told->rule]);
				assert_true(bad_since[told->rule] <= mono - hold);
				begun++;
			} else {
				assert_true(on[told->rule]);
			}
			if (told->change == ALERT_REPEATED)
				assert_true(mono - told_at[told->rule] >= 6 * MSEC_HOUR);
			if (told->change == ALERT_RESOLVED)
				assert_true(told->lasted >= 0 && !readings[told->rule].bad);
			else
				told_at[told->rule] = mono;
			on[told->rule] = told->change != ALERT_RESOLVED;
		}
		lab_forget();
		/* within a second of the end of its hold time everybody was told */
		for (int rule = 0; rule < ALERT_RULES; rule++)
			if (!on[rule] && bad_since[rule] != MSEC_NEVER)
				assert_true(mono - bad_since[rule] <
				            alert_rules_row((enum alert_rule)rule)->hold);
		bool active[ALERT_RULES];
		alert_state_active(&alerts, active);
		assert_memory_equal(active, on, sizeof(on));
		assert_true(alert_state_due(&alerts, 0) > mono);
	}
	assert_true(begun > 20);
	lab_well();
	lab_pass(10 * MSEC_MINUTE);
	assert_int_equal(alert_state_count(&alerts, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, lab_setup, lab_teardown)
	        TEST(an_alert_begins_at_the_end_of_its_hold_time),
	        TEST(what_lasts_shorter_than_the_hold_time_is_not_told),
	        TEST(what_stops_everything_is_told_at_once),
	        TEST(it_is_over_after_five_minutes_below_nine_tenths_of_the_threshold),
	        TEST(what_cannot_be_measured_any_more_is_over),
	        TEST(people_are_reminded_every_six_hours),
	        TEST(a_new_threshold_counts_at_once),
	        TEST(the_health_is_not_told_beside_its_cause),
	        TEST(the_health_that_was_told_is_not_over_because_a_cause_is_found),
	        TEST(shadow_and_pause_raise_none),
	        TEST(after_a_restart_nobody_is_told_again_and_nothing_is_over_by_ignorance),
	        TEST(after_a_restart_what_is_seen_to_be_well_is_over),
	        TEST(after_a_restart_what_is_still_bad_goes_on),
	        TEST(a_clock_that_was_set_back_makes_no_span_negative),
	        TEST(what_is_over_is_remembered_for_a_month_and_at_most_a_hundred),
	        TEST(whatever_happens_each_beginning_is_due_and_has_one_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
