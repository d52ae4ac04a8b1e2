/* Parameter profiles. */
#include "support.h"

static unsigned params_of(const char *model, bool hosted, unsigned refused)
{
	struct llm_profile profile = llm_profile_of(str_of(model), hosted);
	return llm_profile_params(&profile, refused);
}

static void gpt_4o_takes_temperature_and_log_probabilities_and_no_effort(void **state)
{
	unsigned params = params_of("gpt-4o-mini", true, 0);
	assert_int_equal(params, PARAM_TEMPERATURE | PARAM_LOGPROBS | PARAM_MAX_COMPLETION_TOKENS |
	                                 PARAM_STORE | PARAM_JSON_SCHEMA);
}

static void gpt_5_reasons_a_little_and_takes_no_temperature(void **state)
{
	struct llm_profile profile = llm_profile_of(STR("gpt-5-mini"), true);
	assert_string_equal(profile.reasoning_effort, "minimal");
	assert_false(profile.params & (PARAM_TEMPERATURE | PARAM_LOGPROBS));
	assert_true(profile.max_tokens > PROMPT_ANSWER_TOKENS);
}

static void later_models_are_told_not_to_reason_and_then_take_everything(void **state)
{
	static const char *const models[] = {"gpt-5.1", "gpt-5.6-luna", "gpt-6-luna", "GPT-6"};
	for (size_t i = 0; i < ARRAY_LEN(models); i++) {
		struct llm_profile profile = llm_profile_of(str_of(models[i]), true);
		assert_string_equal(profile.reasoning_effort, "none");
		assert_true(profile.params & PARAM_TEMPERATURE);
		assert_true(profile.params & PARAM_MAX_COMPLETION_TOKENS);
	}
}

static void compatible_servers_get_max_tokens_and_no_store(void **state)
{
	unsigned params = params_of("qwen3-8b", false, 0);
	assert_true(params & PARAM_MAX_TOKENS);
	assert_false(params & (PARAM_MAX_COMPLETION_TOKENS | PARAM_STORE | PARAM_REASONING_EFFORT));
	assert_true(params_of("brand-new", true, 0) & PARAM_MAX_COMPLETION_TOKENS);
}

static void a_refused_token_bound_gives_way_to_the_other_name_and_then_to_none(void **state)
{
	const unsigned both = PARAM_MAX_TOKENS | PARAM_MAX_COMPLETION_TOKENS;
	assert_int_equal(params_of("gpt-4o", true, PARAM_MAX_COMPLETION_TOKENS) & both,
	                 PARAM_MAX_TOKENS);
	assert_int_equal(params_of("qwen", false, PARAM_MAX_TOKENS) & both,
	                 PARAM_MAX_COMPLETION_TOKENS);
	assert_int_equal(params_of("qwen", false, both) & both, 0);
}

static void a_refused_schema_gives_way_to_json_object_and_then_to_nothing(void **state)
{
	const unsigned both = PARAM_JSON_SCHEMA | PARAM_JSON_OBJECT;
	assert_int_equal(params_of("gpt-4o", true, 0) & both, PARAM_JSON_SCHEMA);
	assert_int_equal(params_of("gpt-4o", true, PARAM_JSON_SCHEMA) & both, PARAM_JSON_OBJECT);
	assert_int_equal(params_of("gpt-4o", true, both) & both, 0);
}

static void parameters_have_names(void **state)
{
	assert_string_equal(llm_param_name(PARAM_TEMPERATURE), "temperature");
	assert_string_equal(llm_param_name(PARAM_MAX_TOKENS), "max_tokens");
	assert_string_equal(llm_param_name(PARAM_JSON_SCHEMA), "json_schema");
	assert_string_equal(llm_param_name(0), "nothing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(gpt_4o_takes_temperature_and_log_probabilities_and_no_effort),
	        cmocka_unit_test(gpt_5_reasons_a_little_and_takes_no_temperature),
	        cmocka_unit_test(later_models_are_told_not_to_reason_and_then_take_everything),
	        cmocka_unit_test(compatible_servers_get_max_tokens_and_no_store),
	        cmocka_unit_test(
	                a_refused_token_bound_gives_way_to_the_other_name_and_then_to_none),
	        cmocka_unit_test(a_refused_schema_gives_way_to_json_object_and_then_to_nothing),
	        cmocka_unit_test(parameters_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
