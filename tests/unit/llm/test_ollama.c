/* Ollama's own protocol: what a request carries, and its replies, streamed or not. */
#include "support.h"

#include <stdio.h>

#include "llm/protocol.h"

static struct config *config;
static struct llm_client client;
static struct arena arena;
static struct llm_result result;
static struct llm_sent sent;

static int set_up(void **state)
{
	json_seed(1);
	arena = (struct arena){0};
	config = config_for(LLM_OLLAMA, "http://127.0.0.1:11434/", "llama3.1:8b");
	set_text(&config->llm.api_key, "must-not-leave");
	llm_client_init(&client, config);
	sent = (struct llm_sent){llm_profile_params(&client.profile, 0), client.models_used,
	                         str_of(client.model), "v3.0"};
	return 0;
}

static int tear_down(void **state)
{
	llm_client_free(&client);
	config_free(config);
	arena_free(&arena);
	return 0;
}

static struct json *chat(struct http_request *request)
{
	struct prompt prompt;
	struct err err;
	prompt_build(&prompt, client.config, STR("Subject"), STR("Text"), "0123456789abcdef", false,
	             &arena);
	sent = llm_request_chat(&client, &prompt, request);
	struct json *body = json_parse(str_make(request->body, request->body_len), &err);
	if (!body)
		fail_msg("%s", err.text);
	return body;
}

static void a_request_asks_for_one_piece_bounded_and_uncut(void **state)
{
	struct http_request request;
	int64_t number;
	bool flag = true;
	struct json *body = chat(&request);
	assert_string_equal(request.url, "http://127.0.0.1:11434/api/chat");
	assert_int_equal(request.header_count, 1); /* no key of another service */
	assert_true(json_bool_at(body, "stream", &flag) && !flag);
	assert_true(json_bool_at(body, "truncate", &flag) && !flag);
	assert_str(json_str_at(body, "keep_alive"), "30m");
	assert_true(json_is_object(json_at(json_at(body, "format"), "properties")));
	assert_true(json_bool_at(body, "logprobs", &flag) && flag);
	/* numbers from before the grammar */
	assert_true(json_int_at(body, "top_logprobs", &number) && number == 10);
	assert_null(json_at(body, "think"));
	const struct json *options = json_at(body, "options");
	assert_true(json_int_at(options, "num_ctx", &number) && number == 8192);
	assert_true(json_int_at(options, "num_predict", &number) && number == PROMPT_ANSWER_TOKENS);
	assert_true(json_is_number(json_at(options, "temperature")));
	assert_int_equal(json_item_count(json_at(body, "messages")), 2);
	json_free(body);
	http_request_free(&request);
}

static void no_log_probabilities_are_asked_for_where_nobody_reads_them(void **state)
{
	struct http_request request;
	config->llm.confidence = false;
	llm_client_reload(&client, config);
	struct json *body = chat(&request);
	assert_null(json_at(body, "logprobs"));
	assert_null(json_at(body, "top_logprobs"));
	json_free(body);
	http_request_free(&request);
}

static enum llm_verdict read(int status, const char *body)
{
	struct http_reply reply = reply_of(status, body);
	llm_read_chat(&client, sent, &reply, 0, &arena, &result);
	http_reply_free(&reply);
	return result.verdict;
}

#define DONE ",\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":28,\"eval_count\":16}"

static void a_good_reply_is_an_analysis_without_a_version(void **state)
{
	assert_int_equal(read(200, "{\"model\":\"llama3.1:8b\",\"message\":{\"role\":\"assistant\","
	                           "\"content\":\"" GOOD_QUOTED "\"}" DONE),
	                 LLM_ANSWERED);
	assert_str(result.answer.summary, "Login fails");
	assert_int_equal(result.tokens_prompt, 28);
	assert_int_equal(result.tokens_answer, 16);
	assert_int_equal(result.model_version.len, 0);
}

static void absent_counts_are_zero(void **state)
{
	assert_int_equal(read(200, "{\"message\":{\"content\":\"" GOOD_QUOTED "\"},\"done\":true}"),
	                 LLM_ANSWERED);
	assert_int_equal(result.tokens_prompt, 0);
	assert_int_equal(result.tokens_answer, 0);
}

static void log_probabilities_become_confidence(void **state)
{
	assert_int_equal(read(200, "{\"message\":{\"content\":\"" GOOD_QUOTED "\"},\"logprobs\":["
	                           "{\"token\":\"{\\\"summary\\\":\\\"Login "
	                           "fails\\\",\\\"root_cause\\\":\\\"\",\"logprob\":0},"
	                           "{\"token\":\"bug\",\"logprob\":-0.5,\"top_logprobs\":[{"
	                           "\"token\":\"bug\",\"logprob\":-0.5},"
	                           "{\"token\":\"other\",\"logprob\":-0.5}]},"
	                           "{\"token\":\"\\\",\\\"urgency\\\":\\\"high\\\","
	                           "\\\"sentiment\\\":\\\"negative\\\"}\","
	                           "\"logprob\":0}]" DONE),
	                 LLM_ANSWERED);
	assert_true(result.confidence.root_cause_known && result.confidence.root_cause < 0.51);
}

static void a_streamed_reply_is_put_together(void **state)
{
	assert_int_equal(read(200, "{\"message\":{\"content\":\"{\\\"summary\\\":\\\"Login "
	                           "fails\\\",\\\"root_cause\\\":\\\"\"},\"done\":false,"
	                           "\"logprobs\":[{\"token\":\"{\\\"summary\\\":\\\"Login "
	                           "fails\\\",\\\"root_cause\\\":\\\"\",\"logprob\":0}]}\n"
	                           "{\"message\":{\"content\":\"bug\"},\"logprobs\":[{\"token\":"
	                           "\"bug\",\"logprob\":-0.5}]}\n\n"
	                           "{\"message\":{\"content\":\"\\\",\\\"urgency\\\":\\\"high\\\","
	                           "\\\"sentiment\\\":"
	                           "\\\"negative\\\"}\"},\"logprobs\":"
	                           "[{\"token\":\"\\\",\\\"urgency\\\":\\\"high\\\","
	                           "\\\"sentiment\\\":\\\"negative\\\"}\","
	                           "\"logprob\":0}]}\r\n"
	                           "{\"message\":{\"content\":\"\"}" DONE "\n"),
	                 LLM_ANSWERED);
	assert_int_equal(result.answer.root_cause, CAUSE_BUG);
	assert_int_equal(result.tokens_prompt, 28);
	assert_true(result.confidence.root_cause_known);
}

static void a_stream_that_ends_early_or_in_an_error_is_tried_again(void **state)
{
	assert_int_equal(
	        read(200, "{\"message\":{\"content\":\"" GOOD_QUOTED "\"},\"done\":false}\n"),
	        LLM_TRY_AGAIN);
	assert_int_equal(read(200, "{\"message\":{\"content\":\"{\"},\"done\":false}\n{\"error\":"
	                           "\"runner died\"}\n"
	                           "{\"error\":\"again\"}\n"),
	                 LLM_TRY_AGAIN);
	assert_non_null(strstr(result.text, "runner died"));
	assert_int_equal(read(200, "{}"), LLM_TRY_AGAIN);
	assert_int_equal(read(200, "{\"error\":null}"), LLM_TRY_AGAIN);
	assert_int_equal(read(200, "[]"), LLM_TRY_AGAIN);
}

static void a_reply_that_is_not_json_says_so(void **state)
{
	assert_int_equal(read(200, "Ollama is running"), LLM_BAD_ANSWER);
	assert_non_null(strstr(result.text, "not JSON"));
	assert_int_equal(read(200, "{\"done\":false}\n{broken\n"), LLM_BAD_ANSWER);
	assert_int_equal(read(200, ""), LLM_BAD_ANSWER);
}

static void what_stopped_the_model_decides_first(void **state)
{
	static const struct {
		const char *reason;
		enum llm_verdict verdict;
	} reasons[] = {
	        {"stop", LLM_ANSWERED},     {"eos", LLM_ANSWERED},       {"load", LLM_ANSWERED},
	        {"length", LLM_BAD_ANSWER}, {"aborted", LLM_BAD_ANSWER},
	};
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		char body[500];
		snprintf(body, sizeof(body),
		         "{\"error\":\"\",\"message\":{\"content\":\"%s\"},\"done\":true,"
		         "\"done_reason\":\"%s\"}",
		         GOOD_QUOTED, reasons[i].reason);
		assert_int_equal(read(200, body), reasons[i].verdict);
	}
	assert_int_equal(read(200, "{\"message\":{\"content\":\" \"}" DONE), LLM_BAD_ANSWER);
}

static void errors_of_gateways_before_it_are_read(void **state)
{
	assert_int_equal(read(502, "{\"message\":{\"detail\":\"upstream gone\"}}"), LLM_TRY_AGAIN);
	assert_non_null(strstr(result.text, "upstream gone"));
	assert_int_equal(read(400,
	                      "\xEF\xBB\xBF{\"error\":{\"message\":\"prompt too long; exceeded "
	                      "max context length by 4 tokens\"}}"),
	                 LLM_TOO_LONG);
}

/* Before 0.5 a format was a word. */
static void an_old_version_is_asked_for_json_by_its_word(void **state)
{
	struct http_request request;
	json_free(chat(&request));
	http_request_free(&request);
	assert_int_equal(read(400,
	                      "{\"error\":\"json: cannot unmarshal object into Go struct field "
	                      "ChatRequest.format of type string\"}"),
	                 LLM_REPEAT_NOW);
	struct json *body = chat(&request);
	assert_str(json_str_at(body, "format"), "json");
	json_free(body);
	http_request_free(&request);
}

static void a_ticket_quoted_by_a_proxy_switches_nothing_off(void **state)
{
	struct http_request request;
	json_free(chat(&request));
	http_request_free(&request);
	assert_int_not_equal(read(400, "{\"error\":\"Blocked: the file has a bad format\"}"),
	                     LLM_REPEAT_NOW);
}

static void thoughts_are_read_when_there_is_nothing_else(void **state)
{
	assert_int_equal(read(200, "{\"message\":{\"content\":\"\",\"thinking\":\"well " GOOD_QUOTED
	                           "\"}" DONE),
	                 LLM_ANSWERED);
	assert_true(result.answer.repairs & REPAIR_THINK);
}

static void a_prompt_that_fills_the_context_was_cut(void **state)
{
	assert_int_equal(read(200, "{\"message\":{\"content\":\"" GOOD_QUOTED
	                           "\"},\"done\":true,\"prompt_eval_count\":8191}"),
	                 LLM_TOO_LONG);
	assert_int_equal(read(400, "{\"error\":\"the input length exceeds the context length\"}"),
	                 LLM_TOO_LONG);
}

static void a_missing_model_is_told_from_a_missing_page(void **state)
{
	assert_int_equal(read(404, "{\"error\":\"model 'llama3.1:8b' not found\"}"), LLM_NO_MODEL);
	assert_int_equal(
	        read(404, "{\"error\":\"model \\\"x\\\" not found, try pulling it first\"}"),
	        LLM_NO_MODEL);
	assert_int_equal(read(404, "404 page not found"), LLM_MISCONFIGURED);
}

static void a_full_queue_slows_down_and_other_503_are_tried_again(void **state)
{
	assert_int_equal(read(503, "{\"error\":\"server busy, please try again.  maximum pending "
	                           "requests exceeded\"}"),
	                 LLM_SLOW_DOWN);
	assert_false(result.counts_for_breaker);
	assert_int_equal(read(503, "{\"error\":\"loading\"}"), LLM_TRY_AGAIN);
	assert_true(result.counts_for_breaker);
	assert_int_equal(read(500, "{\"error\":\"llama runner process has terminated\"}"),
	                 LLM_TRY_AGAIN);
	assert_int_equal(read(499, ""), LLM_TRY_AGAIN);
	assert_int_equal(read(403, "{\"error\":\"cloud disabled\"}"), LLM_NO_ENTRY);
}

static void what_it_does_not_know_is_left_out(void **state)
{
	struct http_request request;
	json_free(chat(&request));
	http_request_free(&request);
	assert_int_equal(read(400, "{\"error\":\"unknown field: top_logprobs\"}"), LLM_REPEAT_NOW);
	json_free(chat(&request));
	http_request_free(&request);
	assert_int_equal(
	        read(400, "{\"error\":\"invalid format: expected \\\"json\\\" or a JSON schema\"}"),
	        LLM_REPEAT_NOW);
	struct json *body = chat(&request);
	assert_null(json_at(body, "logprobs"));
	assert_str(json_str_at(body, "format"), "json");
	json_free(body);
	http_request_free(&request);
	assert_int_equal(read(400, "{\"error\":\"invalid format\"}"), LLM_REPEAT_NOW);
	body = chat(&request);
	assert_null(json_at(body, "format"));
	json_free(body);
	http_request_free(&request);
	assert_int_equal(read(400, "{\"error\":\"invalid format\"}"), LLM_MISCONFIGURED);
	assert_int_equal(read(400, "{\"error\":\"bad\"}"), LLM_MISCONFIGURED);
}

static bool listed(const char *model, const char *tags)
{
	struct llm_models models;
	struct http_reply reply = reply_of(200, tags);
	set_text(&client.model, model);
	llm_read_models(&client, &reply, 0, &models);
	http_reply_free(&reply);
	assert_int_equal(models.verdict,
	                 models.list_known && !models.listed ? LLM_NO_MODEL : LLM_ANSWERED);
	return models.list_known && models.listed;
}

static void a_model_is_listed_by_name_or_as_latest(void **state)
{
	struct http_request request;
	llm_request_models(&client, &request);
	assert_string_equal(request.url, "http://127.0.0.1:11434/api/tags");
	http_request_free(&request);
	assert_true(listed("llama3.1:8b",
	                   "{\"models\":[{\"name\":\"x\"},{\"name\":\"llama3.1:8b\"}]}"));
	assert_true(listed("qwen", "{\"models\":[{\"name\":\"qwen:latest\"}]}"));
	assert_true(listed("qwen:latest", "{\"models\":[{\"name\":7,\"model\":\"qwen\"}]}"));
	assert_false(listed("qwen", "{\"models\":[{\"name\":\"qwen:7b\"},{}]}"));
	assert_false(listed("qwen", "{\"models\":[]}"));
	assert_false(listed("qwen", "Ollama is running"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(a_request_asks_for_one_piece_bounded_and_uncut),
	        TEST(no_log_probabilities_are_asked_for_where_nobody_reads_them),
	        TEST(a_good_reply_is_an_analysis_without_a_version),
	        TEST(absent_counts_are_zero),
	        TEST(log_probabilities_become_confidence),
	        TEST(a_streamed_reply_is_put_together),
	        TEST(a_stream_that_ends_early_or_in_an_error_is_tried_again),
	        TEST(a_reply_that_is_not_json_says_so),
	        TEST(what_stopped_the_model_decides_first),
	        TEST(errors_of_gateways_before_it_are_read),
	        TEST(an_old_version_is_asked_for_json_by_its_word),
	        TEST(a_ticket_quoted_by_a_proxy_switches_nothing_off),
	        TEST(thoughts_are_read_when_there_is_nothing_else),
	        TEST(a_prompt_that_fills_the_context_was_cut),
	        TEST(a_missing_model_is_told_from_a_missing_page),
	        TEST(a_full_queue_slows_down_and_other_503_are_tried_again),
	        TEST(what_it_does_not_know_is_left_out),
	        TEST(a_model_is_listed_by_name_or_as_latest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
