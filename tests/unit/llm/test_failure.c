/* What services say when they do not answer: the shapes of their errors, the verdicts, the waits,
 * the words kept. */
#include "support.h"

#include <stdio.h>

#include "llm/failure.h"

static struct failure failure;
static struct json *root;
static struct http_reply reply;
static struct arena arena;

static void free_all(void)
{
	arena_free(&arena);
	arena = (struct arena){0};
	json_free(root);
	root = NULL;
	http_reply_free(&reply);
}

static bool find(int status, const char *body)
{
	free_all();
	reply = reply_of(status, body);
	root = json_parse_lenient(str_of(body), NULL);
	return failure_find(&reply, root, &arena, &failure);
}

static int tear_down(void **state)
{
	free_all();
	reply = (struct http_reply){0};
	return 0;
}

static void an_error_object_is_read_in_all_its_parts(void **state)
{
	assert_true(find(
	        400,
	        "{\"error\":{\"message\":\"m\",\"type\":\"t\",\"param\":\"p\",\"code\":\"c\"}}"));
	assert_int_equal(failure.status, 400);
	assert_str(failure.message, "m");
	assert_str(failure.type, "t");
	assert_str(failure.param, "p");
	assert_str(failure.code, "c");
}

static void nulls_and_wrong_types_are_nothing(void **state)
{
	assert_true(find(400,
	                 "{\"error\":{\"message\":null,\"type\":7,\"param\":null,\"code\":null}}"));
	assert_int_equal(
	        failure.message.len + failure.type.len + failure.param.len + failure.code.len, 0);
	assert_true(find(500, "{\"error\":7}"));
	assert_true(find(500, "[]"));
	assert_true(find(500, "<html>"));
	assert_true(find(500, ""));
}

static void errors_come_as_text_flat_message_and_detail(void **state)
{
	assert_true(find(400, "{\"error\":\"plain\"}"));
	assert_str(failure.message, "plain");
	assert_true(find(
	        429,
	        "{\"object\":\"error\",\"message\":\"flat\",\"type\":\"t\",\"code\":\"1300\"}"));
	assert_str(failure.message, "flat");
	assert_str(failure.code, "1300");
	assert_true(find(404, "{\"detail\":\"Not Found\"}"));
	assert_str(failure.message, "Not Found");
	assert_true(find(422,
	                 "{\"detail\":[{\"loc\":[\"body\",\"store\"],\"msg\":\"Extra inputs\"}]}"));
	assert_str(failure.message, "Extra inputs");
	assert_str(failure.param, "store");
	assert_true(find(422, "{\"detail\":[{\"loc\":[1],\"msg\":\"x\"}]}"));
	assert_int_equal(failure.param.len, 0);
	assert_true(find(422, "{\"detail\":[]}"));
}

/* Refusals as servers and gateways were seen to write them. */
static const struct shape {
	int status;
	const char *body;
	const char *message, *param, *code;
	int found_status;
} SHAPES[] = {
        /* FastAPI, and Mistral with the same thing in three places */
        {422,
         "{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"logprobs\"],\"msg\":"
         "\"Extra inputs\",\"input\":true}]}",
         "Extra inputs", "logprobs", "", 422},
        {422,
         "{\"object\":\"error\",\"message\":{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":["
         "\"body\",\"store\"],\"msg\":\"Extra inputs\"}]},\"type\":\"invalid_request_error\","
         "\"param\":null,\"code\":null}",
         "Extra inputs", "store", "", 422},
        {422,
         "{\"object\":\"error\",\"message\":\"{\\\"detail\\\":[{\\\"loc\\\":[\\\"body\\\","
         "\\\"store\\\"],\\\"msg\\\":\\\"Extra inputs\\\"}]}\",\"param\":null,\"code\":\"1000\"}",
         "Extra inputs", "store", "1000", 422},
        {422,
         "{\"object\":\"Error\",\"detail\":[{\"loc\":[\"body\",\"response_format\",\"json_schema\"]"
         ","
         "\"msg\":\"x\"}],\"message\":[{\"loc\":[\"body\",\"response_format\"],\"msg\":\"x\"}],"
         "\"code\":3001}",
         "x", "response_format", "", 422},
        /* vLLM, without and with the wrapper */
        {400,
         "{\"object\":\"error\",\"message\":\"no\",\"type\":\"BadRequestError\",\"param\":null,"
         "\"code\":400}",
         "no", "", "", 400},
        {404,
         "{\"error\":{\"message\":\"The model `x` does not exist.\",\"type\":\"NotFoundError\","
         "\"param\":\"model\",\"code\":404}}",
         "The model `x` does not exist.", "model", "", 404},
        /* Gemini */
        {400,
         "[{\"error\":{\"code\":400,\"message\":\"API key not valid.\",\"status\":"
         "\"INVALID_ARGUMENT\",\"details\":[{\"@type\":\"t\",\"reason\":\"API_KEY_INVALID\"}]}}]",
         "API key not valid.", "", "API_KEY_INVALID", 400},
        /* OpenRouter: the provider's own words, as JSON and as text */
        {400,
         "{\"error\":{\"message\":\"Provider returned error\",\"code\":400,\"metadata\":{\"raw\":"
         "\"{\\\"error\\\":{\\\"message\\\":\\\"no logprobs\\\",\\\"param\\\":"
         "\\\"logprobs\\\",\\\"code\\\":\\\"unsupported\\\"}}\",\"provider_name\":\"X\"}}}",
         "no logprobs", "logprobs", "unsupported", 400},
        {429,
         "{\"error\":{\"message\":\"Provider returned error\",\"code\":429,\"metadata\":{\"raw\":"
         "\"limited upstream\"}}}",
         "limited upstream", "", "", 429},
        /* LiteLLM: the status as a string, the cause inside the message, in Python's notation */
        {400,
         "{\"error\":{\"message\":\"litellm.BadRequestError: Error code: 400 - {'error': "
         "{'message': 'no store', 'param': 'store', 'code': 'invalid_api_key'}}\",\"type\":null,"
         "\"param\":null,\"code\":\"400\"}}",
         "no store", "", "400", 400},
        /* Cloudflare, AWS, Azure API Management, Apigee, RFC 9457, RFC 6749, NestJS, Tencent */
        {400, "{\"success\":false,\"errors\":[{\"code\":7003,\"message\":\"no route\"}]}",
         "no route", "", "", 400},
        {400, "{\"__type\":\"ValidationException\",\"Message\":\"bad\"}", "bad", "", "", 400},
        {401, "{\"statusCode\":401,\"message\":\"Access denied\"}", "Access denied", "", "", 401},
        {403,
         "{\"fault\":{\"faultstring\":\"Spike\",\"detail\":{\"errorcode\":\"policies.Spike\"}}}",
         "Spike", "", "policies.Spike", 403},
        {400, "{\"type\":\"about:blank\",\"title\":\"Bad\",\"status\":400,\"detail\":\"because\"}",
         "because", "", "", 400},
        {401, "{\"error\":\"invalid_client\",\"error_description\":\"unknown\"}", "unknown", "", "",
         401},
        {400, "{\"statusCode\":400,\"message\":[\"a\",\"b\"],\"error\":\"Bad Request\"}", "a", "",
         "", 400},
        {500, "{\"Response\":{\"Error\":{\"Code\":\"AuthFailure\",\"Message\":\"no\"}}}", "no", "",
         "AuthFailure", 500},
        {400, "{\"error\":{\"error\":{\"message\":\"deep\",\"code\":\"c\"}}}", "deep", "", "c",
         400},
        {200, "{\"success\":false,\"errors\":[{\"message\":\"full\",\"code\":\"429\"}]}", "full",
         "", "429", 429},
        {200, "{\"error\":true,\"message\":\"broken\"}", "broken", "", "", 0},
        {422, "{\"errors\":{\"logprobs\":[\"Unsupported\"]}}", "Unsupported", "logprobs", "", 422},
        {400,
         "{\"error\":{\"code\":\"bad_request\",\"details\":[{\"field\":\"store\",\"issue\":\"no\"}]"
         "}}",
         "no", "store", "bad_request", 400},
        {400, "{\"code\":\"Client specified an invalid argument\",\"error\":\"one text only\"}",
         "one text only", "", "", 400},
        {400, " Unsupported parameter: logprobs\n", "Unsupported parameter: logprobs", "", "", 400},
        {502, "<html>bad</html>", "", "", "", 502},
        {502, "{\"cut", "", "", "", 502},
        {400, "{\"choices\":[{\"error\":{\"message\":\"m\",\"code\":\"c\"}}]}", "m", "", "c", 400},
};

static void refusals_are_read_in_every_shape(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(SHAPES); i++) {
		const struct shape *shape = &SHAPES[i];
		if (!find(shape->status, shape->body))
			fail_msg("%s: no error", shape->body);
		assert_str(failure.message, shape->message);
		assert_str(failure.param, shape->param);
		assert_str(failure.code, shape->code);
		assert_int_equal(failure.status, shape->found_status);
	}
}

static void a_code_quoted_in_words_is_not_the_servers(void **state)
{
	assert_true(find(400, "{\"error\":{\"message\":\"Blocked: the text was {\\\"error\\\":{"
	                      "\\\"code\\\":\\\"invalid_api_key\\\",\\\"type\\\":"
	                      "\\\"insufficient_quota\\\"}}\"}}"));
	assert_int_equal(failure.code.len + failure.type.len, 0);
	assert_true(find(200, "{\"error\":\"Blocked: the text was {\\\"message\\\":\\\"m\\\","
	                      "\\\"code\\\":401,\\\"status\\\":401}\"}"));
	assert_int_equal(failure.status, 0);
}

static void a_shape_without_end_is_left_where_it_becomes_too_deep(void **state)
{
	struct buf body;
	buf_init(&body, 100000);
	for (int i = 0; i < 50; i++)
		buf_puts(&body, "{\"error\":{\"message\":");
	buf_puts(&body, "\"m\"");
	for (int i = 0; i < 100; i++)
		buf_puts(&body, "}");
	assert_true(find(400, buf_cstr(&body)));
	assert_int_equal(failure.message.len, 0);
	buf_free(&body);
}

static void an_empty_error_beside_an_answer_is_none(void **state)
{
	static const char *const errors[] = {
	        "{}",
	        "\"\"",
	        "null",
	        "false",
	        "[]",
	        "0",
	        "{\"message\":\"\",\"type\":\"\",\"param\":\"\",\"code\":null}",
	        "{\"message\":null,\"code\":0}",
	        "{\"code\":\"0\"}",
	        "{\"code\":\"ok\",\"message\":\"\"}",
	        "{\"code\":200,\"type\":\"none\"}",
	        "\"no error\"",
	        "{\"code\":0,\"message\":\"success\"}",
	};
	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		char body[200];
		snprintf(body, sizeof(body), "{\"choices\":[{}],\"error\":%s}", errors[i]);
		if (find(200, body))
			fail_msg("%s", body);
	}
}

static void too_long_is_understood_in_many_words(void **state)
{
	static const char *const words[] = {
	        "prompt is too long: 212345 tokens > 200000 maximum",
	        "Input is too long for requested model.",
	        "The input token count (40000) exceeds the maximum number of tokens allowed "
	        "(32768).",
	        "This model's maximum context length is 4096 tokens. However, you requested 5000 "
	        "tokens (4700 in the messages, 300 in the completion).",
	        "the request exceeds the available context size. try increasing the context size",
	        "Please reduce the length of the messages or completion. Tokens: 9000",
	        "Prompt contains 40000 tokens, too large for model with 32768 maximum context "
	        "length",
	        "The input length exceeds the context length",
	        "Trying to keep the first 5000 tokens when context the overflows. However, the "
	        "model is loaded with context length of only 4096 tokens, which is not enough",
	        "Requested token count exceeds the model's maximum context length of 131072 "
	        "tokens.",
	        "inputs tokens + max_new_tokens must be <= 4096: exceeds context",
	        "The sequence is longer than the model can take",
	        "Input validation error: `inputs` must have less than 1000 tokens. Given: 1234",
	        "`inputs` tokens + `max_new_tokens` must be <= 2048. Given: 3000 `inputs` tokens",
	        "Range of input length should be [1, 30720]",
	        "This model's maximum prompt length is 131072 but the request contains 537812 "
	        "tokens.",
	        "too many tokens: total number of tokens in the prompt cannot exceed 4081",
	        "input length and `max_tokens` exceed context limit: 199211 + 20000 > 200000",
	        "Invalid request: Your request exceeded model token limit: 8192",
	        "The prompt has 9001 tokens, which is over the 8192 that the model takes",
	        "Please shorten your prompt",
	        "\xE8\xBE\x93\xE5\x85\xA5\xE9\x95\xBF\xE5\xBA\xA6\xE8\xB6\x85\xE8\xBF\x87\xE9\x99"
	        "\x90\xE5\x88\xB6",
	};
	static const char *const others[] = {
	        "max_tokens is too large: 300. This model supports at most 256 completion tokens",
	        "Rate limit reached on tokens per min (TPM): Limit 6000",
	        "Invalid value for 'temperature': greater than maximum value 1 of input",
	        "The access token exceeds its lifetime",
	        "Invalid schema for response_format",
	        "Extra inputs are not permitted",
	};
	for (size_t i = 0; i < ARRAY_LEN(words) + ARRAY_LEN(others); i++) {
		bool is_long = i < ARRAY_LEN(words);
		const char *text = is_long ? words[i] : others[i - ARRAY_LEN(words)];
		char body[400];
		snprintf(body, sizeof(body), "{\"message\":\"%s\"}", text);
		assert_true(find(400, body));
		if (str_eq(failure.code, STR("context_length_exceeded")) != is_long)
			fail_msg("%s", text);
	}
}

static void a_request_that_no_minute_has_room_for_is_too_long(void **state)
{
	assert_true(find(429,
	                 "{\"error\":{\"message\":\"Request too large for gpt-4o in organization o "
	                 "on tokens per min (TPM): Limit 30000, Requested 40000.\",\"type\":"
	                 "\"tokens\",\"code\":\"rate_limit_exceeded\"}}"));
	assert_str(failure.code, "context_length_exceeded");
	assert_true(find(
	        429, "{\"error\":{\"message\":\"Rate limit reached for gpt-4o on tokens per min "
	             "(TPM): Limit 30000, Used 29000, Requested 4000.\",\"code\":"
	             "\"rate_limit_exceeded\"}}"));
	assert_str(failure.code, "rate_limit_exceeded");
}

static void the_reason_one_level_deeper_outranks(void **state)
{
	assert_true(find(400, "{\"error\":{\"code\":\"content_filter\",\"innererror\":{\"code\":"
	                      "\"ResponsibleAIPolicyViolation\"}}}"));
	assert_str(failure.code, "ResponsibleAIPolicyViolation");
}

static void an_error_inside_a_200_reply_counts_and_its_code_is_the_status(void **state)
{
	assert_true(find(200, "{\"error\":{\"message\":\"m\",\"code\":502}}"));
	assert_int_equal(failure.status, 502);
	assert_true(find(200, "{\"error\":{\"message\":\"m\",\"code\":\"429\"}}"));
	assert_int_equal(failure.status, 429);
	assert_true(find(200, "{\"choices\":[{\"error\":{\"message\":\"m\",\"code\":402}}]}"));
	assert_int_equal(failure.status, 402);
	assert_true(find(200, "{\"error\":{\"message\":\"m\",\"code\":7}}"));
	assert_int_equal(failure.status, 0);
	assert_true(find(200, "{\"object\":\"error\",\"message\":\"m\",\"code\":404}"));
	assert_int_equal(failure.status, 404);
	assert_true(find(429, "{\"error\":{\"code\":500}}"));
	assert_int_equal(failure.status, 429);
}

static void a_reply_without_an_error_is_none(void **state)
{
	assert_false(find(200, "{\"error\":null,\"choices\":[]}"));
	assert_false(find(200, "{\"error\":false}"));
	assert_false(find(200, "{\"message\":\"hello\",\"detail\":\"x\"}"));
	assert_false(find(201, "no json"));
}

static enum llm_verdict judge(int status, const char *body)
{
	enum llm_verdict verdict;
	assert_true(find(status, body));
	if (failure_judge_words(&failure, &verdict))
		return verdict;
	bool for_all;
	(void)failure_wait(&failure, &reply, 0, &for_all);
	return failure_judge_status(&failure, &reply, for_all);
}

static void words_outrank_the_status(void **state)
{
	static const struct {
		const char *word;
		enum llm_verdict verdict;
	} words[] = {
	        {"insufficient_quota", LLM_NO_MONEY},
	        {"exceeded_current_quota_error", LLM_NO_MONEY},
	        {"credit_balance_exhausted", LLM_NO_MONEY},
	        {"organization_spend_limit_exceeded", LLM_NO_MONEY},
	        {"project_spend_limit_exceeded", LLM_NO_MONEY},
	        {"organization_usage_limit_exceeded", LLM_NO_MONEY},
	        {"budget_exceeded", LLM_NO_MONEY},
	        {"model_not_found", LLM_NO_MODEL},
	        {"context_length_exceeded", LLM_TOO_LONG},
	        {"exceed_context_size_error", LLM_TOO_LONG},
	        {"content_filter", LLM_DECLINED},
	        {"invalid_api_key", LLM_NO_ENTRY},
	        {"slow_down", LLM_SLOW_DOWN},
	};
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		static const int statuses[] = {400, 429, 503};
		char body[200];
		for (size_t j = 0; j < ARRAY_LEN(statuses); j++) {
			snprintf(body, sizeof(body), "{\"error\":{\"type\":\"%s\",\"code\":null}}",
			         words[i].word);
			assert_int_equal(judge(statuses[j], body), words[i].verdict);
			snprintf(body, sizeof(body),
			         "{\"error\":{\"type\":\"requests\",\"code\":\"%s\"}}",
			         words[i].word);
			assert_int_equal(judge(statuses[j], body), words[i].verdict);
		}
	}
	assert_int_equal(judge(400, "{\"error\":{\"message\":\"This model's maximum context length "
	                            "is 4096\",\"code\":400}}"),
	                 LLM_TOO_LONG);
	assert_int_equal(judge(500, "{\"error\":\"prompt exceeds the context window\"}"),
	                 LLM_TOO_LONG);
}

static void a_status_without_words_decides(void **state)
{
	static const struct {
		int status;
		enum llm_verdict verdict;
	} statuses[] = {
	        {301, LLM_MISCONFIGURED}, {307, LLM_MISCONFIGURED}, {400, LLM_MISCONFIGURED},
	        {401, LLM_NO_ENTRY},      {402, LLM_NO_MONEY},      {403, LLM_NO_ENTRY},
	        {404, LLM_MISCONFIGURED}, {405, LLM_MISCONFIGURED}, {408, LLM_TRY_AGAIN},
	        {409, LLM_TRY_AGAIN},     {410, LLM_MISCONFIGURED}, {413, LLM_TOO_LONG},
	        {422, LLM_MISCONFIGURED}, {429, LLM_SLOW_DOWN},     {498, LLM_TRY_AGAIN},
	        {500, LLM_TRY_AGAIN},     {502, LLM_TRY_AGAIN},     {503, LLM_TRY_AGAIN},
	        {504, LLM_TRY_AGAIN},     {520, LLM_TRY_AGAIN},     {524, LLM_TRY_AGAIN},
	        {529, LLM_TRY_AGAIN},
	};
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
		assert_int_equal(judge(statuses[i].status, "<html>"), statuses[i].verdict);
}

static void an_error_without_a_status_is_tried_again_unless_it_is_a_rate_limit(void **state)
{
	assert_int_equal(judge(200, "{\"error\":{\"message\":\"boom\"}}"), LLM_TRY_AGAIN);
	assert_int_equal(judge(200, "{\"error\":{\"type\":\"rate_limit_error\"}}"), LLM_SLOW_DOWN);
	assert_int_equal(judge(200, "{\"error\":{\"code\":\"rate_limit_exceeded\"}}"),
	                 LLM_SLOW_DOWN);
}

/* Status and headers (name, value, …) without a body. */
static enum llm_verdict judge_headers(int status, const char *name, const char *value,
                                      msec *ret_wait)
{
	assert_true(find(status, ""));
	add_header(&reply, name, value);
	bool for_all;
	*ret_wait = failure_wait(&failure, &reply, 0, &for_all);
	return failure_judge_status(&failure, &reply, for_all);
}

static void a_wait_in_a_header_makes_429_a_limit_and_402_none(void **state)
{
	msec wait;
	assert_int_equal(judge_headers(429, "retry-after", "20", &wait), LLM_LIMITED);
	assert_int_equal(wait, 20000);
	assert_int_equal(judge_headers(429, "retry-after-ms", "1250", &wait), LLM_LIMITED);
	assert_int_equal(wait, 1250);
	assert_int_equal(judge_headers(402, "retry-after", "3", &wait), LLM_NO_MONEY);
	assert_int_equal(judge_headers(429, "retry-after", "0", &wait), LLM_SLOW_DOWN);
	assert_int_equal(wait, -1);
	assert_int_equal(judge_headers(429, "retry-after", "soon", &wait), LLM_SLOW_DOWN);
}

static void waits_are_capped(void **state)
{
	msec wait;
	judge_headers(429, "retry-after", "86000", &wait);
	assert_int_equal(wait, LLM_WAIT_MAX);
}

static msec wait_in(const char *message)
{
	char body[300];
	snprintf(body, sizeof(body), "{\"error\":{\"message\":\"%s\"}}", message);
	assert_true(find(429, body));
	bool for_all;
	msec wait = failure_wait(&failure, &reply, 0, &for_all);
	assert_false(for_all);
	return wait;
}

static void the_message_tells_the_wait_when_no_header_does(void **state)
{
	assert_int_equal(wait_in("Limit 200000, Used 191584. Please try again in 11.122s."), 11122);
	assert_int_equal(wait_in("Please try again in 50s. Visit us."), 50000);
	assert_int_equal(wait_in("Please try again in 59m0s."), LLM_WORDS_WAIT_MAX);
	assert_int_equal(wait_in("try again in 20ms"), 20);
	assert_int_equal(wait_in("Please retry after 26 seconds."), 26000);
	assert_int_equal(wait_in("Please try again in a while."), -1);
	assert_int_equal(wait_in("Please try again in "), -1);
	assert_int_equal(wait_in("Please try again later."), -1);
}

static void x_should_retry_overrides_the_status(void **state)
{
	msec wait;
	assert_int_equal(judge_headers(400, "x-should-retry", "true", &wait), LLM_TRY_AGAIN);
	assert_int_equal(judge_headers(500, "x-should-retry", "false", &wait), LLM_DECLINED);
	assert_int_equal(judge_headers(429, "x-should-retry", "false", &wait), LLM_NO_MONEY);
	assert_int_equal(judge_headers(401, "x-should-retry", "false", &wait), LLM_NO_ENTRY);
	assert_int_equal(judge_headers(500, "x-should-retry", "perhaps", &wait), LLM_TRY_AGAIN);
}

static void only_5xx_count_for_the_breaker(void **state)
{
	find(503, "{\"error\":{\"code\":\"slow_down\"}}");
	assert_false(failure_counts_for_breaker(&failure, LLM_SLOW_DOWN));
	assert_true(failure_counts_for_breaker(&failure, LLM_TRY_AGAIN));
	find(429, "");
	assert_false(failure_counts_for_breaker(&failure, LLM_LIMITED));
}

static const char *describe(int status, const char *body, const char *key)
{
	static char text[256];
	assert_true(find(status, body));
	failure_describe(&failure, str_of(key), text);
	assert_true(utf8_valid(str_of(text)));
	return text;
}

static void the_description_names_status_code_and_words(void **state)
{
	assert_string_equal(
	        describe(429,
	                 "{\"error\":{\"message\":\"Too many\",\"type\":\"t\",\"code\":\"c\"}}",
	                 ""),
	        "HTTP 429, c: Too many");
	assert_string_equal(
	        describe(500, "{\"error\":{\"message\":\"m\",\"type\":\"server_error\"}}", ""),
	        "HTTP 500, server_error: m");
	assert_string_equal(describe(502, "<html>", ""), "HTTP 502");
	assert_string_equal(describe(200, "{\"error\":\"m\"}", ""), "error in the reply: m");
}

static void credentials_are_masked(void **state)
{
	assert_string_equal(describe(401,
	                             "{\"error\":\"Incorrect key: sk-abcd***wxyz. See "
	                             "'sk-proj-1_2' and task-list\"}",
	                             ""),
	                    "HTTP 401: Incorrect key: *** See '***' and task-list");
	assert_string_equal(
	        describe(401, "{\"error\":\"you sent Bearer geheim7, really geheim7\"}", "geheim7"),
	        "HTTP 401: you sent Bearer ***, really ***");
	/* too short for a key */
	assert_string_equal(describe(401, "{\"error\":\"abc\"}", "abc"), "HTTP 401: abc");
}

static void foreign_words_are_one_line_of_at_most_200_bytes(void **state)
{
	struct buf body;
	buf_init(&body, 10000);
	buf_puts(&body, "{\"error\":\"a\\r\\nb\\u2028");
	for (int i = 0; i < 200; i++)
		buf_puts(&body, "\xE2\x82\xAC");
	buf_puts(&body, "\"}");
	const char *text = describe(400, buf_cstr(&body), "");
	assert_true(strlen(text) <= strlen("HTTP 400: ") + 200);
	assert_non_null(strstr(text, "a  b "));
	buf_free(&body);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(an_error_object_is_read_in_all_its_parts),
	        TEST(nulls_and_wrong_types_are_nothing),
	        TEST(errors_come_as_text_flat_message_and_detail),
	        TEST(refusals_are_read_in_every_shape),
	        TEST(a_code_quoted_in_words_is_not_the_servers),
	        TEST(a_shape_without_end_is_left_where_it_becomes_too_deep),
	        TEST(an_empty_error_beside_an_answer_is_none),
	        TEST(too_long_is_understood_in_many_words),
	        TEST(a_request_that_no_minute_has_room_for_is_too_long),
	        TEST(the_reason_one_level_deeper_outranks),
	        TEST(an_error_inside_a_200_reply_counts_and_its_code_is_the_status),
	        TEST(a_reply_without_an_error_is_none),
	        TEST(words_outrank_the_status),
	        TEST(a_status_without_words_decides),
	        TEST(an_error_without_a_status_is_tried_again_unless_it_is_a_rate_limit),
	        TEST(a_wait_in_a_header_makes_429_a_limit_and_402_none),
	        TEST(waits_are_capped),
	        TEST(the_message_tells_the_wait_when_no_header_does),
	        TEST(x_should_retry_overrides_the_status),
	        TEST(only_5xx_count_for_the_breaker),
	        TEST(the_description_names_status_code_and_words),
	        TEST(credentials_are_masked),
	        TEST(foreign_words_are_one_line_of_at_most_200_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
