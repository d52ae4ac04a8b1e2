/* What was done, counted by quarters of an hour, and the sums that are made of them. */
#include "../base/helper.h"

#include "base/json.h"
#include "observe/statistics.h"

#define WALL INT64_C(1762381981000) /* 2025-11-05T22:33:01Z */
#define DAY (24 * MSEC_HOUR)

static struct statistics statistics;
static struct buf out;

static int setup(void **state)
{
	statistics_init(&statistics);
	buf_init(&out, 1 << 20);
	return 0;
}

static int teardown(void **state)
{
	buf_free(&out);
	return 0;
}

static void add(const struct counts *counts, msec wall)
{
	statistics_add(&statistics, statistics_quarter(wall), counts);
}

static void end(enum outcome_status status, msec took, msec wall)
{
	struct counts counts = {0};

	counts_end(&counts, status, took);
	add(&counts, wall);
}

static struct counts last_24h(msec wall)
{
	return statistics_last_24h(&statistics, wall);
}

static const char *days(msec wall)
{
	buf_reset(&out);
	statistics_write_days(&statistics, wall, &out);
	return buf_cstr(&out);
}

/* The `processed` of each day that is shown. */
static size_t processed_of_days(msec wall, int64_t ret[STATISTICS_DAYS])
{
	char *text = xasprintf("{\"days\":%s}", days(wall));
	struct err err = {{0}};
	struct json *tree = json_parse(str_of(text), &err);
	size_t count = json_item_count(json_at(tree, "days"));

	assert_non_null(tree);
	assert_true(count >= 1 && count <= STATISTICS_DAYS);
	for (size_t i = 0; i < count; i++)
		assert_true(json_int_at(json_item(json_at(tree, "days"), i), "processed", &ret[i]));
	json_free(tree);
	free(text);
	return count;
}

static void each_end_is_counted_in_its_place(void **state)
{
	end(OUTCOME_SUCCESS, 3000, WALL);
	end(OUTCOME_DRY_RUN, 1000, WALL);
	end(OUTCOME_ERROR, 9000, WALL);
	end(OUTCOME_SKIPPED, 9000, WALL);
	struct counts total = last_24h(WALL);
	assert_int_equal(total.processed, 2);
	assert_int_equal(total.failed, 1);
	assert_int_equal(total.skipped, 1);
	assert_int_equal(counts_latency(&total), 2000);
	assert_true(counts_success_rate(&total) > 0.666 && counts_success_rate(&total) < 0.667);
}

static void nothing_counted_is_not_known(void **state)
{
	struct counts total = last_24h(WALL);
	assert_false(counts_any(&total));
	assert_int_equal(counts_latency(&total), -1);
	assert_true(counts_success_rate(&total) < 0);
	end(OUTCOME_SKIPPED, 0, WALL);
	total = last_24h(WALL);
	assert_true(counts_any(&total));
	assert_true(counts_success_rate(&total) < 0); /* skipped is neither */
	end(OUTCOME_SUCCESS, -5, WALL);               /* no time is no negative sum */
	total = last_24h(WALL);
	assert_int_equal(counts_latency(&total), 0);
}

static void a_decision_counts_its_cost_and_its_labels(void **state)
{
	struct counts counts = {0};
	struct analysis analysis = {.root_cause = CAUSE_REFUND,
	                            .urgency = URGENCY_LOW,
	                            .sentiment = SENTIMENT_NEGATIVE};
	counts_decision(&counts, &analysis, 2);
	counts_spent(&counts, &(struct spending){280, 32, 0.0000612, false, 0});
	analysis = (struct analysis){.by_rules = true, .fallback = true};
	counts_decision(&counts, &analysis, 3);
	counts_spent(&counts, &(struct spending){.cost = -1});
	assert_int_equal(counts.analysed, 2);
	assert_int_equal(counts.by_rules, 1);
	assert_int_equal(counts.fallback, 1);
	assert_int_equal(counts.model_calls, 5);
	assert_int_equal(counts.tokens_prompt, 280);
	assert_int_equal(counts.tokens_answer, 32);
	assert_int_equal(counts.cost_nano, 61200);
	assert_int_equal(counts.refund + counts.bug, 2);
	assert_int_equal(counts.low, 1);
	assert_int_equal(counts.high, 1);
	assert_int_equal(counts.negative, 1);
	assert_int_equal(counts.positive, 1);
	assert_int_equal(counts.processed + counts.failed + counts.skipped, 0);
	counts_spent(&counts, &(struct spending){.cost = 1e300}); /* no cost of a day */
	assert_int_equal(counts.cost_nano, 61200);
}

static void quarters_fall_out_one_by_one_after_a_day(void **state)
{
	const int n = STATISTICS_QUARTERS_A_DAY;
	for (int i = 0; i < n; i++)
		end(OUTCOME_SUCCESS, 10, WALL + i * STATISTICS_QUARTER);
	msec last = WALL + (n - 1) * STATISTICS_QUARTER;
	assert_int_equal(last_24h(last).processed, n);
	assert_int_equal(last_24h(last + STATISTICS_QUARTER).processed, n - 1);
	assert_int_equal(last_24h(last + 50 * STATISTICS_QUARTER).processed, n - 50);
	assert_int_equal(last_24h(last + n * STATISTICS_QUARTER).processed, 0);
	for (int i = n; i < 1000; i++) { /* places are used again */
		end(OUTCOME_SUCCESS, 10, WALL + i * STATISTICS_QUARTER);
		assert_int_equal(last_24h(WALL + i * STATISTICS_QUARTER).processed, n);
	}
}

static void a_day_ends_at_midnight_utc(void **state)
{
	const msec midnight = WALL / DAY * DAY + DAY;
	int64_t processed[STATISTICS_DAYS];
	end(OUTCOME_SUCCESS, 10, midnight - 1);
	end(OUTCOME_SUCCESS, 10, midnight - 1);
	end(OUTCOME_SUCCESS, 10, midnight);
	assert_int_equal(processed_of_days(midnight, processed), 2);
	assert_int_equal(processed[0], 1);
	assert_int_equal(processed[1], 2);
	assert_non_null(strstr(buf_cstr(&out), "[{\"day\":\"2025-11-06\","));
	assert_non_null(strstr(buf_cstr(&out), "{\"day\":\"2025-11-05\","));
	assert_int_equal(last_24h(midnight).processed, 3);
}

static void today_comes_first_and_days_without_work_are_not_left_out(void **state)
{
	int64_t processed[STATISTICS_DAYS];
	assert_int_equal(processed_of_days(WALL, processed), 1);
	assert_int_equal(processed[0], 0);
	end(OUTCOME_SUCCESS, 10, WALL - 3 * DAY);
	assert_int_equal(processed_of_days(WALL, processed), 4);
	assert_int_equal(processed[0] + processed[1] + processed[2], 0);
	assert_int_equal(processed[3], 1);
}

static void not_more_days_are_shown_than_promised(void **state)
{
	int64_t processed[STATISTICS_DAYS];
	for (int i = 0; i < 500; i++) {
		size_t shown;

		end(OUTCOME_SUCCESS, 10, WALL + i * DAY);
		shown = processed_of_days(WALL + i * DAY, processed);
		assert_int_equal(shown, i < STATISTICS_DAYS ? i + 1 : STATISTICS_DAYS);
		for (size_t day = 0; day < shown; day++)
			assert_int_equal(processed[day], 1);
	}
}

static void a_clock_that_jumps_counts_nothing_twice_and_nothing_of_the_future(void **state)
{
	static const int64_t jumps[] = {1, 3, 31, 40, 365, 36500};
	int64_t processed[STATISTICS_DAYS];
	for (int i = 0; i < STATISTICS_DAYS; i++)
		for (int k = 0; k < 4; k++)
			end(OUTCOME_SUCCESS, 10, WALL - i * DAY - k * STATISTICS_QUARTER);
	for (size_t i = 0; i < ARRAY_LEN(jumps); i++) {
		end(OUTCOME_SUCCESS, 10, WALL + jumps[i] * DAY); /* it was set forth … */
		struct counts total = last_24h(WALL + jumps[i] * DAY);
		assert_int_equal(total.processed, 1);
		assert_int_equal(last_24h(WALL).processed, 4); /* … and back */
		processed_of_days(WALL, processed);
		for (int d = 0; d < STATISTICS_DAYS; d++)
			assert_int_equal(processed[d], 4);
	}
	end(OUTCOME_ERROR, 10, -5);
	assert_int_equal(last_24h(WALL).failed, 0);
	assert_int_equal(last_24h(0).failed, 1);
	assert_int_equal(last_24h(INT64_MIN).failed, 1);
	assert_non_null(strstr(days(-5), "1970-01-01"));
	end(OUTCOME_ERROR, 10, INT64_MAX); /* far in the future */
	assert_int_equal(last_24h(INT64_MAX).failed, 1);
	assert_int_equal(processed_of_days(INT64_MAX, processed), 1);
}

static void a_day_is_told_with_all_it_has(void **state)
{
	struct counts counts = {0};
	struct analysis analysis = {
	        .root_cause = CAUSE_BUG, .urgency = URGENCY_HIGH, .sentiment = SENTIMENT_NEUTRAL};
	counts_decision(&counts, &analysis, 1);
	counts_spent(&counts, &(struct spending){280, 32, 0.0000612, true, 0});
	counts_end(&counts, OUTCOME_SUCCESS, 3204);
	add(&counts, WALL);
	assert_string_equal(days(WALL),
	                    "[{\"day\":\"2025-11-05\",\"processed\":1,\"failed\":0,\"skipped\":0,"
	                    "\"success_rate\":1.0000,"
	                    "\"avg_latency_ms\":3204,\"analysed\":1,\"by_rules\":0,\"fallback\":0,"
	                    "\"model_calls\":1,"
	                    "\"tokens_prompt\":280,\"tokens_answer\":32,\"cost_estimate\":0.000061,"
	                    "\"root_cause\":{\"bug\":1,\"feature\":0,\"refund\":0,\"other\":0},"
	                    "\"urgency\":{\"high\":1,\"medium\":0,\"low\":0},"
	                    "\"sentiment\":{\"positive\":0,\"neutral\":1,\"negative\":0}}]");
	assert_non_null(strstr(days(WALL + DAY), "\"success_rate\":null,\"avg_latency_ms\":null,"));
}

/* Ten tickets: eight of at most 1.5 s, one of three, one of ten minutes. */
static void a_quantile_lies_between_its_bounds(void **state)
{
	struct counts counts = {0};

	assert_true(counts_quantile(&counts, 0.95) < 0);
	for (int i = 0; i < 8; i++)
		counts_end(&counts, OUTCOME_SUCCESS, 1400);
	counts_end(&counts, OUTCOME_SHADOW, 3000);
	counts_end(&counts, OUTCOME_DRY_RUN, 600000);
	counts_end(&counts, OUTCOME_ERROR, 5); /* no processed ticket */
	assert_int_equal(counts.ms_1500, 8);
	assert_int_equal(counts.ms_3000, 1);
	assert_int_equal(counts.ms_more, 1);
	assert_float_equal(counts_quantile(&counts, 0.4), 1250, 0.01);
	assert_float_equal(counts_quantile(&counts, 0.8), 1500, 0.01);
	assert_float_equal(counts_quantile(&counts, 0.85), 2500, 0.01);
	assert_float_equal(counts_quantile(&counts, 0.95), 120000, 0.01);
}

/* Midnight of a viewer is any quarter; the day before it is in memory too. */
static void a_day_may_begin_at_any_quarter(void **state)
{
	msec midnight = WALL - WALL % STATISTICS_QUARTER - 47 * MSEC_HOUR;
	struct counts counts;

	for (msec wall = WALL; wall > WALL - 71 * MSEC_HOUR; wall -= STATISTICS_QUARTER)
		end(OUTCOME_SUCCESS, 1, wall);
	counts = statistics_between(&statistics, midnight, WALL);
	assert_int_equal(counts.processed, 47 * 4 + 1);
	counts = statistics_between(&statistics, midnight - 24 * MSEC_HOUR, midnight);
	assert_int_equal(counts.processed, 24 * 4 - 1); /* all that there is */
	counts = statistics_between(&statistics, midnight, midnight);
	assert_int_equal(counts.processed, 0);
	counts = statistics_between(&statistics, WALL + STATISTICS_QUARTER, WALL + DAY);
	assert_int_equal(counts.processed, 0);
}

static void days_ago_are_whole_days(void **state)
{
	int64_t today = WALL / DAY * STATISTICS_QUARTERS_A_DAY;
	assert_int_equal(statistics_days_ago(WALL, 0), today);
	assert_int_equal(statistics_days_ago(WALL, 30),
	                 today - INT64_C(30) * STATISTICS_QUARTERS_A_DAY);
	assert_int_equal(statistics_days_ago(DAY, 30), 0);
	assert_int_equal(statistics_days_ago(-DAY, 0), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	        TEST(each_end_is_counted_in_its_place),
	        TEST(nothing_counted_is_not_known),
	        TEST(a_decision_counts_its_cost_and_its_labels),
	        TEST(quarters_fall_out_one_by_one_after_a_day),
	        TEST(a_day_ends_at_midnight_utc),
	        TEST(today_comes_first_and_days_without_work_are_not_left_out),
	        TEST(not_more_days_are_shown_than_promised),
	        TEST(a_clock_that_jumps_counts_nothing_twice_and_nothing_of_the_future),
	        TEST(a_day_is_told_with_all_it_has),
	        TEST(a_quantile_lies_between_its_bounds),
	        TEST(a_day_may_begin_at_any_quarter),
	        TEST(days_ago_are_whole_days),
	};

	json_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
