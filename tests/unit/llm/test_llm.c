/* The door: addresses, fallback models, and exchanges that ended without a reply. */
#include "support.h"

#include <stdio.h>

static struct config *config;
static struct llm_client client;
static struct llm_result result;

static void use(enum llm_provider provider, const char *base_url, const char *model)
{
	llm_client_free(&client);
	config_free(config);
	config = config_for(provider, base_url, model);
	set_text(&config->llm.fallback_models, "gpt-4o, gpt-6-luna");
	llm_client_init(&client, config);
}

static int tear_down(void **state)
{
	llm_client_free(&client);
	config_free(config);
	config = NULL;
	return 0;
}

static void v1_is_added_only_where_there_is_no_path(void **state)
{
	static const char *const bases[][2] = {
	        {"", "https://api.openai.com/v1"},
	        {"http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"},
	        {"http://127.0.0.1:8080/", "http://127.0.0.1:8080/v1"},
	        {"http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"},
	        {"http://127.0.0.1:8080/v1//", "http://127.0.0.1:8080/v1"},
	        {"http://127.0.0.1:8080/chat/completions", "http://127.0.0.1:8080"},
	        {"https://x.openai.azure.com/openai/v1/", "https://x.openai.azure.com/openai/v1"},
	};
	for (size_t i = 0; i < ARRAY_LEN(bases); i++) {
		use(LLM_OPENAI, bases[i][0], "m");
		assert_string_equal(client.base, bases[i][1]);
	}
	use(LLM_OLLAMA, "", "m");
	assert_string_equal(client.base, "http://127.0.0.1:11434");
	use(LLM_OLLAMA, "http://10.0.0.1:11434/", "m");
	assert_string_equal(client.base, "http://10.0.0.1:11434");
}

static void only_openais_own_hosts_are_hosted(void **state)
{
	use(LLM_OPENAI, "", "m");
	assert_true(client.hosted);
	use(LLM_OPENAI, "https://API.openai.com", "m");
	assert_true(client.hosted);
	use(LLM_OPENAI, "https://eu.api.openai.com:443/v1", "m");
	assert_true(client.hosted);
	use(LLM_OPENAI, "https://api.openai.com.evil.example/v1", "m");
	assert_false(client.hosted);
	use(LLM_OLLAMA, "https://api.openai.com", "m");
	assert_false(client.hosted);
}

static void fallback_models_are_used_in_turn_and_never_twice(void **state)
{
	use(LLM_OPENAI, "", "gpt-4o");
	client.refused = PARAM_TEMPERATURE;
	assert_true(llm_client_next_model(&client)); /* gpt-4o itself is skipped */
	assert_string_equal(client.model, "gpt-6-luna");
	assert_string_equal(client.profile.reasoning_effort, "none");
	assert_int_equal(client.refused, 0);
	assert_non_null(strstr(buf_cstr(&client.body_head), "gpt-6-luna"));
	assert_false(llm_client_next_model(&client));
	assert_string_equal(client.model, "gpt-6-luna");
}

static void without_fallback_models_there_is_no_next(void **state)
{
	use(LLM_OPENAI, "", "gpt-4o");
	set_text(&config->llm.fallback_models, "");
	assert_false(llm_client_next_model(&client));
}

static void the_rules_need_no_bodies(void **state)
{
	use(LLM_RULES, "", "gpt-4o-mini");
	assert_int_equal(client.body_head.len, 0);
}

static void read_ended(enum http_result how)
{
	struct http_reply reply = {.result = how};
	struct arena arena;
	snprintf(reply.error, sizeof(reply.error), "%s", how == HTTP_BROKEN ? "reset by peer" : "");
	arena = (struct arena){0};
	llm_read_chat(&client, (struct llm_sent){0}, &reply, 0, &arena, &result);
	arena_free(&arena);
}

static void exchanges_without_a_reply_have_verdicts(void **state)
{
	static const struct {
		enum http_result how;
		enum llm_verdict verdict;
		bool breaker;
	} ends[] = {
	        {HTTP_TIMEOUT, LLM_TRY_AGAIN, true},
	        {HTTP_NO_CONNECT, LLM_TRY_AGAIN, true},
	        {HTTP_BROKEN, LLM_TRY_AGAIN, true},
	        {HTTP_CANCELLED, LLM_TRY_AGAIN, false},
	        {HTTP_TLS_REFUSED, LLM_MISCONFIGURED, false},
	        {HTTP_TOO_LARGE, LLM_BAD_ANSWER, false},
	};
	use(LLM_OPENAI, "", "m");
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		read_ended(ends[i].how);
		assert_int_equal(result.verdict, ends[i].verdict);
		assert_int_equal(result.counts_for_breaker, ends[i].breaker);
		assert_int_equal(result.timed_out, ends[i].how == HTTP_TIMEOUT);
		assert_true(result.text[0] != '\0');
		assert_int_equal(result.retry_after, -1);
	}
	read_ended(HTTP_BROKEN);
	assert_non_null(strstr(result.text, "reset by peer"));
}

static void a_models_list_that_never_came_is_judged_likewise(void **state)
{
	struct llm_models models;
	use(LLM_OPENAI, "", "m");
	struct http_reply reply = {.result = HTTP_NO_CONNECT};
	llm_read_models(&client, &reply, 0, &models);
	assert_int_equal(models.verdict, LLM_TRY_AGAIN);
	reply.result = HTTP_TLS_REFUSED;
	llm_read_models(&client, &reply, 0, &models);
	assert_int_equal(models.verdict, LLM_MISCONFIGURED);
	reply.result = HTTP_TOO_LARGE;
	llm_read_models(&client, &reply, 0, &models);
	assert_int_equal(models.verdict, LLM_ANSWERED);
	assert_false(models.list_known);
}

static void rate_headers_come_with_every_reply(void **state)
{
	use(LLM_OPENAI, "", "m");
	struct http_reply reply = reply_of(429, "");
	struct arena arena = {0};
	add_header(&reply, "x-ratelimit-remaining-requests", "7");
	llm_read_chat(&client, (struct llm_sent){0}, &reply, 0, &arena, &result);
	assert_int_equal(result.requests_remaining, 7);
	http_reply_free(&reply);
	arena_free(&arena);
}

static struct config *another(const char *model, const char *fallbacks)
{
	struct config *to = config_for(LLM_OPENAI, "", model);

	set_text(&to->llm.fallback_models, fallbacks);
	return to;
}

static void reload(struct config *to)
{
	llm_client_reload(&client, to);
	config_free(config);
	config = to;
}

static void a_reload_with_the_same_model_keeps_what_was_learned(void **state)
{
	use(LLM_OPENAI, "", "m");
	llm_client_refuse(&client, PARAM_TEMPERATURE);
	reload(another("m", "gpt-4o, gpt-6-luna"));
	assert_string_equal(client.model, "m");
	assert_int_equal(client.refused, PARAM_TEMPERATURE);
	assert_int_equal(client.models_used, 1);
}

static void a_reload_with_another_model_begins_anew(void **state)
{
	use(LLM_OPENAI, "", "m");
	llm_client_refuse(&client, PARAM_TEMPERATURE);
	reload(another("n", "x"));
	assert_string_equal(client.model, "n");
	assert_int_equal(client.refused, 0);
	assert_int_equal(client.models_used, 2);
	assert_true(llm_client_next_model(&client));
	assert_string_equal(client.model, "x");
}

static void a_reload_tries_the_first_model_again(void **state)
{
	use(LLM_OPENAI, "", "m");
	assert_true(llm_client_next_model(&client));
	reload(another("m", "gpt-4o, gpt-6-luna"));
	assert_string_equal(client.model, "m");
	assert_true(llm_client_next_model(&client));
	assert_string_equal(client.model, "gpt-4o");
}

static void what_the_model_wrote_is_handed_on_bounded(void **state)
{
	char *body = xmalloc(60000);
	struct arena arena = {0};

	use(LLM_OPENAI, "", "m");
	strcpy(body, "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"");
	for (int i = 0; i < 10000; i++)
		strcpy(body +
		               strlen("{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{"
		                      "\"content\":\"") +
		               2 * (size_t)i,
		       "é");
	strcat(body, "\"}}]}");
	struct http_reply reply = reply_of(200, body);
	llm_read_chat(&client, (struct llm_sent){0}, &reply, 0, &arena, &result);
	assert_int_equal(result.verdict, LLM_BAD_ANSWER);
	assert_int_equal(result.words.len, LLM_WORDS_MAX);
	assert_true(utf8_valid(result.words));
	http_reply_free(&reply);
	arena_free(&arena);
	free(body);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(v1_is_added_only_where_there_is_no_path),
	        TEST(only_openais_own_hosts_are_hosted),
	        TEST(fallback_models_are_used_in_turn_and_never_twice),
	        TEST(without_fallback_models_there_is_no_next),
	        TEST(the_rules_need_no_bodies),
	        TEST(exchanges_without_a_reply_have_verdicts),
	        TEST(a_models_list_that_never_came_is_judged_likewise),
	        TEST(rate_headers_come_with_every_reply),
	        TEST(a_reload_with_the_same_model_keeps_what_was_learned),
	        TEST(a_reload_with_another_model_begins_anew),
	        TEST(a_reload_tries_the_first_model_again),
	        TEST(what_the_model_wrote_is_handed_on_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
