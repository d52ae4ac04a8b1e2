/* Other credentials, keys and models in mid-run: whoever we are now is asked, and what was said to
 * whom we were is old news. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

#define MINUTE 60000
#define RELOAD(lab, ...) lab_reload(lab, (const char *const[]){__VA_ARGS__, NULL})
#define NO_KEY "{\"error\":{\"message\":\"bad key\",\"code\":\"invalid_api_key\"}}"

static struct lab *resident(void)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_RESIDENT;
	return lab;
}

/* Resident, let in, with the page of the first search still to come. */
static struct lab *let_in(void)
{
	struct lab *lab = resident();

	lab_start(lab);
	lab_let_in(lab);
	return lab;
}

static bool sent(const struct lab_request *request, const char *line)
{
	for (size_t i = 0; i < request->request.header_count; i++)
		if (strstr(request->request.headers[i], line))
			return true;
	return false;
}

static size_t open_chats(const struct lab *lab)
{
	size_t count = 0;

	for (size_t i = 0; i < lab->request_count; i++)
		count += !lab->requests[i].answered &&
		         strstr(lab->requests[i].request.url, "/chat/") != NULL;
	return count;
}

static size_t cancelled(const struct lab *lab)
{
	size_t count = 0;

	for (size_t i = 0; i < lab->request_count; i++)
		count += lab->requests[i].cancelled;
	return count;
}

static void another_model_is_asked_and_the_former_ones_answers_count(void **state)
{
	struct lab *lab = let_in();

	(void)state;
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	RELOAD(lab, "llm.model=gpt-5-nano");
	lab_answer(lab, lab_asks(lab, "/models"), 404, "", "{}");
	assert_string_equal(lab_stats(lab).model, "gpt-5-nano");
	lab_model_says(lab, "bug", "low", "neutral"); /* of gpt-4o-mini-2024-07-18 */
	const char *decision = lab_record(lab, RECORD_DECISION)->payload;
	assert_non_null(
	        strstr(decision, "\"model\":\"gpt-4o-mini\",\"model_version\":\"2024-07-18\""));
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_update_accepted(lab);
	lab_advance(lab, MINUTE);
	lab_found(lab, lab_ticket(2, "open", NULL, NULL, NULL));
	assert_non_null(strstr(lab_asks(lab, "/chat/")->request.body, "\"gpt-5-nano\""));
	lab_free(lab);
}

static void a_former_model_that_is_gone_halts_nobody(void **state)
{
	struct lab *lab = let_in();

	(void)state;
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	RELOAD(lab, "llm.model=gpt-5-nano", "llm.fallback_models=");
	lab_answer(lab, lab_asks(lab, "/models"), 404, "", "{}");
	lab_answer(lab, lab_asks(lab, "/chat/"), 404, "",
	           "{\"error\":{\"code\":\"model_not_found\"}}");
	assert_false(lab_stats(lab).model_halted);
	assert_non_null(strstr(lab_asks(lab, "/chat/")->request.body, "\"gpt-5-nano\""));
	lab_free(lab);
}

static void other_fallback_models_are_used(void **state)
{
	struct lab *lab = let_in();

	(void)state;
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	RELOAD(lab, "llm.fallback_models=gpt-5-nano");
	lab_answer(lab, lab_asks(lab, "/models"), 404, "", "{}");
	/* the first may be of a former life of the client, the second is not */
	for (int i = 0; i < 2; i++)
		if (strstr(lab_asks(lab, "/chat/")->request.body, "gpt-4o-mini"))
			lab_answer(lab, lab_asks(lab, "/chat/"), 404, "",
			           "{\"error\":{\"code\":\"model_not_found\"}}");
	assert_non_null(strstr(lab_asks(lab, "/chat/")->request.body, "\"gpt-5-nano\""));
	lab_free(lab);
}

static void other_credentials_are_shown_at_once_and_asked_who_they_are(void **state)
{
	struct lab *lab = resident();
	struct lab_request *put = lab_until_update(lab);

	(void)state;
	RELOAD(lab, "zendesk.api_token=another");
	assert_true(sent(put, "Ym90QGFjbWUuZXhhbXBsZS90b2tlbjp0b2tlbg=="));
	assert_non_null(lab_asks(lab, "/users/me"));
	assert_true(sent(lab_asks(lab, "/users/me"), "Ym90QGFjbWUuZXhhbXBsZS90b2tlbjphbm90aGVy"));
	lab_update_accepted(lab); /* work in flight goes on */
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_int_equal(cancelled(lab), 0);
	lab_free(lab);
}

static void what_zendesk_refused_to_the_former_credentials_is_sent_again(void **state)
{
	static const int statuses[] = {401, 403};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		struct lab *lab = resident();
		struct lab_request *put = lab_until_update(lab);

		RELOAD(lab, "zendesk.api_token=another");
		lab_answer(lab, put, statuses[i], "", "{\"error\":\"no\"}");
		assert_false(lab_stats(lab).zendesk_halted);
		assert_null(lab_put(lab)); /* not before we know who we are */
		lab_let_in(lab);
		lab_update_accepted(lab);
		assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
		lab_free(lab);
	}
}

static void an_answer_about_the_former_user_is_old_news(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	struct lab_request *former = lab_asks(lab, "/users/me");
	RELOAD(lab, "zendesk.api_token=another");
	assert_int_equal(lab_count(lab, "/users/me"), 2);
	lab_answer(lab, former, 200, "", "{\"user\":{\"id\":null}}");
	assert_false(lab_stats(lab).zendesk_halted);
	lab_let_in(lab);
	assert_non_null(lab_asks(lab, "/search.json"));
	lab_free(lab);
}

static void oauth_credentials_fetch_a_token_and_work_in_flight_goes_on(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_until_update(lab);
	RELOAD(lab, "zendesk.client_id=c", "zendesk.client_secret=s1");
	lab_update_accepted(lab);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	struct lab_request *former = lab_asks(lab, "/oauth/tokens");
	assert_non_null(strstr(former->request.body, "\"s1\""));
	RELOAD(lab, "zendesk.client_id=c", "zendesk.client_secret=s2");
	/* of the former secret */
	lab_answer(lab, former, 401, "", "{\"error\":\"invalid_client\"}");
	assert_false(lab_stats(lab).zendesk_halted);
	lab_answer(lab, lab_asks(lab, "/oauth/tokens"), 200, "",
	           "{\"access_token\":\"T2\",\"token_type\":\"bearer\",\"expires_in\":3600}");
	assert_true(sent(lab_asks(lab, "/users/me"), "Bearer T2"));
	lab_let_in(lab);
	lab_free(lab);
}

static void a_note_by_the_former_user_is_known_as_ours(void **state)
{
	struct lab *lab = resident();
	struct lab_request *put = lab_until_update(lab);
	char body[1000], timestamp[60];

	(void)state;
	const char *at = strstr(put->request.body, "Timestamp: ");
	snprintf(timestamp, sizeof(timestamp), "%.31s", at);
	lab_ends(lab, put, HTTP_BROKEN);
	RELOAD(lab, "zendesk.api_token=another", "zendesk.poll_interval=1h");
	lab_answer(lab, lab_asks(lab, "/users/me"), 200, "",
	           "{\"user\":{\"id\":78,\"role\":\"agent\"}}");
	lab_advance(lab, 3000);
	if (lab_asks(lab, "/search.json"))
		lab_found(lab, "");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, "2026-11-22T10:00:02Z"));
	snprintf(body, sizeof(body),
	         "{\"comments\":[{\"id\":5,\"author_id\":77,\"public\":false,\"body\":\"%s\","
	         "\"created_at\":"
	         "\"2026-11-22T10:00:01Z\"}],\"meta\":{\"has_more\":false}}",
	         timestamp);
	lab_answer(lab, lab_asks(lab, "/comments"), 200, "", body);
	assert_int_equal(lab_outcome(lab, 1)->status, OUTCOME_SUCCESS);
	assert_int_equal(lab_puts(lab), 1); /* no second note */
	lab_free(lab);
}

static void another_key_is_checked_and_the_former_ones_refusal_halts_nobody(void **state)
{
	struct lab *lab = let_in();

	(void)state;
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	struct lab_request *former = lab_asks(lab, "/chat/");
	RELOAD(lab, "llm.api_key=sk-another");
	assert_true(sent(lab_asks(lab, "/models"), "Bearer sk-another"));
	lab_answer(lab, former, 401, "", NO_KEY);
	assert_false(lab_stats(lab).model_halted);
	assert_int_equal(lab->alerts, 0);
	lab_answer(lab, lab_asks(lab, "/models"), 404, "", "{}");
	assert_true(sent(lab_asks(lab, "/chat/"), "Bearer sk-another"));
	lab_free(lab);
}

static void who_halted_is_asked_again_at_once(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab_start(lab);
	lab_sign_in(lab);
	lab_answer(lab, lab_asks(lab, "/search.json"), 401, "", "{}");
	lab_answer(lab, lab_asks(lab, "/models"), 401, "", NO_KEY);
	assert_true(lab_probe(lab, 401, NO_KEY));
	lab_answer(lab, lab_asks(lab, "/users/me"), 200, "", "{\"user\":{\"id\":null}}");
	assert_true(lab_stats(lab).model_halted);
	assert_non_null(strstr(lab_stats(lab).zendesk_reason, "anonymous"));
	assert_int_not_equal(strlen(lab_stats(lab).model_reason), 0);
	lab_reload(lab, NULL);
	lab_let_in(lab);
	assert_true(lab_is_probe(lab_asks(lab, "/chat/")));
	lab_model_says(lab, "other", "low", "neutral");
	assert_false(lab_stats(lab).zendesk_halted);
	assert_string_equal(lab_stats(lab).zendesk_reason, "");
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_all_the_way(lab, 1);
	lab_free(lab);
}

static void a_model_that_is_down_is_probed_at_once(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->retry.attempts = 1;
	lab_set(lab, "llm.patience", "0");
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, "");
	lab_advance(lab, MINUTE);
	lab_found(lab, lab_tickets(1, 4, NULL, NULL));
	for (int i = 0; i < 4; i++)
		lab_answer(lab, lab_asks(lab, "/chat/"), 500, "", "{}");
	assert_false(lab_stats(lab).model_down);
	assert_true(lab_probe(lab, 500, "{}"));
	assert_true(lab_probe(lab, 500, "{}"));
	assert_true(lab_stats(lab).model_down);
	lab_fresh_read(lab, lab_tickets(1, 4, NULL, NULL));
	for (int i = 0; i < 4; i++)
		lab_update_accepted(lab);
	/* well before the first probe is due */
	RELOAD(lab, "retry.attempts=1", "zendesk.poll_interval=1s");
	lab_advance(lab, 2000);
	assert_int_equal(open_chats(lab), 1);
	assert_true(lab_is_probe(lab_asks(lab, "/chat/")));
	lab_free(lab);
}

static void an_admin_in_place_of_an_agent_opens_the_stream(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->zendesk.source = SOURCE_INCREMENTAL;
	lab_start(lab);
	lab_let_in_as(lab, "agent");
	lab_found(lab, "");
	RELOAD(lab, "zendesk.source=incremental", "zendesk.api_token=another");
	lab_let_in_as(lab, "admin");
	lab_advance(lab, MINUTE);
	lab_found(lab, ""); /* the backlog first */
	lab_advance(lab, MINUTE);
	assert_non_null(lab_asks(lab, "/incremental/"));
	lab_free(lab);
}

/* All changes of a day, a hundred each ten seconds, would keep what is new waiting. */
static void a_stream_that_is_opened_late_does_not_begin_with_the_process(void **state)
{
	struct lab *lab = resident();

	(void)state;
	lab->config->zendesk.source = SOURCE_INCREMENTAL;
	lab_start(lab);
	lab_let_in_as(lab, "agent");
	for (int minute = 0; minute < 24 * 60; minute++) {
		if (lab_asks(lab, "/search.json"))
			lab_found(lab, "");
		lab_advance(lab, MINUTE);
	}
	RELOAD(lab, "zendesk.source=incremental", "zendesk.api_token=another");
	lab_let_in_as(lab, "admin");
	for (int i = 0; i < 120 && !lab_asks(lab, "/incremental/"); i++) {
		if (lab_asks(lab, "/search.json"))
			lab_found(lab, "");
		lab_advance(lab, 1000);
	}
	/* 2026-11-23T09:45Z */
	assert_non_null(strstr(lab_asks(lab, "/incremental/")->request.url, "start_time=1795427"));
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(another_model_is_asked_and_the_former_ones_answers_count),
	        cmocka_unit_test(a_former_model_that_is_gone_halts_nobody),
	        cmocka_unit_test(other_fallback_models_are_used),
	        cmocka_unit_test(other_credentials_are_shown_at_once_and_asked_who_they_are),
	        cmocka_unit_test(what_zendesk_refused_to_the_former_credentials_is_sent_again),
	        cmocka_unit_test(an_answer_about_the_former_user_is_old_news),
	        cmocka_unit_test(oauth_credentials_fetch_a_token_and_work_in_flight_goes_on),
	        cmocka_unit_test(a_note_by_the_former_user_is_known_as_ours),
	        cmocka_unit_test(another_key_is_checked_and_the_former_ones_refusal_halts_nobody),
	        cmocka_unit_test(who_halted_is_asked_again_at_once),
	        cmocka_unit_test(a_model_that_is_down_is_probed_at_once),
	        cmocka_unit_test(an_admin_in_place_of_an_agent_opens_the_stream),
	        cmocka_unit_test(a_stream_that_is_opened_late_does_not_begin_with_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
