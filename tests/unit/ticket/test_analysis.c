/* Labels and their names; copying; counting tokens. */
#include "../base/helper.h"

#include "ticket/analysis.h"

static void every_label_has_the_name_of_the_contract(void **state)
{
	assert_string_equal(root_cause_name(CAUSE_BUG), "bug");
	assert_string_equal(root_cause_name(CAUSE_FEATURE), "feature");
	assert_string_equal(root_cause_name(CAUSE_REFUND), "refund");
	assert_string_equal(root_cause_name(CAUSE_OTHER), "other");
	assert_string_equal(urgency_name(URGENCY_HIGH), "high");
	assert_string_equal(urgency_name(URGENCY_MEDIUM), "medium");
	assert_string_equal(urgency_name(URGENCY_LOW), "low");
	assert_string_equal(sentiment_name(SENTIMENT_POSITIVE), "positive");
	assert_string_equal(sentiment_name(SENTIMENT_NEUTRAL), "neutral");
	assert_string_equal(sentiment_name(SENTIMENT_NEGATIVE), "negative");
}

static void every_name_is_read_back_as_its_label(void **state)
{
	for (int i = 0; i < CAUSE_COUNT; i++) {
		enum root_cause got;
		assert_int_equal(
		        root_cause_parse(str_of(root_cause_name((enum root_cause)i)), &got), 0);
		assert_int_equal(got, i);
	}
	for (int i = 0; i < URGENCY_COUNT; i++) {
		enum urgency got;
		assert_int_equal(urgency_parse(str_of(urgency_name((enum urgency)i)), &got), 0);
		assert_int_equal(got, i);
	}
	for (int i = 0; i < SENTIMENT_COUNT; i++) {
		enum sentiment got;
		assert_int_equal(sentiment_parse(str_of(sentiment_name((enum sentiment)i)), &got),
		                 0);
		assert_int_equal(got, i);
	}
}

static void only_exact_names_are_labels(void **state)
{
	static const char *const wrong[] = {"",    "Bug",  "bugs",     " bug", "bug ",
	                                    "hig", "HIGH", "neutral.", "none"};
	enum root_cause cause = CAUSE_REFUND;
	enum urgency urgency = URGENCY_LOW;
	enum sentiment sentiment = SENTIMENT_NEGATIVE;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		assert_int_equal(root_cause_parse(str_of(wrong[i]), &cause), -1);
		assert_int_equal(urgency_parse(str_of(wrong[i]), &urgency), -1);
		assert_int_equal(sentiment_parse(str_of(wrong[i]), &sentiment), -1);
	}
	assert_int_equal(root_cause_parse(STR("bug\0"), &cause), -1);
	assert_int_equal(cause, CAUSE_REFUND);
	assert_int_equal(urgency, URGENCY_LOW);
	assert_int_equal(sentiment, SENTIMENT_NEGATIVE);
}

static void a_label_out_of_range_is_a_broken_invariant(void **state)
{
	assert_fatal((void)root_cause_name(CAUSE_COUNT));
	assert_fatal((void)urgency_name(URGENCY_COUNT));
	assert_fatal((void)sentiment_name(SENTIMENT_COUNT));
	fatal_set_handler(NULL);
}

static void tokens_are_prompt_and_answer_together_and_never_negative(void **state)
{
	struct analysis analysis = {.tokens_prompt = 270, .tokens_answer = 42};

	assert_int_equal(analysis_tokens(&analysis), 312);
	analysis.tokens_prompt = -1;
	assert_int_equal(analysis_tokens(&analysis), 42);
	analysis.tokens_answer = INT64_MIN;
	assert_int_equal(analysis_tokens(&analysis), 0);
	analysis.tokens_prompt = INT64_MAX;
	analysis.tokens_answer = INT64_MAX;
	assert_true(analysis_tokens(&analysis) == INT64_MAX);
}

static void a_copy_outlives_the_original(void **state)
{
	struct arena first, second;
	struct analysis copy;
	first = (struct arena){0};
	second = (struct arena){0};
	struct analysis analysis = {
	        .summary = arena_str(&first, STR("Printer on fire")),
	        .model = arena_str(&first, STR("gpt-4o-mini")),
	        .urgency = URGENCY_HIGH,
	        .tokens_prompt = 7,
	        .confidence = {.urgency_known = true, .urgency = 0.5},
	        .decided_wall = 1000,
	};

	analysis_copy(&copy, &analysis, &second);
	arena_free(&first);
	assert_str(copy.summary, "Printer on fire");
	assert_str(copy.model, "gpt-4o-mini");
	assert_str(copy.model_version, "");
	assert_int_equal(copy.urgency, URGENCY_HIGH);
	assert_int_equal(copy.tokens_prompt, 7);
	assert_true(copy.confidence.urgency_known);
	assert_int_equal(copy.decided_wall, 1000);
	arena_free(&second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_label_has_the_name_of_the_contract),
	        cmocka_unit_test(every_name_is_read_back_as_its_label),
	        cmocka_unit_test(only_exact_names_are_labels),
	        cmocka_unit_test(a_label_out_of_range_is_a_broken_invariant),
	        cmocka_unit_test(tokens_are_prompt_and_answer_together_and_never_negative),
	        cmocka_unit_test(a_copy_outlives_the_original),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
