/* The sentences of first contact, to the letter where a person acts upon them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config/remedy.h"
#include "contact/contact.h"

static struct config *config;
static struct config_problems problems;
static struct contact contact;

static void set(enum config_origin origin, const char *where, const char *dotted, const char *value)
{
	config_set(config, origin, where, dotted, str_of(value), &problems);
}

static void variable(const char *name, const char *value)
{
	config_read_variable(config, FROM_ENVIRONMENT, "environment", str_of(name), str_of(value),
	                     &problems);
}

static int setup(void **state)
{
	config = config_new();
	config_problems_init(&problems);
	variable("ZENDESK_SUBDOMAIN", "acme");
	variable("ZENDESK_EMAIL", "a@acme.example");
	variable("ZENDESK_API_TOKEN", "token");
	return 0;
}

static int teardown(void **state)
{
	config_free(config);
	config_problems_free(&problems);
	return 0;
}

static struct contact_asker asker(bool resident)
{
	config_finish(config, false, &problems);
	assert_string_equal(buf_cstr(&problems.errors), "");
	return (struct contact_asker){.config = config,
	                              .resident = resident,
	                              .next_wall = 21 * MSEC_HOUR + 7 * MSEC_MINUTE};
}

static void zendesk(bool resident, const struct desk_answer *answer)
{
	struct contact_asker who = asker(resident);

	contact_zendesk(&who, answer, &contact);
}

static void model(bool resident, const struct llm_result *result, const char *others)
{
	struct contact_asker who = asker(resident);

	contact_model(&who, str_of(config->llm.model), result, others, &contact);
}

static void assert_judged(enum contact_step step, enum contact_verdict verdict, const char *part)
{
	assert_int_equal(contact.step, step);
	assert_int_equal(contact.verdict, verdict);
	if (!strstr(contact.text, part))
		fail_msg("expected \"%s\" in \"%s\"", part, contact.text);
	assert_null(strstr(contact.text, ".."));
	assert_null(strstr(contact.text, "  "));
}

static void each_step_of_zendesk_is_judged_with_its_remedy(void **state)
{
	variable("OPENAI_API_KEY", "k");
	zendesk(false, &(struct desk_answer){.kind = DESK_FINE});
	assert_judged(CONTACT_PASSED, CONTACT_FINE, "");
	zendesk(false, &(struct desk_answer){.kind = DESK_RETRY,
	                                     .no_host = true,
	                                     .text = "no connection to Zendesk: there is no host "
	                                             "acme.zendesk.com"});
	assert_judged(CONTACT_NAME, CONTACT_SETTING,
	              "There is no host acme.zendesk.com. Check zendesk.subdomain (acme).");
	zendesk(false, &(struct desk_answer){.kind = DESK_RETRY, .text = "no answer in time."});
	assert_judged(CONTACT_CONNECTION, CONTACT_AGAIN,
	              "Zendesk does not answer: no answer in time.");
	zendesk(false, &(struct desk_answer){.kind = DESK_TLS,
	                                     .text = "no secure connection to Zendesk: bad. If x"});
	assert_judged(CONTACT_TLS, CONTACT_FAILED,
	              "No secure connection to Zendesk (acme.zendesk.com): bad. If x.");
	zendesk(false, &(struct desk_answer){.kind = DESK_NOT_FOUND, .status = 404});
	assert_judged(CONTACT_CONNECTION, CONTACT_SETTING,
	              "https://acme.zendesk.com is not a Zendesk account (404). Check "
	              "zendesk.subdomain.");
	zendesk(false, &(struct desk_answer){.kind = DESK_UNAUTHORIZED, .status = 401});
	assert_judged(CONTACT_SIGN_IN, CONTACT_REFUSED,
	              "man ai-ticketd.conf. Replace ZENDESK_API_TOKEN in the environment.");
	zendesk(false, &(struct desk_answer){.kind = DESK_FORBIDDEN, .status = 403, .text = "no."});
	assert_judged(CONTACT_RIGHTS, CONTACT_REFUSED, "no. The Zendesk user of this service");
}

static void oauth_is_told_by_its_own_options(void **state)
{
	variable("OPENAI_API_KEY", "k");
	variable("ZENDESK_CLIENT_ID", "c");
	set(FROM_CREDENTIAL, "/run/credentials/x", "zendesk.client_secret", "s");
	zendesk(true, &(struct desk_answer){.kind = DESK_UNAUTHORIZED, .status = 401});
	assert_judged(CONTACT_SIGN_IN, CONTACT_REFUSED,
	              "Check zendesk.client_id, zendesk.client_secret and zendesk.scope");
	assert_judged(CONTACT_SIGN_IN, CONTACT_REFUSED,
	              "Replace /etc/credstore/zendesk.client_secret, then systemctl restart "
	              "ai-ticketd.");
}

static void a_suspended_account_is_told_with_when_it_is_asked_again(void **state)
{
	struct desk_answer answer = {.kind = DESK_FORBIDDEN, .status = 403, .suspended = true};

	variable("OPENAI_API_KEY", "k");
	zendesk(true, &answer);
	assert_judged(
	        CONTACT_RIGHTS, CONTACT_REFUSED,
	        "Zendesk says the account is suspended (403). The service asks again every 10 "
	        "minutes, next at 21:07 UTC.");
	config->llm.probe_interval = MSEC_MINUTE;
	zendesk(true, &answer);
	assert_judged(CONTACT_RIGHTS, CONTACT_REFUSED, "asks again every minute, next at");
	config->llm.probe_interval = 90 * MSEC_SECOND;
	zendesk(true, &answer);
	assert_judged(CONTACT_RIGHTS, CONTACT_REFUSED, "asks again every 90 seconds, next at");
}

static void a_refused_key_is_told_with_the_place_this_process_has_it_from(void **state)
{
	struct llm_result refused = {.verdict = LLM_NO_ENTRY, .status = 401, .text = "HTTP 401"};

	set(FROM_SECRET_FILE, "/srv/key", "llm.api_key", "k");
	model(true, &refused, NULL);
	assert_judged(CONTACT_SIGN_IN, CONTACT_REFUSED,
	              "OpenAI refused llm.api_key (401). Replace the contents of /srv/key, then "
	              "ai-ticketctl reload.");
	set(FROM_CREDENTIAL, "/run/credentials/x", "llm.api_key", "k");
	model(true, &refused, NULL);
	assert_string_equal(contact.text,
	                    "OpenAI refused llm.api_key (401). Replace /etc/credstore/llm.api_key, "
	                    "then systemctl restart ai-ticketd.");
	model(false, &refused, NULL);
	assert_string_equal(contact.text, "OpenAI refused llm.api_key (401). Replace "
	                                  "/etc/credstore/llm.api_key.");
}

static void a_variable_of_the_service_stands_in_the_file_of_its_unit(void **state)
{
	struct llm_result refused = {.verdict = LLM_NO_ENTRY, .status = 401};

	config_set_managed(config);
	variable("OPENAI_API_KEY", "k");
	model(true, &refused, NULL);
	assert_judged(CONTACT_SIGN_IN, CONTACT_REFUSED,
	              "Replace OPENAI_API_KEY in /etc/ai-ticketd/ai-ticketd.env, then "
	              "systemctl restart ai-ticketd.");
}

static void a_refusal_that_is_not_about_the_key_keeps_the_services_words(void **state)
{
	variable("OPENAI_API_KEY", "k");
	model(true,
	      &(struct llm_result){.verdict = LLM_NO_ENTRY,
	                           .status = 403,
	                           .text = "HTTP 403, unsupported_country: not here."},
	      NULL);
	assert_judged(
	        CONTACT_RIGHTS, CONTACT_REFUSED,
	        "OpenAI refuses access: HTTP 403, unsupported_country: not here. Check what the "
	        "account of llm.api_key may do.");
}

static void a_model_that_is_not_there_is_told_by_what_brings_it(void **state)
{
	struct llm_result gone = {
	        .verdict = LLM_NO_MODEL, .status = 404, .text = "HTTP 404, model_not_found: no."};

	variable("AI_TICKETD_LLM_PROVIDER", "ollama");
	model(false, &gone, "mistral:7b");
	assert_string_equal(contact.text, "Ollama has no model llama3.1:8b. Run: ollama pull "
	                                  "llama3.1:8b (it has: mistral:7b)");
	model(false, &gone, "");
	assert_judged(CONTACT_MODEL, CONTACT_FAILED, "llama3.1:8b (it has none)");
	model(false, &gone, NULL);
	assert_string_equal(contact.text,
	                    "Ollama has no model llama3.1:8b. Run: ollama pull llama3.1:8b");
}

static void silence_is_told_with_the_address_and_its_reason(void **state)
{
	struct llm_result silent = {
	        .verdict = LLM_TRY_AGAIN, .result = HTTP_NO_CONNECT, .text = "no connection: x"};

	variable("OPENAI_API_KEY", "k");
	model(false, &silent, NULL);
	assert_judged(
	        CONTACT_CONNECTION, CONTACT_AGAIN,
	        "OpenAI does not answer at https://api.openai.com/v1 (no connection: x). Check");
}

static void a_model_whose_answers_are_of_no_use_is_not_called_silent(void **state)
{
	struct contact_asker who;

	set(FROM_FILE, "a.conf", "llm.provider", "ollama");
	who = asker(true);
	contact_model_unusable(&who, STR("tiny"), "the answer is no JSON.", &contact);
	assert_judged(CONTACT_MODEL, CONTACT_FAILED,
	              "Ollama answers, but model tiny gives no usable analysis (the answer is no "
	              "JSON). Check llm.model and llm.base_url; ai-ticketd doctor shows");
}

static void a_long_address_cuts_no_character(void **state)
{
	char words[256] = "";

	for (int i = 0; i < 120; i++)
		memcpy(words + 2 * i, "é", 3);
	variable("OPENAI_API_KEY", "k");
	for (int i = 0; i < 3; i++) {
		struct llm_result result = {.verdict = LLM_NO_MODEL, .status = 404};

		snprintf(result.text, sizeof(result.text), "%s", words + 2 * i);
		model(true, &result, NULL);
		assert_true(utf8_valid(str_of(contact.text)));
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	        TEST(each_step_of_zendesk_is_judged_with_its_remedy),
	        TEST(oauth_is_told_by_its_own_options),
	        TEST(a_suspended_account_is_told_with_when_it_is_asked_again),
	        TEST(a_refused_key_is_told_with_the_place_this_process_has_it_from),
	        TEST(a_variable_of_the_service_stands_in_the_file_of_its_unit),
	        TEST(a_refusal_that_is_not_about_the_key_keeps_the_services_words),
	        TEST(a_model_that_is_not_there_is_told_by_what_brings_it),
	        TEST(silence_is_told_with_the_address_and_its_reason),
	        TEST(a_model_whose_answers_are_of_no_use_is_not_called_silent),
	        TEST(a_long_address_cuts_no_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
