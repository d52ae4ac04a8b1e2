/* Chat Completions: what a request carries, what is learned from refusals, what a reply means. */
#include "support.h"

#include <stdio.h>

static struct config *config;
static struct llm_client client;
static struct arena arena;
static struct llm_result result;
static struct llm_sent sent;

static void use(const char *base_url, const char *model)
{
	llm_client_free(&client);
	config_free(config);
	config = config_for(LLM_OPENAI, base_url, model);
	set_text(&config->llm.fallback_models, "gpt-6-luna, , third");
	set_text(&config->llm.api_key, "sk-test-123456");
	llm_client_init(&client, config);
	sent = (struct llm_sent){llm_profile_params(&client.profile, 0), client.models_used,
	                         str_of(client.model), "v3.0"};
}

static int set_up(void **state)
{
	json_seed(1);
	arena = (struct arena){0};
	use("", "gpt-4o-mini");
	return 0;
}

static int tear_down(void **state)
{
	llm_client_free(&client);
	config_free(config);
	config = NULL;
	arena_free(&arena);
	return 0;
}

/* The body of a chat request; the caller frees both. */
static struct json *chat(struct http_request *request)
{
	struct prompt prompt;
	struct err err;
	prompt_build(&prompt, client.config, STR("Sub\"ject"), STR("Text \xF0\x9F\x98\x80"),
	             "0123456789abcdef", false, &arena);
	sent = llm_request_chat(&client, &prompt, request);
	struct json *body = json_parse(str_make(request->body, request->body_len), &err);
	if (!body)
		fail_msg("%s", err.text);
	const struct json *messages = json_at(body, "messages");
	assert_int_equal(json_item_count(messages), 2);
	assert_str(json_str_at(json_item(messages, 0), "role"), "system");
	struct buf system;
	buf_init(&system, PROMPT_SYSTEM_BYTES_MAX);
	prompt_system(client.config, &system);
	assert_true(str_eq(json_str_at(json_item(messages, 0), "content"), buf_str(&system)));
	buf_free(&system);
	assert_string_equal(sent.prompt, "v3.0");
	assert_str(json_str_at(json_item(messages, 1), "role"), "user");
	assert_true(str_eq(json_str_at(json_item(messages, 1), "content"), prompt.user));
	return body;
}

static bool has_header(const struct http_request *request, const char *line)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (strcmp(request->headers[i], line) == 0)
			return true;
	return false;
}

static void a_request_goes_to_v1_with_bearer_bound_and_timeout(void **state)
{
	struct http_request request;
	struct json *body = chat(&request);
	assert_int_equal(request.method, HTTP_POST);
	assert_string_equal(request.url, "https://api.openai.com/v1/chat/completions");
	assert_true(has_header(&request, "Authorization: Bearer sk-test-123456"));
	assert_true(has_header(&request, "Content-Type: application/json"));
	assert_int_equal(request.reply_max, LLM_REPLY_MAX);
	assert_int_equal(request.timeout, config->llm.timeout);
	assert_int_equal(sent.models_used, 1);
	json_free(body);
	http_request_free(&request);
}

static void no_authorization_is_sent_without_a_key(void **state)
{
	struct http_request request;
	set_text(&config->llm.api_key, "");
	struct json *body = chat(&request);
	assert_int_equal(request.header_count, 1);
	json_free(body);
	http_request_free(&request);
}

static void the_hosted_default_carries_strict_schema_log_probabilities_and_no_store(void **state)
{
	struct http_request request;
	int64_t number;
	double temperature;
	bool flag = true;
	struct json *body = chat(&request);
	assert_str(json_str_at(body, "model"), "gpt-4o-mini");
	assert_true(json_number_at(body, "temperature", &temperature) && temperature > 0.29 &&
	            temperature < 0.31);
	assert_true(json_int_at(body, "max_completion_tokens", &number));
	assert_int_equal(number, PROMPT_ANSWER_TOKENS);
	assert_null(json_at(body, "max_tokens"));
	assert_null(json_at(body, "reasoning_effort"));
	assert_true(json_bool_at(body, "store", &flag) && !flag);
	assert_true(json_bool_at(body, "logprobs", &flag) && flag);
	assert_true(json_int_at(body, "top_logprobs", &number) && number == 5);
	const struct json *schema = json_at(json_at(body, "response_format"), "json_schema");
	assert_str(json_str_at(schema, "name"), "triage");
	assert_true(json_bool_at(schema, "strict", &flag) && flag);
	schema = json_at(schema, "schema");
	assert_true(json_bool_at(schema, "additionalProperties", &flag) && !flag);
	assert_int_equal(json_item_count(json_at(schema, "required")),
	                 json_member_count(json_at(schema, "properties")));
	assert_int_equal(json_item_count(json_at(
	                         json_at(json_at(schema, "properties"), "root_cause"), "enum")),
	                 4);
	json_free(body);
	http_request_free(&request);
}

/* Each reply counts 412 tokens of the prompt. */
static int64_t cached_of(const char *usage)
{
	char *body = xasprintf("{\"choices\":[{\"message\":{\"content\":\"" GOOD_QUOTED
	                       "\"},\"finish_reason\":\"stop\"}],%s}",
	                       usage);
	struct http_reply reply = reply_of(200, body);
	llm_read_chat(&client, sent, &reply, 0, &arena, &result);
	http_reply_free(&reply);
	free(body);
	assert_int_equal(result.verdict, LLM_ANSWERED);
	return result.tokens_cached;
}

#define USAGE(more) "\"usage\":{\"prompt_tokens\":412,\"completion_tokens\":38" more "}"
#define DETAILS(value) ",\"prompt_tokens_details\":{\"cached_tokens\":" value "}"

static void cached_tokens_are_read_under_all_their_names(void **state)
{
	assert_int_equal(cached_of(USAGE(DETAILS("384"))), 384);
	assert_int_equal(cached_of(USAGE(",\"input_tokens_details\":{\"cached_tokens\":7}")), 7);
	assert_int_equal(cached_of(USAGE(",\"prompt_cache_hit_tokens\":128")), 128);
	assert_int_equal(cached_of(USAGE(",\"cache_read_input_tokens\":9")), 9);
	assert_int_equal(cached_of(USAGE(",\"cached_tokens\":10")), 10);
	assert_int_equal(cached_of(USAGE("") ",\"timings\":{\"cache_n\":236}"), 236);
	assert_int_equal(cached_of(USAGE("")), 0);
}

static void impossible_numbers_of_cached_tokens_are_bounded(void **state)
{
	static const char *const rows[][2] = {
	        {USAGE(DETAILS("413")), "412"},
	        {USAGE(DETAILS("1099511627776")), "412"},
	        {USAGE(DETAILS("9223372036854775807")), "0"},
	        {USAGE(DETAILS("-1")), "0"},
	        {USAGE(DETAILS("\"384\"")), "0"},
	        {USAGE(DETAILS("384.5")), "0"},
	        {USAGE(DETAILS("null")), "0"},
	        {USAGE(DETAILS("[1]")), "0"},
	        {USAGE(",\"prompt_tokens_details\":null"), "0"},
	        {USAGE(",\"prompt_tokens_details\":[{\"cached_tokens\":1}]"), "0"},
	        {"\"usage\":{\"prompt_tokens\":-5,\"cached_tokens\":3}", "0"},
	        {"\"usage\":{\"cached_tokens\":3}", "0"},
	        {"\"usage\":7,\"timings\":[]", "0"}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(cached_of(rows[i][0]), atoi(rows[i][1]));
}

static void request_with(const char *subject, const char *text, const char *marker, bool reminder,
                         struct http_request *ret)
{
	struct prompt prompt;
	prompt_build(&prompt, client.config, str_of(subject), str_of(text), marker, reminder,
	             &arena);
	(void)llm_request_chat(&client, &prompt, ret);
}

/* What is the same at the beginning and at the end of two requests is all but the ticket, its
 * marker and the reminder. */
static void assert_alike_but_for_the_ticket(void)
{
	struct http_request first, second;
	struct buf system, quoted;
	buf_init(&system, PROMPT_SYSTEM_BYTES_MAX);
	buf_init(&quoted, 4 * PROMPT_SYSTEM_BYTES_MAX);
	prompt_system(client.config, &system);
	json_add_string(&quoted, buf_str(&system));
	request_with("Printer", "It burns", "0123456789abcdef", false, &first);
	request_with("Rechnung", "Wo ist sie?", "fedcba9876543210", true, &second);
	size_t same = 0, end = 0;
	while (first.body[same] == second.body[same])
		same++;
	while (first.body[first.body_len - 1 - end] == second.body[second.body_len - 1 - end])
		end++;
	struct str head = str_make(first.body, same),
	           tail = str_make(first.body + first.body_len - end, end);
	/* model and system message stand first, and only then comes what differs */
	assert_true(str_starts(head, STR("{\"model\":\"")));
	assert_true(str_find(head, buf_str(&quoted)) > 0);
	assert_true(str_ends(head, STR("BEGIN ")));
	assert_true(str_ends(tail, STR("}")) && str_find(tail, STR("\"}]")) >= 0);
	assert_true(str_eq(str_skip(tail, (size_t)str_find(tail, STR("}]"))),
	                   buf_str(&client.body_tail)));
	buf_free(&system);
	buf_free(&quoted);
	http_request_free(&first);
	http_request_free(&second);
}

static void requests_begin_with_the_same_bytes_whatever_the_ticket(void **state)
{
	static const char *const languages[] = {"English", "German"};
	for (int wording = PROMPT_V3_0; wording <= PROMPT_V2_1; wording++)
		for (size_t i = 0; i < ARRAY_LEN(languages); i++) {
			use("", "gpt-4o-mini");
			config->llm.prompt = wording;
			set_text(&config->llm.summary_language, languages[i]);
			llm_client_reload(&client, config);
			assert_alike_but_for_the_ticket();
			llm_client_refuse(&client, PARAM_JSON_SCHEMA | PARAM_LOGPROBS);
			assert_alike_but_for_the_ticket();
		}
}

static int alternatives_asked(void)
{
	struct http_request request;
	int64_t number = -1;
	bool flag = false;
	struct json *body = chat(&request);
	if (json_bool_at(body, "logprobs", &flag) && flag)
		assert_true(json_int_at(body, "top_logprobs", &number));
	else
		assert_null(json_at(body, "top_logprobs"));
	assert_int_equal((sent.params & PARAM_LOGPROBS) != 0, flag);
	json_free(body);
	http_request_free(&request);
	return (int)number;
}

static void as_many_alternatives_are_asked_for_as_labels_need(void **state)
{
	use("http://gateway/v1", "gpt-4o-mini");
	assert_int_equal(alternatives_asked(), CAUSE_COUNT + 1);
	use("http://127.0.0.1:8080/v1/", "qwen"); /* numbers from before the grammar */
	assert_int_equal(alternatives_asked(), 10);
	use("", "gpt-5-mini"); /* has none */
	assert_int_equal(alternatives_asked(), -1);
}

static void no_log_probabilities_are_asked_for_where_nobody_reads_them(void **state)
{
	config->llm.confidence = false;
	llm_client_reload(&client, config);
	assert_int_equal(alternatives_asked(), -1);
	config->llm.confidence = true;
	llm_client_reload(&client, config);
	assert_int_equal(alternatives_asked(), 5);
	llm_client_forgo_confidence(&client);
	assert_int_equal(alternatives_asked(), -1);
	assert_true(llm_client_next_model(&client));
	assert_int_equal(alternatives_asked(), -1);
}

static void other_servers_get_max_tokens_and_no_store(void **state)
{
	struct http_request request;
	use("http://127.0.0.1:8080/v1/", "qwen");
	struct json *body = chat(&request);
	assert_string_equal(request.url, "http://127.0.0.1:8080/v1/chat/completions");
	assert_non_null(json_at(body, "max_tokens"));
	assert_null(json_at(body, "max_completion_tokens"));
	assert_null(json_at(body, "store"));
	json_free(body);
	http_request_free(&request);
}

static void reasoning_models_are_told_their_effort(void **state)
{
	struct http_request request;
	use("", "gpt-5-nano");
	struct json *body = chat(&request);
	assert_str(json_str_at(body, "reasoning_effort"), "minimal");
	assert_null(json_at(body, "temperature"));
	json_free(body);
	http_request_free(&request);
}

/* Reads a reply to the request whose parameters are in `sent`. */
static enum llm_verdict read(int status, const char *body)
{
	struct http_reply reply = reply_of(status, body);
	llm_read_chat(&client, sent, &reply, 0, &arena, &result);
	http_reply_free(&reply);
	assert_true(utf8_valid(str_of(result.text)));
	return result.verdict;
}

static void resend(void)
{
	struct http_request request;
	json_free(chat(&request));
	http_request_free(&request);
}

static enum llm_verdict refuse(const char *param)
{
	char body[300];
	snprintf(body, sizeof(body),
	         "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\",\"param\":\"%"
	         "s\",\"code\":null}}",
	         param);
	return read(400, body);
}

static void a_refused_parameter_is_left_out_of_the_next_request(void **state)
{
	struct http_request request;
	resend();
	assert_int_equal(refuse("temperature"), LLM_REPEAT_NOW);
	assert_non_null(strstr(result.text, "temperature"));
	struct json *body = chat(&request);
	assert_null(json_at(body, "temperature"));
	assert_non_null(json_at(body, "logprobs"));
	json_free(body);
	http_request_free(&request);
}

static void a_parameter_named_again_although_it_was_left_out_is_a_misconfiguration(void **state)
{
	resend();
	assert_int_equal(refuse("temperature"), LLM_REPEAT_NOW);
	resend();
	assert_int_equal(refuse("temperature"), LLM_MISCONFIGURED);
}

static void replies_to_requests_sent_before_the_lesson_are_echoes(void **state)
{
	resend();
	struct llm_sent before = sent;
	assert_int_equal(refuse("response_format"), LLM_REPEAT_NOW);
	assert_int_equal(client.refused, PARAM_JSON_SCHEMA);
	sent = before;
	assert_int_equal(refuse("response_format"), LLM_REPEAT_NOW);
	assert_int_equal(client.refused, PARAM_JSON_SCHEMA);
}

static void json_schema_gives_way_to_json_object_and_that_to_nothing(void **state)
{
	struct http_request request;
	resend();
	assert_int_equal(refuse("response_format"), LLM_REPEAT_NOW);
	struct json *body = chat(&request);
	assert_str(json_str_at(json_at(body, "response_format"), "type"), "json_object");
	json_free(body);
	http_request_free(&request);
	assert_int_equal(refuse("response_format"), LLM_REPEAT_NOW);
	body = chat(&request);
	assert_null(json_at(body, "response_format"));
	json_free(body);
	http_request_free(&request);
	assert_int_equal(refuse("response_format"), LLM_MISCONFIGURED);
}

static void a_parameter_named_in_the_message_alone_is_found(void **state)
{
	resend();
	assert_int_equal(read(400, "{\"error\":{\"message\":\"Unrecognized request argument "
	                           "supplied: temperature\",\"param\":null}}"),
	                 LLM_REPEAT_NOW);
	assert_int_equal(client.refused, PARAM_TEMPERATURE);
	resend();
	assert_int_equal(read(403, "{\"error\":{\"message\":\"You are not allowed to request "
	                           "logprobs from this model.\"}}"),
	                 LLM_REPEAT_NOW);
	resend();
	assert_int_equal(read(422, "{\"detail\":[{\"loc\":[\"body\",\"max_completion_tokens\"],"
	                           "\"msg\":\"Extra\"}]}"),
	                 LLM_REPEAT_NOW);
	assert_int_equal(client.refused,
	                 PARAM_TEMPERATURE | PARAM_LOGPROBS | PARAM_MAX_COMPLETION_TOKENS);
}

static void a_ticket_quoted_in_a_refusal_switches_nothing_off(void **state)
{
	static const char *const bodies[] = {
	        "{\"error\":{\"message\":\"Blocked. Matched text: my app says bad response_format "
	        "in config\"}}",
	        "{\"error\":{\"message\":\"Blocked. Matched: {\\\"param\\\":\\\"temperature\\\","
	        "\\\"message\\\":\\\"x\\\"} end\"}}",
	        "{\"error\":{\"message\":\"Blocked. Matched: {'detail': [{'loc': ['body', "
	        "'logprobs'], 'msg': 'Extra'}]}\"}}",
	        "{\"error\":{\"message\":\"Blocked. Matched: {'errors': {'logprobs': ['bad']}}\"}}",
	        "{\"error\":{\"message\":\"Blocked. Matched: {'message': 'temperature is not "
	        "supported'}\"}}",
	        "Blocked. Matched text: temperature is not supported",
	};
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		use("", "gpt-4o-mini");
		resend();
		if (read(400, bodies[i]) == LLM_REPEAT_NOW || client.refused != 0)
			fail_msg("%s", bodies[i]);
	}
}

static void a_message_about_the_context_is_about_the_context(void **state)
{
	resend();
	assert_int_equal(read(400, "{\"error\":{\"message\":\"'max_tokens' is too large. This "
	                           "model's maximum context length is "
	                           "4096 tokens\",\"code\":400}}"),
	                 LLM_TOO_LONG);
	assert_int_equal(read(400, "{\"error\":{\"message\":\"x\",\"param\":\"messages\",\"code\":"
	                           "\"context_length_exceeded\"}}"),
	                 LLM_TOO_LONG);
	assert_int_equal(client.refused, 0);
}

static void any_other_400_halts(void **state)
{
	resend();
	assert_int_equal(read(400, "{\"error\":{\"message\":\"bad\",\"param\":\"messages\"}}"),
	                 LLM_MISCONFIGURED);
	assert_int_equal(read(400, "<html>nginx</html>"), LLM_MISCONFIGURED);
}

#define REPLY(content)                                                                             \
	"{\"id\":\"c\",\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\":0,\"finish_"   \
	"reason\":\"stop\","                                                                       \
	"\"message\":{\"role\":\"assistant\",\"content\":" content ",\"refusal\":null}}],"         \
	"\"usage\":{\"prompt_tokens\":412,\"completion_tokens\":38}}"
#define CHOICE(choice) "{\"choices\":[" choice "]}"

static void a_good_reply_is_an_analysis_with_version_and_tokens(void **state)
{
	assert_int_equal(read(200, REPLY("\"" GOOD_QUOTED "\"")), LLM_ANSWERED);
	assert_str(result.answer.summary, "Login fails");
	assert_int_equal(result.answer.root_cause, CAUSE_BUG);
	assert_int_equal(result.answer.urgency, URGENCY_HIGH);
	assert_int_equal(result.answer.sentiment, SENTIMENT_NEGATIVE);
	assert_str(result.model_version, "2024-07-18");
	assert_int_equal(result.tokens_prompt, 412);
	assert_int_equal(result.tokens_answer, 38);
	assert_int_equal(result.retry_after, -1);
	assert_int_equal(result.requests_remaining, -1);
	assert_false(result.confidence.urgency_known);
}

static void counts_that_no_answer_can_have_are_none(void **state)
{
	read(200, "{\"choices\":[],\"usage\":{\"prompt_tokens\":9223372036854775807,\"completion_"
	          "tokens\":-38}}");
	assert_int_equal(result.tokens_prompt, 0);
	assert_int_equal(result.tokens_answer, 0);
}

static const char *version_for(const char *name)
{
	static char text[200];
	char body[500];
	snprintf(body, sizeof(body), "{\"model\":%s,\"choices\":[]}", name);
	read(200, body);
	snprintf(text, sizeof(text), STR_FMT, STR_ARG(result.model_version));
	return text;
}

static void the_version_is_what_the_servers_name_adds(void **state)
{
	assert_string_equal(version_for("\"gpt-4o-mini\""), "");
	assert_string_equal(version_for("\"gpt-4o-mini-x\""), "x");
	assert_string_equal(version_for("\"gpt-4o-minimal\""), "gpt-4o-minimal");
	assert_string_equal(version_for("\"gpt-4o-mini-\""), "gpt-4o-mini-");
	assert_string_equal(version_for("\"/models/qwen.gguf\""), "/models/qwen.gguf");
	assert_string_equal(version_for("7"), "");
}

static void log_probabilities_become_confidence(void **state)
{
	assert_int_equal(
	        read(200,
	             CHOICE("{\"finish_reason\":\"stop\",\"message\":{\"content\":\"" GOOD_QUOTED
	                    "\"},\"logprobs\":{\"content\":["
	                    "{\"token\":\"{\\\"summary\\\":\\\"Login "
	                    "fails\\\",\\\"root_cause\\\":\\\"\",\"logprob\":0},"
	                    "{\"token\":\"bug\",\"logprob\":-0.5,\"top_logprobs\":[{\"token\":"
	                    "\"bug\","
	                    "\"logprob\":-0.5},"
	                    "{\"token\":\"ref\",\"logprob\":-0.5}]},"
	                    "{\"token\":\"\\\",\\\"urgency\\\":\\\"high\\\",\\\"sentiment\\\":"
	                    "\\\"negative\\\"}\",\"logprob\":0}]}}")),
	        LLM_ANSWERED);
	assert_true(result.confidence.root_cause_known);
	assert_true(result.confidence.root_cause > 0.49 && result.confidence.root_cause < 0.51);
}

static void content_may_come_in_parts_or_as_reasoning(void **state)
{
	assert_int_equal(read(200, REPLY("[{\"type\":\"text\",\"text\":\"```\"},{\"type\":\"x\"},{"
	                                 "\"type\":\"text\",\"text\":"
	                                 "\"" GOOD_QUOTED "\"}]")),
	                 LLM_ANSWERED);
	assert_int_equal(read(200, CHOICE("{\"message\":{\"content\":\" "
	                                  "\",\"reasoning_content\":\"so " GOOD_QUOTED "\"}}")),
	                 LLM_ANSWERED);
	assert_true(result.answer.repairs & REPAIR_THINK);
	assert_int_equal(
	        read(200,
	             CHOICE("{\"message\":{\"content\":null,\"reasoning\":\"" GOOD_QUOTED "\"}}")),
	        LLM_ANSWERED);
}

static void no_content_is_a_bad_answer(void **state)
{
	assert_int_equal(read(200, REPLY("null")), LLM_BAD_ANSWER);
	assert_int_equal(read(200, REPLY("\"\"")), LLM_BAD_ANSWER);
	assert_int_equal(read(200, REPLY("[]")), LLM_BAD_ANSWER);
	assert_int_equal(read(200, REPLY("7")), LLM_BAD_ANSWER);
	assert_int_equal(read(200, CHOICE("")), LLM_BAD_ANSWER);
	assert_int_equal(read(200, CHOICE("7")), LLM_BAD_ANSWER);
	assert_int_equal(read(200, CHOICE("{}")), LLM_BAD_ANSWER);
	assert_int_equal(read(200, "{}"), LLM_BAD_ANSWER);
	assert_int_equal(read(200, "[]"), LLM_BAD_ANSWER);
}

static void a_reply_that_is_not_json_says_so(void **state)
{
	assert_int_equal(read(200, "<html>Welcome</html>"), LLM_BAD_ANSWER);
	assert_non_null(strstr(result.text, "not JSON"));
	assert_int_equal(read(200, ""), LLM_BAD_ANSWER);
	assert_int_equal(read(200, "{\"a\":\"\xFF\"}"), LLM_BAD_ANSWER);
	assert_non_null(strstr(result.text, "UTF-8"));
	assert_int_equal(read(200, "{\"a\":\"\\u0000\"}"), LLM_BAD_ANSWER);
	assert_non_null(strstr(result.text, "NUL"));
	char deep[300];
	memset(deep, '[', 200);
	memset(deep + 200, '\0', 1);
	assert_int_equal(read(200, deep), LLM_BAD_ANSWER);
	assert_non_null(strstr(result.text, "too deep"));
}

static void what_stopped_the_model_decides_first(void **state)
{
	assert_int_equal(
	        read(200,
	             CHOICE("{\"finish_reason\":\"length\",\"message\":{\"content\":\"" GOOD_QUOTED
	                    "\"}}")),
	        LLM_BAD_ANSWER);
	assert_int_equal(read(200, CHOICE("{\"finish_reason\":\"content_filter\",\"message\":{"
	                                  "\"content\":\"\"}}")),
	                 LLM_DECLINED);
	assert_int_equal(
	        read(200, CHOICE("{\"finish_reason\":null,\"message\":{\"content\":\"" GOOD_QUOTED
	                         "\"}}")),
	        LLM_ANSWERED);
}

static void a_whole_answer_is_used_unless_it_was_cut_or_filtered(void **state)
{
	static const struct {
		const char *reason;
		enum llm_verdict verdict;
	} reasons[] = {
	        {"stop", LLM_ANSWERED},
	        {"STOP", LLM_ANSWERED},
	        {"eos_token", LLM_ANSWERED},
	        {"eos", LLM_ANSWERED},
	        {"stop_sequence", LLM_ANSWERED},
	        {"end_turn", LLM_ANSWERED},
	        {"COMPLETE", LLM_ANSWERED},
	        {"tool_calls", LLM_ANSWERED},
	        {"function_call", LLM_ANSWERED},
	        {"finished", LLM_ANSWERED},
	        {"FINISH_REASON_UNSPECIFIED", LLM_ANSWERED},
	        {"", LLM_ANSWERED},
	        {"length", LLM_BAD_ANSWER},
	        {"max_tokens", LLM_BAD_ANSWER},
	        {"MAX_TOKENS", LLM_BAD_ANSWER},
	        {"model_length", LLM_BAD_ANSWER},
	        {"incomplete", LLM_BAD_ANSWER},
	        {"error", LLM_BAD_ANSWER},
	        {"abort", LLM_BAD_ANSWER},
	        {"insufficient_system_resource", LLM_BAD_ANSWER},
	        {"maxTokens", LLM_BAD_ANSWER},
	        {"max-tokens", LLM_BAD_ANSWER},
	        {"Max Tokens", LLM_BAD_ANSWER},
	        {"FinishReason.MAX_TOKENS", LLM_BAD_ANSWER},
	        {"token limit", LLM_BAD_ANSWER},
	        {"model_context_window_exceeded", LLM_BAD_ANSWER},
	        {"content-filter", LLM_DECLINED},
	        {"content_filter", LLM_DECLINED},
	        {"SAFETY", LLM_DECLINED},
	        {"RECITATION", LLM_DECLINED},
	        {"PROHIBITED_CONTENT", LLM_DECLINED},
	        {"guardrail_intervened", LLM_DECLINED},
	        {"refusal", LLM_DECLINED},
	};
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		char body[500];
		snprintf(body, sizeof(body),
		         CHOICE("{\"finish_reason\":\"%s\",\"message\":{\"content\":\"%s\"}}"),
		         reasons[i].reason, GOOD_QUOTED);
		if (read(200, body) != reasons[i].verdict)
			fail_msg("%s", reasons[i].reason);
	}
}

static void a_byte_order_mark_before_the_reply_is_skipped(void **state)
{
	assert_int_equal(read(200, "\xEF\xBB\xBF" REPLY("\"" GOOD_QUOTED "\"")), LLM_ANSWERED);
	assert_int_equal(read(404, "\xEF\xBB\xBF{\"error\":{\"code\":\"model_not_found\"}}"),
	                 LLM_NO_MODEL);
}

static void an_empty_error_does_not_spoil_an_answer(void **state)
{
	assert_int_equal(read(200, "{\"error\":{\"message\":\"\",\"code\":null},\"choices\":[{"
	                           "\"message\":{\"content\":\"" GOOD_QUOTED "\"}}]}"),
	                 LLM_ANSWERED);
	assert_int_equal(read(200,
	                      "{\"error\":{\"message\":\"overloaded\",\"code\":503},"
	                      "\"choices\":[{\"message\":{\"content\":\"" GOOD_QUOTED "\"}}]}"),
	                 LLM_TRY_AGAIN);
}

static void thoughts_among_the_parts_are_not_content(void **state)
{
	assert_int_equal(read(200, REPLY("[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\","
	                                 "\"text\":\"hm {\"}]},{\"type\":\"reasoning\",\"text\":"
	                                 "\"{\"},\"" GOOD_QUOTED "\"]")),
	                 LLM_ANSWERED);
}

static void a_part_is_read_in_every_spelling(void **state)
{
	static const char *const contents[] = {
	        "[{\"type\":\"text\",\"text\":{\"value\":\"" GOOD_QUOTED "\"}}]",
	        "[{\"type\":\"text\",\"content\":\"" GOOD_QUOTED "\"}]",
	        "[{\"type\":\"output_text\",\"text\":\"" GOOD_QUOTED "\"}]",
	        "[{\"text\":\"{\",\"thought\":true},{\"text\":\"" GOOD_QUOTED "\"}]",
	        "{\"type\":\"text\",\"text\":\"" GOOD_QUOTED "\"}",
	};
	for (size_t i = 0; i < ARRAY_LEN(contents); i++) {
		char body[600];
		snprintf(body, sizeof(body), "{\"choices\":[{\"message\":{\"content\":%s}}]}",
		         contents[i]);
		if (read(200, body) != LLM_ANSWERED)
			fail_msg("%s", body);
	}
}

#define CALL(arguments) "{\"type\":\"function\",\"function\":{\"arguments\":" arguments "}}"
#define CALLED(calls) CHOICE("{\"message\":{\"content\":null,\"tool_calls\":[" calls "]}}")

static void the_answer_may_be_the_arguments_of_the_only_call(void **state)
{
	assert_int_equal(read(200, CALLED(CALL("\"" GOOD_QUOTED "\""))), LLM_ANSWERED);
	assert_int_equal(read(200, CALLED(CALL(GOOD))), LLM_ANSWERED);
	assert_int_equal(read(200, CHOICE("{\"message\":{\"function_call\":{\"arguments\":"
	                                  "\"" GOOD_QUOTED "\"}}}")),
	                 LLM_ANSWERED);
	assert_int_equal(read(200, CALLED(CALL(GOOD) "," CALL(GOOD))), LLM_BAD_ANSWER);
	assert_int_equal(read(200, CALLED(CALL("{\"city\":\"Rome\"}"))), LLM_BAD_ANSWER);
	assert_int_equal(read(200, CALLED("7")), LLM_BAD_ANSWER);
}

static void an_answer_that_did_not_fit_the_format_takes_no_format_away(void **state)
{
	use("", "gpt-4o-mini");
	assert_int_equal(read(400, "{\"error\":{\"message\":\"Generated JSON does not match\","
	                           "\"param\":\"response_format\",\"code\":"
	                           "\"json_validate_failed\"}}"),
	                 LLM_MISCONFIGURED);
	assert_false(result.named);
	assert_int_equal(client.refused, 0);
}

static void content_may_be_the_object_itself_or_come_in_a_gateways_member(void **state)
{
	assert_int_equal(read(200, REPLY(GOOD)), LLM_ANSWERED);
	assert_str(result.answer.summary, "Login fails");
	assert_int_equal(read(200, "{\"code\":0,\"msg\":\"success\",\"data\":" REPLY(
	                                   "\"" GOOD_QUOTED "\"") "}"),
	                 LLM_ANSWERED);
	assert_int_equal(result.tokens_prompt, 412);
	assert_int_equal(read(200, "{\"success\":true,\"errors\":[],\"result\":" REPLY(
	                                   "\"" GOOD_QUOTED "\"") "}"),
	                 LLM_ANSWERED);
	assert_int_equal(
	        read(200, CHOICE("{\"message\":{\"content\":\"\",\"thinking\":"
	                         "\"<|channel|>final<|message|>" GOOD_QUOTED "<|return|>\"}}")),
	        LLM_ANSWERED);
}

static void a_refused_parameter_is_found_in_every_shape(void **state)
{
	static const char *const bodies[] = {
	        "{\"object\":\"error\",\"message\":{\"detail\":[{\"loc\":[\"body\",\"logprobs\"],"
	        "\"msg\":\"Extra inputs are not permitted\"}]},\"param\":null,\"code\":null}",
	        "{\"object\":\"error\",\"message\":\"[{'type': 'extra_forbidden', 'loc': ('body', "
	        "'logprobs'), 'msg': 'Extra inputs are not permitted'}]\",\"code\":400}",
	        "{\"error\":{\"message\":\"Provider returned error\",\"code\":400,\"metadata\":{"
	        "\"raw\":\"{\\\"error\\\":{\\\"message\\\":\\\"unsupported: logprobs\\\"}}\"}}}",
	        "{\"error\":{\"message\":\"Gaudi doesn't support logprobs. Please remove "
	        "'logprobs'/"
	        "'top_logprobs'\",\"type\":\"BadRequestError\",\"param\":null,\"code\":400}}",
	        "[{\"error\":{\"code\":400,\"message\":\"Unable to submit request because "
	        "Logprobs: "
	        "logprobs is not supported\",\"status\":\"INVALID_ARGUMENT\"}}]",
	};
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		use("", "gpt-4o-mini");
		assert_int_equal(read(422, bodies[i]), LLM_REPEAT_NOW);
		assert_int_equal(client.refused, PARAM_LOGPROBS);
	}
	/* LM Studio takes a schema or nothing */
	use("http://127.0.0.1:1234", "qwen");
	llm_client_refuse(&client, PARAM_JSON_SCHEMA);
	resend();
	assert_int_equal(read(400, "{\"error\":\"'response_format.type' must be 'json_schema' or "
	                           "'text'\"}"),
	                 LLM_REPEAT_NOW);
	assert_int_equal(client.refused, PARAM_JSON_SCHEMA | PARAM_JSON_OBJECT);
}

static void a_refusal_is_final(void **state)
{
	assert_int_equal(
	        read(200, CHOICE("{\"message\":{\"content\":null,\"refusal\":\"I cannot\"}}")),
	        LLM_DECLINED);
	assert_int_equal(read(200, CHOICE("{\"message\":{\"content\":[{\"type\":\"refusal\","
	                                  "\"refusal\":\"No\"}]}}")),
	                 LLM_DECLINED);
}

static void errors_become_verdicts(void **state)
{
	assert_int_equal(read(200, "{\"error\":{\"message\":\"upstream\",\"code\":502}}"),
	                 LLM_TRY_AGAIN);
	assert_true(result.counts_for_breaker);
	assert_int_equal(read(404, "{\"error\":{\"code\":\"model_not_found\"}}"), LLM_NO_MODEL);
	assert_int_equal(
	        read(401,
	             "{\"error\":{\"message\":\"Incorrect API key provided: sk-test-123456\"}}"),
	        LLM_NO_ENTRY);
	assert_null(strstr(result.text, "123456"));
	assert_int_equal(read(429, "{\"error\":{\"type\":\"insufficient_quota\",\"code\":null}}"),
	                 LLM_NO_MONEY);
	assert_int_equal(read(429, "{\"error\":{\"message\":\"Please try again in "
	                           "11.122s.\",\"type\":\"tokens\"}}"),
	                 LLM_SLOW_DOWN);
	assert_int_equal(result.retry_after, 11122);
	assert_int_equal(read(503, "{\"error\":{\"type\":\"slow_down\"}}"), LLM_SLOW_DOWN);
	assert_int_equal(read(308, ""), LLM_MISCONFIGURED);
}

static void a_missing_model_that_was_replaced_meanwhile_is_asked_again(void **state)
{
	resend();
	assert_true(llm_client_next_model(&client));
	assert_string_equal(client.model, "gpt-6-luna");
	assert_int_equal(read(404, "{\"error\":{\"code\":\"model_not_found\"}}"), LLM_REPEAT_NOW);
	assert_int_equal(refuse("temperature"), LLM_REPEAT_NOW);
	assert_int_equal(client.refused, 0); /* said of the other model */
	resend();
	assert_int_equal(sent.models_used, 2);
	assert_int_equal(read(404, "{\"error\":{\"code\":\"model_not_found\"}}"), LLM_NO_MODEL);
}

static struct llm_models models;

static enum llm_verdict read_models(int status, const char *body)
{
	struct http_reply reply = reply_of(status, body);
	llm_read_models(&client, &reply, 0, &models);
	http_reply_free(&reply);
	return models.verdict;
}

static void the_list_of_models_tells_of_a_shutdown(void **state)
{
	struct http_request request;
	llm_request_models(&client, &request);
	assert_int_equal(request.method, HTTP_GET);
	assert_string_equal(request.url, "https://api.openai.com/v1/models");
	assert_true(has_header(&request, "Authorization: Bearer sk-test-123456"));
	http_request_free(&request);
	assert_int_equal(read_models(200, "{\"data\":[{\"id\":\"x\",\"shutdown_date\":\"2020-01-"
	                                  "01\"},{\"id\":\"gpt-4o-mini\","
	                                  "\"shutdown_date\":\"2027-01-14\"}]}"),
	                 LLM_ANSWERED);
	assert_true(models.list_known && models.listed);
	assert_string_equal(models.shutdown_date, "2027-01-14");
	read_models(200, "{\"data\":[{\"id\":\"gpt-4o-mini\",\"shutdown_date\":\"2027-1-14 \"}]}");
	assert_string_equal(models.shutdown_date, "");
	read_models(200, "{\"data\":[{\"id\":\"gpt-4o-mini\",\"shutdown_date\":null}]}");
	assert_string_equal(models.shutdown_date, "");
	assert_true(models.listed);
	read_models(200, "[{\"id\":\"models/gpt-4o-mini\"}]");
	assert_true(models.list_known && models.listed);
	assert_int_equal(read_models(200, "{\"data\":[]}"), LLM_ANSWERED);
	assert_true(models.list_known && !models.listed);
}

static void no_list_proves_nothing_and_a_wrong_key_everything(void **state)
{
	static const char *const none[] = {"{}", "<html>", "{\"data\":7}"};
	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		assert_int_equal(read_models(200, none[i]), LLM_ANSWERED);
		assert_false(models.list_known);
	}
	assert_int_equal(read_models(404, "not found"), LLM_ANSWERED);
	assert_int_equal(read_models(404, "{\"error\":{\"code\":\"model_not_found\"}}"),
	                 LLM_ANSWERED);
	assert_false(models.list_known);
	assert_int_equal(read_models(401, "{\"error\":{\"message\":\"Incorrect API key\"}}"),
	                 LLM_NO_ENTRY);
	assert_non_null(strstr(models.text, "Incorrect"));
	assert_int_equal(read_models(429, "{\"error\":{\"code\":\"insufficient_quota\"}}"),
	                 LLM_NO_MONEY);
	assert_int_equal(read_models(503, ""), LLM_TRY_AGAIN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void only_a_code_of_the_closed_list_is_named(void **state)
{
	static const char *const codes[] = {
	        "invalid_api_key", "insufficient_quota",  "model_not_found",
	        "auth_error",      "account_deactivated", "DeploymentNotFound",
	};
	static const char *const others[] = {
	        "",
	        "<html>",
	        "{\"error\":{\"message\":\"invalid_api_key\"}}",
	        "{\"error\":{\"code\":\"json_validate_failed\"}}",
	        "{\"error\":{\"code\":\"401\",\"type\":\"None\"}}",
	        "{\"error\":{\"code\":401}}",
	};
	char body[200];

	use("", "gpt-4o-mini");
	for (int status = 400; status < 512; status++) {
		for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
			snprintf(body, sizeof(body), "{\"error\":{\"code\":\"%s\"}}", codes[i]);
			(void)read(status, body);
			assert_true(result.named);
		}
		for (size_t i = 0; i < ARRAY_LEN(others); i++) {
			(void)read(status, others[i]);
			assert_false(result.named);
		}
	}
	(void)read(403, "{\"error\":{\"code\":\"a\",\"message\":\"one\"}}");
	uint64_t likeness = result.likeness;
	(void)read(403, "{\"error\":{\"code\":\"a\",\"message\":\"two\"}}");
	assert_true(result.likeness == likeness);
	(void)read(400, "{\"error\":{\"code\":\"a\",\"message\":\"one\"}}");
	assert_true(result.likeness != likeness);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(only_a_code_of_the_closed_list_is_named),
	        TEST(a_request_goes_to_v1_with_bearer_bound_and_timeout),
	        TEST(no_authorization_is_sent_without_a_key),
	        TEST(the_hosted_default_carries_strict_schema_log_probabilities_and_no_store),
	        TEST(cached_tokens_are_read_under_all_their_names),
	        TEST(impossible_numbers_of_cached_tokens_are_bounded),
	        TEST(requests_begin_with_the_same_bytes_whatever_the_ticket),
	        TEST(as_many_alternatives_are_asked_for_as_labels_need),
	        TEST(no_log_probabilities_are_asked_for_where_nobody_reads_them),
	        TEST(other_servers_get_max_tokens_and_no_store),
	        TEST(reasoning_models_are_told_their_effort),
	        TEST(a_refused_parameter_is_left_out_of_the_next_request),
	        TEST(a_parameter_named_again_although_it_was_left_out_is_a_misconfiguration),
	        TEST(replies_to_requests_sent_before_the_lesson_are_echoes),
	        TEST(json_schema_gives_way_to_json_object_and_that_to_nothing),
	        TEST(a_parameter_named_in_the_message_alone_is_found),
	        TEST(a_ticket_quoted_in_a_refusal_switches_nothing_off),
	        TEST(a_message_about_the_context_is_about_the_context),
	        TEST(any_other_400_halts),
	        TEST(a_good_reply_is_an_analysis_with_version_and_tokens),
	        TEST(counts_that_no_answer_can_have_are_none),
	        TEST(the_version_is_what_the_servers_name_adds),
	        TEST(log_probabilities_become_confidence),
	        TEST(content_may_come_in_parts_or_as_reasoning),
	        TEST(no_content_is_a_bad_answer),
	        TEST(a_reply_that_is_not_json_says_so),
	        TEST(what_stopped_the_model_decides_first),
	        TEST(a_whole_answer_is_used_unless_it_was_cut_or_filtered),
	        TEST(a_byte_order_mark_before_the_reply_is_skipped),
	        TEST(an_empty_error_does_not_spoil_an_answer),
	        TEST(thoughts_among_the_parts_are_not_content),
	        TEST(a_part_is_read_in_every_spelling),
	        TEST(the_answer_may_be_the_arguments_of_the_only_call),
	        TEST(an_answer_that_did_not_fit_the_format_takes_no_format_away),
	        TEST(content_may_be_the_object_itself_or_come_in_a_gateways_member),
	        TEST(a_refused_parameter_is_found_in_every_shape),
	        TEST(a_refusal_is_final),
	        TEST(errors_become_verdicts),
	        TEST(a_missing_model_that_was_replaced_meanwhile_is_asked_again),
	        TEST(the_list_of_models_tells_of_a_shutdown),
	        TEST(no_list_proves_nothing_and_a_wrong_key_everything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
