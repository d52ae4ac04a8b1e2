/* What is not success: one test for each line of the table of failures, and what is said about
 * it. */
#include "reply.h"

#include "desk/zendesk/complaint.h"
#include "desk/zendesk/replies.h"

static struct desk_answer failure;

static void classify(int status, const char *body)
{
	struct http_reply reply = reply_of(status, body);
	zd_classify(&reply, 0, &failure);
	http_reply_free(&reply);
}

static void classify_with(int status, const char *body, const char *name, const char *value)
{
	struct http_reply reply = reply_of(status, body);
	add_header(&reply, name, value);
	zd_classify(&reply, INT64_C(1795341600000), &failure);
	http_reply_free(&reply);
}

static void check(int status, const char *body, enum desk_answer_kind kind, const char *text)
{
	classify(status, body);
	assert_int_equal(failure.kind, kind);
	assert_string_equal(failure.text, text);
}

static void a_success_without_an_error_is_fine(void **state)
{
	check(200, "{\"ticket\":{\"id\":1}}", DESK_FINE, "");
	check(201, "{}", DESK_FINE, "");
	check(204, "", DESK_FINE, "");
	check(200, "<html></html>", DESK_FINE, "");
	check(200, "{\"error\":null,\"errors\":[]}", DESK_FINE, "");
	check(200, "{\"error\":false}", DESK_FINE, "");
	check(200, "{\"error\":\"\"}", DESK_FINE, "");
	assert_false(failure.unknown);
	assert_int_equal(failure.retry_after, -1);
}

static void a_ticket_may_speak_of_errors(void **state)
{
	check(200,
	      "{\"tickets\":[{\"subject\":\"\\\"error\\\":1\",\"tags\":[\"error\",\"errors\"]}]}",
	      DESK_FINE, "");
}

static void a_200_with_an_error_is_not_fine(void **state)
{
	check(200, "{\"error\":\"Oops\",\"description\":\"Something odd\"}", DESK_RETRY,
	      "Zendesk answered 200: Something odd");
	assert_true(failure.unknown);
	check(200, "{\"errors\":[{\"code\":\"X\",\"title\":\"T\",\"detail\":\"D\"}]}", DESK_RETRY,
	      "Zendesk answered 200: T: D");
	check(200, "{\"error\":\"UpdateConflict\"}", DESK_CONFLICT,
	      "Zendesk answered 200: UpdateConflict");
	assert_false(failure.unknown);
	check(200, "{\"error\":\"RecordNotFound\",\"description\":\"Not found\"}", DESK_NOT_FOUND,
	      "Zendesk answered 200: Not found");
	check(200, "{\"error\":{\"title\":\"Forbidden\",\"message\":\"No.\"}}", DESK_RETRY,
	      "Zendesk answered 200: Forbidden: No.");
	check(200, "{\"error\":true}", DESK_RETRY, "Zendesk answered 200: no reason given");
	check(200, "{\"error\":500}", DESK_RETRY, "Zendesk answered 200: no reason given");
}

static void a_search_that_is_unavailable_is_tried_again_at_any_status(void **state)
{
	static const char body[] = "{\"error\":\"unavailable\",\"description\":\"Sorry, we could "
	                           "not complete your search query\"}";
	static const int statuses[] = {200, 400, 404, 422, 500, 503};
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		classify(statuses[i], body);
		assert_int_equal(failure.kind, DESK_RETRY);
		assert_contains(failure.text, "could not complete your search query");
	}
	classify(429, body);
	assert_int_equal(failure.kind, DESK_LIMITED);
}

static void too_many_jobs_means_wait_at_any_status(void **state)
{
	static const char body[] = "{\"error\":\"TooManyJobs\",\"description\":\"Too many "
	                           "jobs\",\"current_job_ids\":[\"a\"]}";
	check(429, body, DESK_LIMITED, "Zendesk answered 429: Too many jobs");
	check(422, body, DESK_LIMITED, "Zendesk answered 422: Too many jobs");
	check(200, body, DESK_LIMITED, "Zendesk answered 200: Too many jobs");
}

static void a_limit_of_jobs_is_told_from_a_limit_of_requests(void **state)
{
	static const int statuses[] = {200, 400, 409, 422, 429, 503};
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		classify(statuses[i], "{\"error\":\"TooManyJobs\",\"description\":\"Too many "
		                      "UserBulkUpdateJobV2 jobs are "
		                      "currently queued or running. Try again "
		                      "later.\",\"current_job_ids\":[\"V3-1\"]}");
		assert_int_equal(failure.kind, DESK_LIMITED);
		assert_true(failure.too_many_jobs);
	}
	static const char *const others[] = {
	        "{\"error\":\"APIRateLimitExceeded\"}",
	        "Number of allowed API requests per minute exceeded",
	        "<html><body>TooManyJobs</body></html>",
	        "{\"description\":\"TooManyJobs\"}",
	        "",
	};
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		classify(429, others[i]);
		assert_int_equal(failure.kind, DESK_LIMITED);
		assert_false(failure.too_many_jobs);
	}
}

static void failures_inside_a_job_are_no_failure_of_the_reply(void **state)
{
	check(200,
	      "{\"job_status\":{\"id\":\"a\",\"results\":[{\"index\":0,\"error\":\"TooManyJobs\"}]}"
	      "}",
	      DESK_FINE, "");
	assert_false(failure.too_many_jobs);
}

static void details_may_be_a_sentence_or_a_list(void **state)
{
	check(422, "{\"error\":\"X\",\"description\":\"D\",\"details\":\"Priority: is invalid\"}",
	      DESK_REFUSED, "Zendesk answered 422: Priority: is invalid");
	check(422, "{\"error\":\"X\",\"details\":[\"a\",{\"description\":\"b\"}]}", DESK_REFUSED,
	      "Zendesk answered 422: a; b");
}

static void a_400_is_our_mistake(void **state)
{
	check(400,
	      "{\"error\":\"TooManyValues\",\"description\":\"Parameter  cannot specify more than "
	      "100 "
	      "values\",\"max_count\":100}",
	      DESK_BAD_REQUEST,
	      "Zendesk answered 400: Parameter cannot specify more than 100 values");
	assert_false(failure.unknown);
	check(400,
	      "{\"error\":{\"title\":\"Invalid attribute\",\"message\":\"page must be an "
	      "integer\"}}",
	      DESK_BAD_REQUEST, "Zendesk answered 400: Invalid attribute: page must be an integer");
	check(405, "", DESK_BAD_REQUEST, "Zendesk answered 405: an empty body");
	check(418, "{}", DESK_BAD_REQUEST, "Zendesk answered 418: no reason given");
}

static void a_401_is_credentials_in_both_envelopes(void **state)
{
	check(401, "{\"error\":\"Couldn't authenticate you\"}", DESK_UNAUTHORIZED,
	      "Zendesk answered 401: Couldn't authenticate you");
	check(401,
	      "{\"error\":\"invalid_token\",\"error_description\":\"The access token is expired\"}",
	      DESK_UNAUTHORIZED, "Zendesk answered 401: The access token is expired");
}

static void a_403_that_names_scopes_says_which_to_add(void **state)
{
	check(403,
	      "{\"error\":\"Forbidden\",\"description\":\"You are missing the following required "
	      "scopes: tickets:read, "
	      "write\"}",
	      DESK_FORBIDDEN,
	      "Zendesk answered 403 (add to zendesk.scope: tickets:read write): "
	      "You are missing the following required scopes: tickets:read, write");
	check(403, "Required scope:users:read", DESK_FORBIDDEN,
	      "Zendesk answered 403 (add to zendesk.scope: users:read): Required scope:users:read");
	check(403, "to read this the scope impersonate is needed", DESK_FORBIDDEN,
	      "Zendesk answered 403 (add to zendesk.scope: impersonate): to read this the scope "
	      "impersonate is needed");
	check(403, "scopes: a:read b:read c:read d:read", DESK_FORBIDDEN,
	      "Zendesk answered 403 (add to zendesk.scope: a:read b:read c:read): scopes: a:read "
	      "b:read c:read d:read");
}

static void a_403_about_scopes_it_does_not_name_points_to_the_option(void **state)
{
	check(403, "{\"error\":\"Forbidden\",\"description\":\"Insufficient scope to read\"}",
	      DESK_FORBIDDEN,
	      "Zendesk answered 403 (add to zendesk.scope: read): Insufficient scope to read");
	check(403,
	      "{\"error\":\"Forbidden\",\"description\":\"Insufficient scope (x:y readme :read)\"}",
	      DESK_FORBIDDEN,
	      "Zendesk answered 403 (add to zendesk.scope: read): Insufficient scope (x:y readme "
	      ":read)");
	check(403, "{\"error\":\"Forbidden\",\"description\":\"You cannot write with this scope\"}",
	      DESK_FORBIDDEN,
	      "Zendesk answered 403 (check zendesk.scope): You cannot write with this scope");
	check(403, "scope averyveryveryveryveryveryveryveryverylong:read", DESK_FORBIDDEN,
	      "Zendesk answered 403 (check zendesk.scope): scope "
	      "averyveryveryveryveryveryveryveryverylong:read");
}

static void a_403_about_the_role_is_passed_on(void **state)
{
	check(403,
	      "{\"error\":{\"title\":\"Forbidden\",\"message\":\"You do not have access to this "
	      "page.\"}}",
	      DESK_FORBIDDEN,
	      "Zendesk answered 403: Forbidden: You do not have access to this page.");
	check(403, "<html>blocked</html>", DESK_FORBIDDEN, "Zendesk answered 403: an HTML page");
}

static void a_404_is_a_ticket_gone_or_an_endpoint_not_in_the_plan(void **state)
{
	check(404, "{\"error\":\"RecordNotFound\",\"description\":\"Not found\"}", DESK_NOT_FOUND,
	      "Zendesk answered 404: Not found");
	check(404, "{\"error\":\"InvalidEndpoint\",\"description\":\"Not found\"}",
	      DESK_BAD_REQUEST, "Zendesk answered 404: Not found");
}

static void a_409_is_a_conflict_whatever_it_says(void **state)
{
	check(409,
	      "{\"error\":\"UpdateConflict\",\"description\":\"Safe Update prevented the update "
	      "due to outdated ticket "
	      "data\"}",
	      DESK_CONFLICT,
	      "Zendesk answered 409: Safe Update prevented the update due to outdated ticket data");
	check(409, "", DESK_CONFLICT, "Zendesk answered 409: an empty body");
	assert_false(failure.unknown);
}

static void a_413_asks_for_less(void **state)
{
	check(413, "", DESK_TOO_LARGE, "Zendesk answered 413: an empty body");
	check(414, "", DESK_TOO_LARGE, "Zendesk answered 414: an empty body");
}

static void a_422_is_permanent_and_tells_closed_tickets(void **state)
{
	check(422,
	      "{\"error\":\"RecordInvalid\",\"description\":\"Record validation errors\","
	      "\"details\":{\"status\":[{\"description\":\"Status: closed prevents ticket "
	      "update\"}]}}",
	      DESK_REFUSED, "Zendesk answered 422: Status: closed prevents ticket update");
	assert_true(failure.closed);
	assert_false(failure.unknown);
	check(422, "{\"error\":\"ClosedTicket\"}", DESK_REFUSED,
	      "Zendesk answered 422: ClosedTicket");
	assert_true(failure.closed);
	check(422, "{\"error\":\"RecordInvalid\",\"details\":{\"base\":[\"Ticket is Closed\"]}}",
	      DESK_REFUSED, "Zendesk answered 422: Ticket is Closed");
	assert_true(failure.closed);
	check(422,
	      "{\"error\":\"invalid\",\"description\":\"Invalid search: Requested response size "
	      "was greater than "
	      "Search Response Limits\"}",
	      DESK_REFUSED,
	      "Zendesk answered 422: Invalid search: Requested response size was greater than "
	      "Search Response Limits");
	assert_false(failure.closed);
	classify(403, "{\"error\":\"the account is closed\"}");
	assert_false(failure.closed);
}

static void details_of_several_fields_are_all_told(void **state)
{
	classify(422, "{\"error\":\"RecordInvalid\",\"details\":{\"Subdomain: "
	              "\":[{\"description\":\"one\"},{\"description\":\"two\"}],"
	              "\"base\":[{\"description\":\"three\",\"error\":\"X\"},7,null],\"odd\":5}}");
	assert_contains(failure.text, "one; two");
	assert_contains(failure.text, "three");
}

static void a_429_is_a_limit_in_json_text_and_html(void **state)
{
	classify_with(429,
	              "{\"error\":\"APIRateLimitExceeded\",\"description\":\"Number of allowed "
	              "requests exceeded\"}",
	              "Retry-After", "10");
	assert_int_equal(failure.kind, DESK_LIMITED);
	assert_int_equal(failure.retry_after, 10000);
	classify_with(429, "Rate limit for ticket updates exceeded, please wait", "retry-after",
	              "93");
	assert_int_equal(failure.retry_after, 93000);
	assert_string_equal(
	        failure.text,
	        "Zendesk answered 429: Rate limit for ticket updates exceeded, please wait");
	check(429, "<html><body>slow down</body></html>", DESK_LIMITED,
	      "Zendesk answered 429: an HTML page");
	assert_int_equal(failure.retry_after, -1);
	assert_false(failure.unknown);
}

static void a_5xx_is_tried_again_and_may_have_done_its_work(void **state)
{
	static const int statuses[] = {500, 502, 503, 504, 520, 599, 999};
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		classify(statuses[i], "<html>bad gateway</html>");
		assert_int_equal(failure.kind, DESK_RETRY);
		assert_true(failure.unknown);
		assert_contains(failure.text, "an HTML page");
		assert_lacks(failure.text, "gateway");
	}
	classify(408, "");
	assert_int_equal(failure.kind, DESK_RETRY);
	assert_true(failure.unknown);
	classify(101, "");
	assert_int_equal(failure.kind, DESK_RETRY);
	assert_true(failure.unknown);
}

static void maintenance_may_say_how_long(void **state)
{
	classify_with(503, "", "Retry-After", "Sun, 22 Nov 2026 10:02:00 GMT");
	assert_int_equal(failure.kind, DESK_RETRY);
	assert_int_equal(failure.retry_after, 120000);
}

static void a_redirect_is_an_error_that_names_the_host_alone(void **state)
{
	classify_with(302, "<html>moved</html>", "Location",
	              "https://evil.example:8443/login?return_to=x&token=abc#f");
	assert_int_equal(failure.kind, DESK_REDIRECT);
	assert_string_equal(
	        failure.text,
	        "Zendesk answered 302, a redirect to evil.example:8443; nothing was sent there");
	classify_with(301, "", "Location", "https://user:pw@other.example");
	assert_contains(failure.text, "a redirect to other.example; nothing");
	classify_with(307, "", "Location", "/access/unauthenticated?return_to=x");
	assert_string_equal(failure.text,
	                    "Zendesk answered 307, a redirect; nothing was sent there");
	classify_with(308, "", "Location", "javascript://x");
	assert_contains(failure.text, "a redirect; nothing");
	classify(304, "");
	assert_int_equal(failure.kind, DESK_REDIRECT);
	assert_false(failure.unknown);
}

static void check_exchange(enum http_result result, enum desk_answer_kind kind, bool unknown,
                           const char *text)
{
	struct http_reply reply = {.result = result};
	zd_classify(&reply, 0, &failure);
	assert_int_equal(failure.kind, kind);
	assert_int_equal(failure.unknown, unknown);
	assert_int_equal(failure.retry_after, -1);
	assert_string_equal(failure.text, text);
}

static void an_exchange_without_an_answer_is_told_by_how_it_ended(void **state)
{
	check_exchange(HTTP_TIMEOUT, DESK_RETRY, true, "no answer from Zendesk in time");
	check_exchange(HTTP_NO_CONNECT, DESK_RETRY, false, "no connection to Zendesk");
	check_exchange(HTTP_TLS_REFUSED, DESK_TLS, false, "no secure connection to Zendesk");
	check_exchange(HTTP_BROKEN, DESK_RETRY, true, "the connection to Zendesk broke");
	check_exchange(HTTP_TOO_LARGE, DESK_TOO_LARGE, true, "Zendesk's reply is too large");
	check_exchange(HTTP_CANCELLED, DESK_RETRY, true, "the request to Zendesk was cancelled");
	struct http_reply reply = {.result = HTTP_NO_CONNECT, .error = "could not resolve\nacme"};
	zd_classify(&reply, 0, &failure);
	assert_string_equal(failure.text, "no connection to Zendesk: could not resolve acme");
}

static void foreign_words_are_cut_and_hold_no_credentials(void **state)
{
	struct buf body;
	buf_init(&body, 1000);
	buf_puts(&body,
	         "{\"error\":\"x\",\"description\":\"you sent Bearer abc123\\r\\n\\u001b[2J");
	for (int i = 0; i < 150; i++)
		buf_puts(&body, "\xC3\xA4");
	buf_puts(&body, "\"}");
	classify(400, buf_cstr(&body));
	buf_free(&body);
	assert_contains(failure.text, "Zendesk answered 400: you sent Bearer [hidden] [2J");
	assert_lacks(failure.text, "abc123");
	assert_true(strlen(failure.text) <= 22 + 200);
	assert_true(utf8_valid(str_of(failure.text)));
}

static void bodies_that_say_nothing_are_described(void **state)
{
	check(500, "{\"error\":", DESK_RETRY, "Zendesk answered 500: JSON that cannot be read");
	check(500, "\xEF\xBB\xBF\n <?xml version=\"1.0\"?>", DESK_RETRY,
	      "Zendesk answered 500: an HTML page");
	check(500, "\x01\x02", DESK_RETRY, "Zendesk answered 500: an empty body");
	check(500, "[]", DESK_RETRY, "Zendesk answered 500: no reason given");
	check(500, "{\"errors\":[]}", DESK_RETRY, "Zendesk answered 500: no reason given");
	check(500, "{\"errors\":[\"plain\",{\"code\":\"OnlyCode\"}]}", DESK_RETRY,
	      "Zendesk answered 500: plain; OnlyCode");
	check(500, "{\"message\":\"from a proxy\"}", DESK_RETRY,
	      "Zendesk answered 500: from a proxy");
	char *body = xmalloc(ZD_ERROR_BODY_MAX + 2);
	memset(body, 'x', ZD_ERROR_BODY_MAX + 1);
	body[ZD_ERROR_BODY_MAX + 1] = '\0';
	check(500, body, DESK_RETRY, "Zendesk answered 500: a long body");
	free(body);
}

static void names_of_absurd_length_are_no_names(void **state)
{
	classify(200, "{\"error\":\"unavailableunavailableunavailableunavailableunavailable\"}");
	assert_int_equal(failure.kind, DESK_RETRY);
	assert_true(failure.unknown);
}

static void an_error_by_code_is_known_as_one_by_name(void **state)
{
	classify(200, "{\"errors\":[{\"code\":\"RecordNotFound\",\"title\":\"gone\"}]}");
	assert_int_equal(failure.kind, DESK_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_success_without_an_error_is_fine),
	        cmocka_unit_test(a_ticket_may_speak_of_errors),
	        cmocka_unit_test(a_200_with_an_error_is_not_fine),
	        cmocka_unit_test(a_search_that_is_unavailable_is_tried_again_at_any_status),
	        cmocka_unit_test(too_many_jobs_means_wait_at_any_status),
	        cmocka_unit_test(a_limit_of_jobs_is_told_from_a_limit_of_requests),
	        cmocka_unit_test(failures_inside_a_job_are_no_failure_of_the_reply),
	        cmocka_unit_test(details_may_be_a_sentence_or_a_list),
	        cmocka_unit_test(a_400_is_our_mistake),
	        cmocka_unit_test(a_401_is_credentials_in_both_envelopes),
	        cmocka_unit_test(a_403_that_names_scopes_says_which_to_add),
	        cmocka_unit_test(a_403_about_scopes_it_does_not_name_points_to_the_option),
	        cmocka_unit_test(a_403_about_the_role_is_passed_on),
	        cmocka_unit_test(a_404_is_a_ticket_gone_or_an_endpoint_not_in_the_plan),
	        cmocka_unit_test(a_409_is_a_conflict_whatever_it_says),
	        cmocka_unit_test(a_413_asks_for_less),
	        cmocka_unit_test(a_422_is_permanent_and_tells_closed_tickets),
	        cmocka_unit_test(details_of_several_fields_are_all_told),
	        cmocka_unit_test(a_429_is_a_limit_in_json_text_and_html),
	        cmocka_unit_test(a_5xx_is_tried_again_and_may_have_done_its_work),
	        cmocka_unit_test(maintenance_may_say_how_long),
	        cmocka_unit_test(a_redirect_is_an_error_that_names_the_host_alone),
	        cmocka_unit_test(an_exchange_without_an_answer_is_told_by_how_it_ended),
	        cmocka_unit_test(foreign_words_are_cut_and_hold_no_credentials),
	        cmocka_unit_test(bodies_that_say_nothing_are_described),
	        cmocka_unit_test(names_of_absurd_length_are_no_names),
	        cmocka_unit_test(an_error_by_code_is_known_as_one_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
