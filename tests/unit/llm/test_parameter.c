/* What a refusal says about a parameter, and that a ticket which is quoted in it says nothing. */
#include "support.h"

#include "llm/parameter.h"

#define ALL_PARAMS                                                                                 \
	(PARAM_TEMPERATURE | PARAM_LOGPROBS | PARAM_MAX_COMPLETION_TOKENS | PARAM_STORE |          \
	 PARAM_JSON_SCHEMA | PARAM_REASONING_EFFORT)

static unsigned find(unsigned sent, const char *param, const char *message)
{
	return parameter_refused(sent, str_of(param), str_of(message));
}

static void a_parameter_is_named_by_a_member_of_its_own(void **state)
{
	unsigned sent = PARAM_TEMPERATURE | PARAM_LOGPROBS | PARAM_MAX_TOKENS | PARAM_JSON_SCHEMA;
	assert_int_equal(find(sent, "temperature", ""), PARAM_TEMPERATURE);
	assert_int_equal(find(sent, "top_logprobs", ""), PARAM_LOGPROBS);
	assert_int_equal(find(sent, "response_format.json_schema.schema", ""), PARAM_JSON_SCHEMA);
	assert_int_equal(find(ALL_PARAMS, "store", ""), PARAM_STORE);
	assert_int_equal(find(ALL_PARAMS, "stored", ""), 0);
}

static void a_member_that_names_something_else_outranks_the_words(void **state)
{
	assert_int_equal(find(ALL_PARAMS, "model", "Unsupported parameter: 'temperature'"), 0);
	assert_int_equal(find(ALL_PARAMS, "messages", "Unsupported parameter: 'temperature'"), 0);
}

static void the_words_of_vendors_name_a_parameter(void **state)
{
	static const struct {
		unsigned params;
		const char *message;
	} rows[] = {
	        {PARAM_LOGPROBS, "Unrecognized request argument supplied: logprobs"},
	        {PARAM_LOGPROBS, "Unrecognized request arguments supplied: logprobs, top_logprobs"},
	        {PARAM_LOGPROBS, "Unknown field \"logprobs\""},
	        {PARAM_LOGPROBS, "unknown field `logprobs`, expected one of `model`, `messages`"},
	        {PARAM_LOGPROBS, "You are not allowed to request logprobs from this model."},
	        {PARAM_LOGPROBS, "property 'logprobs' is unsupported"},
	        {PARAM_LOGPROBS, "Extra inputs are not permitted, field: 'logprobs', value: True"},
	        {PARAM_LOGPROBS, "Gaudi doesn't support logprobs. Please remove 'logprobs'."},
	        {PARAM_LOGPROBS,
	         "Additional properties are not allowed ('logprobs' was unexpected)"},
	        {PARAM_LOGPROBS, "[{'type': 'extra_forbidden', 'loc': ('body', 'logprobs'), 'msg': "
	                         "'Extra inputs are not permitted', 'input': True}]"},
	        {PARAM_LOGPROBS,
	         "litellm.UnsupportedParamsError: groq does not support parameters: "
	         "['logprobs'], for model=x"},
	        {PARAM_TEMPERATURE, "Unsupported value: 'temperature' does not support 0.2 with "
	                            "this model. Only the default (1) value is supported."},
	        {PARAM_JSON_SCHEMA, "Invalid parameter: 'response_format' of type 'json_schema' is "
	                            "not supported with this model."},
	        {PARAM_JSON_SCHEMA, "This response_format type is unavailable now"},
	        {PARAM_JSON_SCHEMA, "'response_format.type' must be 'json_schema' or 'text'"},
	        {PARAM_MAX_COMPLETION_TOKENS,
	         "Unsupported parameter: 'max_completion_tokens'. Use 'max_tokens' instead."},
	        {PARAM_MAX_COMPLETION_TOKENS,
	         "litellm.BadRequestError: OpenAIException - Error code: 400 - {'error': "
	         "{'message': "
	         "\"Unsupported parameter: 'max_completion_tokens' is not supported\"}}"},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (find(ALL_PARAMS, "", rows[i].message) != rows[i].params)
			fail_msg("%s", rows[i].message);
}

static void a_ticket_that_is_quoted_names_none(void **state)
{
	static const char *const rows[] = {
	        "Blocked. Matched text: my app says bad response_format in config",
	        "Blocked. Matched text: Unsupported parameter: 'response_format'",
	        "Blocked: Unsupported parameter: 'response_format' is not supported",
	        "Guardrail matched \"unknown temperature\"",
	        "The prompt contains: temperature is not supported",
	        "content_policy: Unrecognized request argument supplied: logprobs",
	        "Bad request. Unsupported parameter: 'temperature'",
	        "The server could not answer about temperature and logprobs",
	        "invalid: my temperature rises, max_completion_tokens",
	        ("[{'type': 'string_type', 'loc': ('body', 'x'), 'msg': 'no', 'input': "
	         "\"Unsupported parameter: 'temperature'\"}]"),
	        "the index was restored from unsupported stores and retemperatured",
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (find(ALL_PARAMS, "", rows[i]) != 0)
			fail_msg("%s", rows[i]);
}

static void words_alone_never_switch_the_stored_flag_off(void **state)
{
	assert_int_equal(find(ALL_PARAMS, "", "Unknown parameter: 'store'."), 0);
}

static void a_parameter_that_was_not_sent_is_not_found(void **state)
{
	assert_int_equal(find(PARAM_STORE, "temperature", "temperature"), 0);
	assert_int_equal(find(0, "response_format", ""), 0);
	assert_int_equal(find(PARAM_MAX_TOKENS, "",
	                      "Unsupported parameter: 'max_tokens' is not supported with this "
	                      "model. Use 'max_completion_tokens' instead."),
	                 PARAM_MAX_TOKENS);
}

static void words_that_quote_nobody_may_speak_of_a_parameter_in_any_way(void **state)
{
	const unsigned formats = PARAM_JSON_SCHEMA | PARAM_JSON_OBJECT, sent = ALL_PARAMS | formats;
	static const struct {
		const char *words;
		unsigned params;
	} texts[] = {
	        {"Logprobs is not enabled for models/x", PARAM_LOGPROBS},
	        {"`temperature` and `top_p` cannot both be specified", PARAM_TEMPERATURE},
	        {"json_schema must be null", PARAM_JSON_SCHEMA},
	        {"max_completion_tokens: 300 > 256", PARAM_MAX_COMPLETION_TOKENS},
	        {"Reasoning cannot be disabled", PARAM_REASONING_EFFORT},
	        {"restored from a store", 0},
	        {"Incorrect API key", 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_int_equal(parameter_mentioned(sent, str_of(texts[i].words)),
		                 texts[i].params);
	assert_int_equal(parameter_mentioned(sent, STR("JSON mode is off")), formats);
	assert_int_equal(parameter_mentioned(PARAM_STORE, STR("temperature")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_parameter_is_named_by_a_member_of_its_own),
	        cmocka_unit_test(a_member_that_names_something_else_outranks_the_words),
	        cmocka_unit_test(the_words_of_vendors_name_a_parameter),
	        cmocka_unit_test(a_ticket_that_is_quoted_names_none),
	        cmocka_unit_test(words_alone_never_switch_the_stored_flag_off),
	        cmocka_unit_test(a_parameter_that_was_not_sent_is_not_found),
	        cmocka_unit_test(words_that_quote_nobody_may_speak_of_a_parameter_in_any_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
