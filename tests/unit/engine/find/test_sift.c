/* Being let in, finding tickets, and when a run is over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "lab.h"

static void an_anonymous_user_is_a_refusal(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_start(lab);
	lab_answer(lab, lab_asks(lab, "/users/me"), 200, "",
	           "{\"user\":{\"id\":null,\"name\":\"Anonymous user\"}}");
	lab_advance(lab, 100);
	assert_int_equal(lab_count(lab, "/models"), 0);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_NOT_LET_IN);
	assert_int_equal(lab_count(lab, "acme.zendesk.com"), 1);
	assert_true(lab_said(lab, "anonymous"));
	lab_free(lab);
}

static void a_403_that_names_scopes_is_reported_with_the_scope(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_start(lab);
	lab_answer(lab, lab_asks(lab, "/users/me"), 403, "",
	           "{\"error\":\"Forbidden\",\"description\":\"You are missing the following "
	           "required scopes: "
	           "users:read\"}");
	assert_true(lab_said(lab, "users:read"));
	lab_free(lab);
}

static void use_oauth(struct lab *lab)
{
	struct config_problems problems;

	config_problems_init(&problems);
	config_set(lab->config, FROM_ENVIRONMENT, "test", "zendesk.client_id", STR("client"),
	           &problems);
	config_set(lab->config, FROM_ENVIRONMENT, "test", "zendesk.client_secret", STR("secret"),
	           &problems);
	assert_int_equal(problems.errors.len, 0);
	config_problems_free(&problems);
}

static void oauth_fetches_a_token_first_and_renews_it_once_upon_401(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	use_oauth(lab);
	lab_start(lab);
	assert_null(lab_asks(lab, "/users/me"));
	lab_answer(lab, lab_asks(lab, "/oauth/tokens"), 201, "",
	           "{\"access_token\":\"one\",\"token_type\":\"bearer\",\"expires_in\":3600}");
	lab_sign_in(lab);
	lab_answer(lab, lab_asks(lab, "/models"), 404, "", "{}");
	lab_answer(lab, lab_asks(lab, "/search.json"), 401, "", "{\"error\":\"invalid_token\"}");
	lab_answer(lab, lab_asks(lab, "/oauth/tokens"), 201, "",
	           "{\"access_token\":\"two\",\"token_type\":\"bearer\",\"expires_in\":3600}");
	assert_non_null(lab_asks(lab, "/search.json"));
	lab_answer(lab, lab_asks(lab, "/search.json"), 401, "", "{\"error\":\"invalid_token\"}");
	assert_false(lab->finished); /* a moment ago it let us in: it is asked */
	lab_answer(lab, lab_asks(lab, "/users/me"), 401, "", "{\"error\":\"invalid_token\"}");
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_NOT_LET_IN);
	lab_free(lab);
}

static void a_token_is_renewed_before_it_expires(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	use_oauth(lab);
	lab->config->llm.timeout = 3600000;
	lab_start(lab);
	lab_answer(lab, lab_asks(lab, "/oauth/tokens"), 201, "",
	           "{\"access_token\":\"one\",\"token_type\":\"bearer\",\"expires_in\":600}");
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_advance(lab, 595000);
	lab_model_says(lab, "bug", "low", "neutral");
	assert_null(lab_asks(lab, "show_many"));
	lab_answer(lab, lab_asks(lab, "/oauth/tokens"), 201, "",
	           "{\"access_token\":\"two\",\"token_type\":\"bearer\",\"expires_in\":600}");
	assert_non_null(lab_asks(lab, "show_many"));
	lab_free(lab);
}

static void wrong_client_secrets_are_not_tried_twice(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	use_oauth(lab);
	lab_start(lab);
	lab_answer(lab, lab_asks(lab, "/oauth/tokens"), 401, "", "{\"error\":\"invalid_client\"}");
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_NOT_LET_IN);
	assert_int_equal(lab_count(lab, "acme"), 1);
	lab_free(lab);
}

static void a_run_ends_after_a_whole_pass_that_brought_nothing_unseen(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_until_update(lab);
	assert_int_equal(lab_count(lab, "/search.json"), 1);
	lab_update_accepted(lab);
	assert_false(lab->finished);
	/* search lags: the ticket comes back without our tag, and is not taken a second time */
	lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_CLEAN);
	assert_int_equal(lab_count(lab, "/chat/completions"), 1);
	assert_int_equal(lab->outcome_count, 1);
	lab_free(lab);
}

static void an_unseen_ticket_of_the_second_pass_is_taken_and_a_third_pass_follows(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_until_update(lab);
	lab_update_accepted(lab);
	lab_found(lab, lab_ticket(2, "open", NULL, NULL, NULL));
	lab_model_says(lab, "bug", "low", "neutral");
	lab_fresh_read(lab, lab_ticket(2, "open", NULL, NULL, NULL));
	lab_update_accepted(lab);
	assert_false(lab->finished);
	lab_found(lab, "");
	assert_true(lab->finished);
	assert_int_equal(lab->outcome_count, 2);
	lab_free(lab);
}

static void stale_and_younger_tickets_count_nowhere(void **state)
{
	struct lab *lab = lab_new();
	char young[600];

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	snprintf(young, sizeof(young),
	         "{\"id\":4,\"result_type\":\"ticket\",\"subject\":\"s\",\"description\":\"d\","
	         "\"status\":\"new\","
	         "\"priority\":null,"
	         "\"tags\":[],\"created_at\":\"2026-11-22T10:00:30Z\",\"updated_at\":\"2026-11-"
	         "22T10:00:30Z\"},%s",
	         lab_ticket(2, "solved", NULL, NULL, NULL));
	lab_found(lab, young);
	assert_true(lab->finished);
	assert_int_equal(lab->outcome_count, 0);
	lab_free(lab);
}

static void the_limit_counts_admitted_tickets(void **state)
{
	struct lab *lab = lab_new();
	char two[2500];

	(void)state;
	lab->setup.limit = 1;
	snprintf(two, sizeof(two), "%s,%s", lab_ticket(1, "open", "low", NULL, NULL),
	         lab_ticket(2, "open", "urgent", NULL, NULL));
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, two);
	lab_model_says(lab, "bug", "low", "neutral");
	/* the urgent one goes first */
	lab_fresh_read(lab, lab_ticket(2, "open", "urgent", NULL, NULL));
	lab_update_accepted(lab);
	assert_true(lab->finished);
	assert_int_equal(lab->outcome_count, 1);
	assert_int_equal(lab_count(lab, "/search.json"), 1);
	lab_free(lab);
}

/* Pages of a single ticket, of which more are read through the export. */
static struct lab *with_many(void)
{
	struct lab *lab = lab_new();
	char body[3000];

	lab->config->zendesk.batch_size = 1;
	lab_start(lab);
	lab_let_in(lab);
	snprintf(body, sizeof(body),
	         "{\"results\":[%s],\"count\":250,\"next_page\":\"https://evil.example/"
	         "api?page=2\"}",
	         lab_ticket(1, "open", NULL, NULL, NULL));
	lab_answer(lab, lab_asks(lab, "/search.json"), 200, "", body);
	return lab;
}

static const char *export_page(uint64_t id, const char *cursor)
{
	static char body[3000];

	snprintf(body, sizeof(body),
	         "{\"results\":[%s],\"meta\":{\"has_more\":%s,\"after_cursor\":\"%s\"},\"links\":{"
	         "\"next\":"
	         "\"https://evil.example/x\"}}",
	         lab_ticket(id, "open", NULL, NULL, NULL), *cursor ? "true" : "false", cursor);
	return body;
}

static void an_export_is_read_from_the_same_host(void **state)
{
	struct lab *lab = with_many();

	(void)state;
	assert_true(lab_said(lab, "Found 250 unprocessed tickets"));
	lab_answer(lab, lab_asks(lab, "/search/export.json"), 200, "", export_page(1, "c1=="));
	assert_non_null(lab_asks(lab, "page%5Bafter%5D=c1%3D%3D"));
	lab_answer(lab, lab_asks(lab, "/search/export.json"), 200, "", export_page(2, ""));
	assert_int_equal(lab_count(lab, "evil"), 0);
	assert_int_equal(lab_count(lab, "/chat/completions"), 2);
	lab_free(lab);
}

static void a_dead_cursor_starts_the_export_over(void **state)
{
	struct lab *lab = with_many();

	(void)state;
	lab_answer(lab, lab_asks(lab, "/search/export.json"), 200, "", export_page(1, "c1"));
	lab_answer(lab, lab_asks(lab, "/search/export.json"), 400, "",
	           "{\"error\":\"InvalidCursor\"}");
	assert_null(strstr(lab_asks(lab, "/search/export.json")->request.url, "c1"));
	lab_free(lab);
}

static void a_cursor_that_does_not_move_ends_the_pass(void **state)
{
	struct lab *lab = with_many();

	(void)state;
	lab_answer(lab, lab_asks(lab, "/search/export.json"), 200, "", export_page(1, "c1"));
	lab_answer(lab, lab_asks(lab, "/search/export.json"), 200, "", export_page(2, "c1"));
	assert_null(lab_asks(lab, "/search/export.json"));
	lab_free(lab);
}

static void a_page_over_its_bound_is_asked_again_at_half_the_size(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_ends(lab, lab_asks(lab, "per_page=100"), HTTP_TOO_LARGE);
	lab_ends(lab, lab_asks(lab, "per_page=50"), HTTP_TOO_LARGE);
	assert_int_equal(lab_asks(lab, "per_page=25")->request.reply_max, 1024 * 1024);
	for (int size = 25; size > 1; size /= 2)
		lab_ends(lab, lab_asks(lab, "per_page"), HTTP_TOO_LARGE);
	assert_int_equal(lab_asks(lab, "per_page=1")->request.reply_max, 8 * 1024 * 1024);
	lab_ends(lab, lab_asks(lab, "per_page=1"), HTTP_TOO_LARGE);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_FAILED);
	lab_free(lab);
}

static void a_search_that_keeps_failing_ends_the_run_as_unreachable(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	for (int i = 0; i < 3; i++) {
		lab_answer(lab, lab_asks(lab, "/search.json"), 502, "", "<html>Bad gateway</html>");
		lab_advance(lab, 6000);
	}
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_FAILED);
	lab_free(lab);
}

static void a_reply_that_is_no_json_is_an_error_that_says_so(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_start(lab);
	lab_let_in(lab);
	lab_answer(lab, lab_asks(lab, "/search.json"), 200, "", "<html>hello</html>");
	assert_true(lab_said(lab, "JSON"));
	lab_free(lab);
}

static void a_redirect_is_an_error(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_start(lab);
	lab_answer(lab, lab_asks(lab, "/users/me"), 302, "location: https://evil.example/", "");
	assert_int_equal(lab_count(lab, "evil"), 0);
	assert_true(lab_said(lab, "base_url") || lab_said(lab, "redirect"));
	lab_free(lab);
}

static struct lab *one(uint64_t id)
{
	struct lab *lab = lab_new();

	lab->setup.mode = ENGINE_ONE_TICKET;
	lab->setup.ticket.id = id;
	lab_start(lab);
	lab_let_in(lab);
	return lab;
}

static void answer_one(struct lab *lab, const char *ticket)
{
	char body[2000];

	snprintf(body, sizeof(body), "{\"ticket\":%s}", ticket);
	lab_answer(lab, lab_asks(lab, "/tickets/5.json"), 200, "", body);
}

static void a_single_ticket_is_skipped_when_done_or_closed_and_fails_when_unknown(void **state)
{
	struct lab *lab = one(5);

	(void)state;
	answer_one(lab, lab_ticket(5, "open", NULL, "[\"ai_processed\"]", NULL));
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_CLEAN);
	assert_non_null(strstr(lab_outcome(lab, 5)->reason, "already processed"));
	lab_free(lab);

	lab = one(5);
	answer_one(lab, lab_ticket(5, "closed", NULL, NULL, NULL));
	assert_non_null(strstr(lab_outcome(lab, 5)->reason, "closed"));
	lab_free(lab);

	lab = one(5);
	lab_answer(lab, lab_asks(lab, "/tickets/5.json"), 404, "",
	           "{\"error\":\"RecordNotFound\"}");
	assert_int_equal(lab_outcome(lab, 5)->status, OUTCOME_ERROR);
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_FAILED);
	lab_free(lab);
}

static void a_single_ticket_goes_its_whole_way(void **state)
{
	struct lab *lab = one(5);

	(void)state;
	answer_one(lab, lab_ticket(5, "pending", NULL, NULL, NULL));
	lab_model_says(lab, "refund", "low", "neutral");
	lab_fresh_read(lab, lab_ticket(5, "pending", NULL, NULL, NULL));
	lab_update_accepted(lab);
	assert_true(lab->finished);
	assert_int_equal(lab_outcome(lab, 5)->status, OUTCOME_SUCCESS);
	lab_free(lab);
}

static void stop_finishes_what_is_in_flight_and_begins_nothing_new(void **state)
{
	struct lab *lab = lab_new();
	char two[2500];

	(void)state;
	lab->config->llm.max_in_flight = lab->config->llm.initial_in_flight = 1;
	snprintf(two, sizeof(two), "%s,%s", lab_ticket(1, "open", NULL, NULL, NULL),
	         lab_ticket(2, "open", NULL, NULL, NULL));
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, two);
	lab_drain(lab);
	assert_false(lab->finished);
	lab_model_says(lab, "bug", "low", "neutral");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, NULL, NULL));
	lab_update_accepted(lab);
	assert_true(lab->finished);
	assert_int_equal(lab->outcome_count, 1);
	lab_free(lab);
}

static void requests_keep_to_what_the_headers_say_is_left(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_start(lab);
	lab_answer(lab, lab_asks(lab, "/users/me"), 200,
	           "x-rate-limit: 200\nx-rate-limit-remaining: 20\nratelimit-reset: 30",
	           "{\"user\":{\"id\":77,\"role\":\"agent\"}}");
	lab_answer(lab, lab_asks(lab, "/models"), 404, "", "{}");
	assert_null(lab_asks(lab, "/search.json")); /* a tenth of the pool is left to others */
	lab_advance(lab, 29000);
	assert_null(lab_asks(lab, "/search.json"));
	lab_advance(lab, 3000);
	assert_non_null(lab_asks(lab, "/search.json"));
	lab_free(lab);
}

static void an_endpoints_own_429_pauses_that_endpoint_only(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->config->zendesk.bulk = BULK_NEVER;
	lab_answer(lab, lab_until_update(lab), 429,
	           "retry-after: 20\nx-rate-limit: 700\nx-rate-limit-remaining: 684", "{}");
	assert_true(engine_upstream(lab->engine, UPSTREAM_ZENDESK)->paused_until <= lab->now.mono);
	lab_advance(lab, 19000);
	assert_int_equal(lab_puts(lab), 1);
	lab_advance(lab, 2000);
	assert_int_equal(lab_puts(lab), 2);
	lab_free(lab);
}

static void a_coming_shutdown_of_the_model_is_told_weeks_ahead(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab_start(lab);
	lab_sign_in(lab);
	lab_answer(lab, lab_asks(lab, "/models"), 200, "",
	           "{\"data\":[{\"id\":\"gpt-4o-mini\",\"shutdown_date\":\"2027-01-14\"}]}");
	assert_true(lab_said(lab, "2027-01-14"));
	lab_free(lab);
}

static void zendesk_that_stays_away_ends_the_run_instead_of_waiting_for_ever(void **state)
{
	struct lab *lab = lab_new();

	(void)state;
	lab->config->retry.attempts = 10;
	lab_until_update(lab);
	for (int i = 0; i < 40 && !lab->finished; i++) {
		struct lab_request *request = lab_asks(lab, "/tickets/");

		if (request)
			lab_ends(lab, request, HTTP_NO_CONNECT);
		lab_advance(lab, 61000);
	}
	assert_true(lab->finished);
	assert_int_equal(lab->end, RUN_FAILED);
	lab_free(lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_anonymous_user_is_a_refusal),
	        cmocka_unit_test(a_403_that_names_scopes_is_reported_with_the_scope),
	        cmocka_unit_test(oauth_fetches_a_token_first_and_renews_it_once_upon_401),
	        cmocka_unit_test(a_token_is_renewed_before_it_expires),
	        cmocka_unit_test(wrong_client_secrets_are_not_tried_twice),
	        cmocka_unit_test(a_run_ends_after_a_whole_pass_that_brought_nothing_unseen),
	        cmocka_unit_test(
	                an_unseen_ticket_of_the_second_pass_is_taken_and_a_third_pass_follows),
	        cmocka_unit_test(stale_and_younger_tickets_count_nowhere),
	        cmocka_unit_test(the_limit_counts_admitted_tickets),
	        cmocka_unit_test(an_export_is_read_from_the_same_host),
	        cmocka_unit_test(a_dead_cursor_starts_the_export_over),
	        cmocka_unit_test(a_cursor_that_does_not_move_ends_the_pass),
	        cmocka_unit_test(a_page_over_its_bound_is_asked_again_at_half_the_size),
	        cmocka_unit_test(a_search_that_keeps_failing_ends_the_run_as_unreachable),
	        cmocka_unit_test(a_reply_that_is_no_json_is_an_error_that_says_so),
	        cmocka_unit_test(a_redirect_is_an_error),
	        cmocka_unit_test(
	                a_single_ticket_is_skipped_when_done_or_closed_and_fails_when_unknown),
	        cmocka_unit_test(a_single_ticket_goes_its_whole_way),
	        cmocka_unit_test(stop_finishes_what_is_in_flight_and_begins_nothing_new),
	        cmocka_unit_test(requests_keep_to_what_the_headers_say_is_left),
	        cmocka_unit_test(an_endpoints_own_429_pauses_that_endpoint_only),
	        cmocka_unit_test(a_coming_shutdown_of_the_model_is_told_weeks_ahead),
	        cmocka_unit_test(zendesk_that_stays_away_ends_the_run_instead_of_waiting_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
