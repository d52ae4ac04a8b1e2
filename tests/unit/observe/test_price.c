/* What a model costs. */
#include "../base/helper.h"

#include <math.h>

#include "observe/price.h"

#define TABLE                                                                                      \
	(struct prices)                                                                            \
	{                                                                                          \
		-1, -1, -1                                                                         \
	}

static void assert_costs(const char *model, int64_t prompt, int64_t answer, double expected)
{
	double got = price_of(str_of(model), TABLE, (struct priced_tokens){prompt, 0, answer});
	if (fabs(got - expected) > 1e-12)
		fail_msg("%s: got %.10f, expected %.10f", model, got, expected);
}

static void each_family_costs_what_its_list_price_says(void **state)
{
	assert_costs("gpt-4o-mini", 150, 50, 0.0000525);
	assert_costs("gpt-4o-mini", 700, 70, 0.000147);
	assert_costs("gpt-4.1-mini", 150, 50, 0.00014);
	assert_costs("gpt-4.1-nano", 1000000, 1000000, 0.50);
	assert_costs("gpt-5-nano", 700, 70, 0.000063);
	assert_costs("gpt-5-mini", 700, 70, 0.000315);
	assert_costs("gpt-5.4-nano", 700, 70, 0.0002275);
	assert_costs("gpt-5.4-mini", 700, 70, 0.00084);
	assert_costs("gpt-5.6-luna", 700, 70, 0.000224);
	assert_costs("gpt-6-luna", 700, 70, 0.000105);
}

static void dated_snapshots_and_longer_names_cost_what_their_family_costs(void **state)
{
	assert_costs("gpt-4o-mini-2024-07-18", 150, 50, 0.0000525);
	assert_costs("GPT-4o-mini", 150, 50, 0.0000525);
	assert_costs("openai/gpt-4o-mini", 150, 50, 0.0000525);
	assert_costs("a/b/gpt-6-luna-2026-09-01", 700, 70, 0.000105);
}

static void unknown_and_local_models_cost_nothing(void **state)
{
	static const char *const names[] = {
	        "",           "llama3.1:8b",    "gpt-4o",         "gpt-4o-minimal", "gpt-4",
	        "gpt-4o-min", "my-gpt-4o-mini", "fallback-rules", "gpt-4o-mini/x"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_costs(names[i], 1000000, 1000000, 0);
	assert_true(price_of((struct str){0}, TABLE, (struct priced_tokens){1, 0, 1}) == 0);
}

static void assert_million(const char *model, struct prices own, int64_t cached, double expected)
{
	double got = price_of(str_of(model), own, (struct priced_tokens){1000000, cached, 1000000});
	if (fabs(got - expected) > 1e-12)
		fail_msg("%s: got %.10f, expected %.10f", model, got, expected);
}

static void each_price_can_be_overridden_by_itself(void **state)
{
	assert_million("x", (struct prices){1, -1, 2}, 0, 3);
	assert_million("gpt-4o-mini", (struct prices){1, -1, -1}, 0, 1.6);
	assert_million("gpt-4o-mini", (struct prices){-1, -1, 2}, 0, 2.15);
	assert_million("gpt-4o-mini", (struct prices){0, -1, 0}, 0, 0);
	assert_million("gpt-4o-mini", (struct prices){-1, 0.05, -1}, 1000000, 0.65);
}

static void cached_input_has_a_price_of_its_own(void **state)
{
	assert_million("gpt-4o-mini", TABLE, 1000000, 0.075 + 0.6);
	assert_million("gpt-4o-mini", TABLE, 400000, 0.6 * 0.15 + 0.4 * 0.075 + 0.6);
	assert_million("gpt-6-luna", TABLE, 1000000, 0.01 + 0.5);
	/* who gave a price of input alone has no cheaper one */
	assert_million("gpt-4o-mini", (struct prices){2, -1, 0}, 1000000, 2);
}

static void impossible_numbers_of_cached_tokens_are_bounded(void **state)
{
	assert_million("gpt-4o-mini", TABLE, INT64_MAX, 0.075 + 0.6);
	assert_million("gpt-4o-mini", TABLE, -1, 0.15 + 0.6);
	assert_million("gpt-4o-mini", TABLE, INT64_MIN, 0.15 + 0.6);
}

static void negative_numbers_of_tokens_count_as_none(void **state)
{
	assert_costs("gpt-4o-mini", -5, 50, 0.00003);
	assert_costs("gpt-4o-mini", INT64_MIN, INT64_MIN, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_family_costs_what_its_list_price_says),
	        cmocka_unit_test(dated_snapshots_and_longer_names_cost_what_their_family_costs),
	        cmocka_unit_test(unknown_and_local_models_cost_nothing),
	        cmocka_unit_test(each_price_can_be_overridden_by_itself),
	        cmocka_unit_test(cached_input_has_a_price_of_its_own),
	        cmocka_unit_test(impossible_numbers_of_cached_tokens_are_bounded),
	        cmocka_unit_test(negative_numbers_of_tokens_count_as_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
