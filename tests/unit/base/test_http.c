/* Requests, replies, headers and URLs. */
#include "helper.h"

#include "base/http.h"

#define WALL INT64_C(1795341600000) /* Sun, 22 Nov 2026 10:00:00 GMT */

static void every_method_and_result_has_a_name(void **state)
{
	assert_string_equal(http_method_name(HTTP_GET), "GET");
	assert_string_equal(http_method_name(HTTP_POST), "POST");
	assert_string_equal(http_method_name(HTTP_PUT), "PUT");
	assert_string_equal(http_method_name(HTTP_DELETE), "DELETE");
	assert_fatal(http_method_name((enum http_method)9));
	for (int result = HTTP_DONE; result <= HTTP_CANCELLED; result++)
		assert_true(strlen(http_result_name((enum http_result)result)) > 3);
	assert_fatal(http_result_name((enum http_result)99));
}

static void only_what_never_left_is_known_not_to_have_acted(void **state)
{
	assert_false(http_result_unknown(HTTP_DONE));
	assert_false(http_result_unknown(HTTP_NO_CONNECT));
	assert_false(http_result_unknown(HTTP_TLS_REFUSED));
	assert_true(http_result_unknown(HTTP_TIMEOUT));
	assert_true(http_result_unknown(HTTP_BROKEN));
	assert_true(http_result_unknown(HTTP_TOO_LARGE));
	assert_true(http_result_unknown(HTTP_CANCELLED));
}

static void a_request_owns_its_bytes_and_is_empty_after_free(void **state)
{
	struct http_request request = {.method = HTTP_POST, .url = xstrdup("http://127.0.0.1/")};
	struct buf body;
	buf_init(&body, 100);
	buf_puts(&body, "first");
	http_request_take_body(&request, &body);
	buf_puts(&body, "{}");
	http_request_take_body(&request, &body);
	assert_string_equal(request.body, "{}");
	assert_int_equal(request.body_len, 2);
	assert_int_equal(body.len, 0);
	http_request_add_header(&request, "X-Number: %d", 5);
	assert_string_equal(request.headers[0], "X-Number: 5");
	http_request_free(&request);
	assert_null(request.url);
	assert_null(request.body);
	assert_int_equal(request.header_count, 0);
	http_request_free(&request);
}

static void no_value_can_begin_a_header_of_its_own(void **state)
{
	struct http_request request = {0};
	http_request_add_header(&request, "Authorization: %s", "a\r\nHost: evil\t\x7F\xC3\xA4");
	assert_string_equal(request.headers[0], "Authorization: a  Host: evil  \xC3\xA4");
	http_request_free(&request);
}

static void too_many_headers_and_half_bodies_are_our_own_faults(void **state)
{
	struct http_request request = {0};
	for (int i = 0; i < HTTP_REQUEST_HEADERS_MAX; i++)
		http_request_add_header(&request, "A: %d", i);
	assert_fatal(http_request_add_header(&request, "A: b"));
	struct buf body;
	buf_init(&body, 1);
	buf_puts(&body, "ab");
	assert_fatal(http_request_take_body(&request, &body));
	buf_free(&body);
	http_request_free(&request);
}

#ifndef _WIN32 /* whose library formats any character */
static void an_impossible_header_ends_the_process(void **state)
{
	struct http_request request = {0};
	/* no such character in the C locale */
	assert_fatal(http_request_add_header(&request, "%ls", L"\x20AC"));
	http_request_free(&request);
}
#endif

static void reply_headers_are_found_by_lower_case_name_and_the_first_counts(void **state)
{
	struct http_reply reply = {0};
	http_reply_add_header(&reply, STR(" Retry-After"), STR(" 5 \r\n"));
	http_reply_add_header(&reply, STR("RETRY-AFTER"), STR("6"));
	http_reply_add_header(&reply, STR("Empty"), STR(""));
	assert_str(http_reply_header(&reply, "retry-after"), "5");
	assert_non_null(http_reply_header(&reply, "empty").data);
	assert_null(http_reply_header(&reply, "absent").data);
	http_reply_free(&reply);
	assert_int_equal(reply.header_count, 0);
	http_reply_free(&reply);
}

static void headers_past_the_limit_are_dropped(void **state)
{
	struct http_reply reply = {0};
	for (int i = 0; i < 1000; i++) {
		char name[20];
		snprintf(name, sizeof(name), "X-%d", i);
		http_reply_add_header(&reply, str_of(name), STR("v"));
	}
	assert_int_equal(reply.header_count, HTTP_REPLY_HEADERS_MAX);
	assert_non_null(http_reply_header(&reply, "x-127").data);
	assert_null(http_reply_header(&reply, "x-128").data);
	http_reply_free(&reply);
}

static void only_a_finished_exchange_with_2xx_is_ok(void **state)
{
	assert_true(http_reply_ok(&(struct http_reply){.result = HTTP_DONE, .status = 200}));
	assert_true(http_reply_ok(&(struct http_reply){.result = HTTP_DONE, .status = 299}));
	assert_false(http_reply_ok(&(struct http_reply){.result = HTTP_DONE, .status = 199}));
	assert_false(http_reply_ok(&(struct http_reply){.result = HTTP_DONE, .status = 300}));
	assert_false(http_reply_ok(&(struct http_reply){.result = HTTP_TIMEOUT, .status = 200}));
}

static void the_body_is_a_slice(void **state)
{
	struct http_reply reply = {.body = xmemdup0("a\0b", 3), .body_len = 3};
	assert_int_equal(http_reply_body(&reply).len, 3);
	http_reply_free(&reply);
	assert_int_equal(http_reply_body(&reply).len, 0);
}

static void the_date_of_the_server_is_read_or_minus_one(void **state)
{
	struct http_reply reply = {0};
	assert_int_equal(http_reply_date(&reply), -1);
	http_reply_add_header(&reply, STR("Date"), STR("Sun, 22 Nov 2026 10:00:00 GMT"));
	assert_int_equal(http_reply_date(&reply), WALL);
	http_reply_free(&reply);
	http_reply_add_header(&reply, STR("Date"), STR("yesterday"));
	assert_int_equal(http_reply_date(&reply), -1);
	http_reply_free(&reply);
}

static msec retry_after(const char *ms, const char *after, const char *date)
{
	struct http_reply reply = {0};
	if (ms)
		http_reply_add_header(&reply, STR("retry-after-ms"), str_of(ms));
	if (after)
		http_reply_add_header(&reply, STR("retry-after"), str_of(after));
	if (date)
		http_reply_add_header(&reply, STR("date"), str_of(date));
	msec span = http_reply_retry_after(&reply, WALL);
	http_reply_free(&reply);
	return span;
}

static void retry_after_is_read_in_seconds(void **state)
{
	assert_int_equal(retry_after(NULL, "0", NULL), 0);
	assert_int_equal(retry_after(NULL, "93", NULL), 93000);
	assert_int_equal(retry_after(NULL, "1.5", NULL), 1500);
	assert_int_equal(retry_after(NULL, "0.0001", NULL), 1);
	assert_int_equal(retry_after(NULL, "0.0000", NULL), 0);
	assert_int_equal(retry_after(NULL, "0.1239", NULL), 124);
}

static void retry_after_in_milliseconds_wins(void **state)
{
	assert_int_equal(retry_after("250", "93", NULL), 250);
	assert_int_equal(retry_after("250.5", NULL, NULL), 251);
	assert_int_equal(retry_after("soon", "93", NULL), 93000);
}

static void retry_after_as_a_date_is_taken_against_the_clock_of_the_server(void **state)
{
	assert_int_equal(retry_after(NULL, "Sun, 22 Nov 2026 10:01:00 GMT", NULL), 60000);
	assert_int_equal(
	        retry_after(NULL, "Sun, 22 Nov 2026 10:01:00 GMT", "Sun, 22 Nov 2026 10:00:50 GMT"),
	        10000);
	assert_int_equal(retry_after(NULL, "Sunday, 22-Nov-26 10:01:00 GMT", "garbage"), 60000);
	assert_int_equal(retry_after(NULL, "Sun Nov 22 09:00:00 2026", NULL), 0);
}

static void retry_after_is_cut_at_a_day(void **state)
{
	assert_int_equal(retry_after(NULL, "86401", NULL), 24 * MSEC_HOUR);
	assert_int_equal(retry_after(NULL, "99999999999999999999999999", NULL), 24 * MSEC_HOUR);
	assert_int_equal(retry_after("9223372036854775807", NULL, NULL), 24 * MSEC_HOUR);
	assert_int_equal(retry_after(NULL, "Sun, 22 Nov 2099 10:01:00 GMT", NULL), 24 * MSEC_HOUR);
}

static void an_unreadable_retry_after_is_minus_one(void **state)
{
	static const char *const wrong[] = {"",   "-1",   "+1",  "1.",   ".5",  "1,5",
	                                    "1s", "1.5s", "1e3", "soon", "0x10"};
	assert_int_equal(retry_after(NULL, NULL, NULL), -1);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_int_equal(retry_after(NULL, wrong[i], NULL), -1);
}

static void everything_but_unreserved_characters_is_escaped(void **state)
{
	struct buf buf;
	buf_init(&buf, 1000);
	http_add_query_escaped(&buf, STR("AZaz09-._~ +&=%/?#\xC3\xA4\n\0<"));
	assert_str(buf_str(&buf), "AZaz09-._~%20%2B%26%3D%25%2F%3F%23%C3%A4%0A%00%3C");
	buf_free(&buf);
}

static void assert_parameter(const char *url, const char *name, const char *expected)
{
	struct buf out;
	buf_init(&out, 1000);
	bool found = http_query_parameter(str_of(url), str_of(name), &out);
	if (found != (expected != NULL) || strcmp(buf_cstr(&out), expected ? expected : "") != 0)
		fail_msg("%s of %s: %s \"%s\"", name, url, found ? "found" : "absent",
		         buf_cstr(&out));
	buf_free(&out);
}

static void query_parameters_are_found_decoded(void **state)
{
	assert_parameter("https://x/y?page[size]=5&page[after]=abc", "page[after]", "abc");
	assert_parameter("https://x/y?page%5Bsize%5D=5&page%5bafter%5D=a%2Bb%3D%3d", "page[after]",
	                 "a+b==");
	assert_parameter("https://x/y?a=1+2", "a", "1 2");
	assert_parameter("https://x/y?a=1&a=2", "a", "1");
	assert_parameter("https://x/y?a=b=c", "a", "b=c");
	assert_parameter("https://x/y?a=", "a", "");
	assert_parameter("https://x/y?a", "a", "");
	assert_parameter("https://x/y?&&a=1", "a", "1");
	assert_parameter("?a=1?2", "a", "1?2");
	assert_parameter("https://x/y?a=%C3%A4", "a", "\xC3\xA4");
}

static void absent_query_parameters_are_not_found(void **state)
{
	assert_parameter("", "a", NULL);
	assert_parameter("https://x/a=1", "a", NULL);
	assert_parameter("https://x/y?aa=1&b=a", "a", NULL);
	assert_parameter("https://x/y?A=1", "a", NULL);
	assert_parameter("https://x/y#?a=1", "a", NULL);
	assert_parameter("https://x/y?b=1#&a=1", "a", NULL);
	assert_parameter("https://x/y?page=1", "page[after]", NULL);
}

static void broken_escapes_are_refused_and_add_nothing(void **state)
{
	assert_parameter("https://x/y?a=12%", "a", NULL);
	assert_parameter("https://x/y?a=12%4", "a", NULL);
	assert_parameter("https://x/y?a=12%g0", "a", NULL);
	assert_parameter("https://x/y?a=12%0g", "a", NULL);
	assert_parameter("https://x/y?%6=1&a=2", "a", "2");
	struct buf out;
	buf_init(&out, 2);
	assert_true(http_query_parameter(STR("?a=123"), STR("a"), &out));
	assert_true(out.overflow);
	buf_free(&out);
}

static void escaping_and_reading_back_gives_the_same_bytes(void **state)
{
	char all[256];
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	struct buf url, out;
	buf_init(&url, 10000);
	buf_init(&out, 10000);
	buf_puts(&url, "https://x/y?");
	http_add_query_escaped(&url, str_make(all, sizeof(all)));
	buf_puts(&url, "=");
	http_add_query_escaped(&url, str_make(all, sizeof(all)));
	assert_true(http_query_parameter(buf_str(&url), str_make(all, sizeof(all)), &out));
	assert_true(str_eq(buf_str(&out), str_make(all, sizeof(all))));
	buf_free(&url);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_method_and_result_has_a_name),
	        cmocka_unit_test(only_what_never_left_is_known_not_to_have_acted),
	        cmocka_unit_test(a_request_owns_its_bytes_and_is_empty_after_free),
	        cmocka_unit_test(no_value_can_begin_a_header_of_its_own),
	        cmocka_unit_test(too_many_headers_and_half_bodies_are_our_own_faults),
#ifndef _WIN32
	        cmocka_unit_test(an_impossible_header_ends_the_process),
#endif
	        cmocka_unit_test(reply_headers_are_found_by_lower_case_name_and_the_first_counts),
	        cmocka_unit_test(headers_past_the_limit_are_dropped),
	        cmocka_unit_test(only_a_finished_exchange_with_2xx_is_ok),
	        cmocka_unit_test(the_body_is_a_slice),
	        cmocka_unit_test(the_date_of_the_server_is_read_or_minus_one),
	        cmocka_unit_test(retry_after_is_read_in_seconds),
	        cmocka_unit_test(retry_after_in_milliseconds_wins),
	        cmocka_unit_test(retry_after_as_a_date_is_taken_against_the_clock_of_the_server),
	        cmocka_unit_test(retry_after_is_cut_at_a_day),
	        cmocka_unit_test(an_unreadable_retry_after_is_minus_one),
	        cmocka_unit_test(everything_but_unreserved_characters_is_escaped),
	        cmocka_unit_test(query_parameters_are_found_decoded),
	        cmocka_unit_test(absent_query_parameters_are_not_found),
	        cmocka_unit_test(broken_escapes_are_refused_and_add_nothing),
	        cmocka_unit_test(escaping_and_reading_back_gives_the_same_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
