/* Where a command may come from: each case as the header lines that a browser or a program
 * sends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/control/origin.h"

static struct http_parser *parser;

static const struct http_message *request(const char *lines)
{
	struct buf bytes;
	size_t used;

	http_parser_free(parser);
	parser = http_parser_new();
	buf_init(&bytes, HTTP_HEAD_MAX);
	buf_printf(&bytes, "POST /pause HTTP/1.1\r\n%s\r\n", lines);
	assert_int_equal(http_parser_feed(parser, buf_str(&bytes), &used), HTTP_COMPLETE);
	buf_free(&bytes);
	return http_parser_message(parser);
}

static int end(void **state)
{
	http_parser_free(parser);
	parser = NULL;
	return 0;
}

static void a_program_says_nothing_and_is_let_in(void **state)
{
	assert_null(origin_refusal(request("Host: localhost:9871\r\n")));
}

static void the_page_of_this_service_is_let_in(void **state)
{
	static const char *const good[] = {
	        "Host: localhost:9871\r\nOrigin: http://localhost:9871\r\n",
	        "Host: LOCALHOST:9871\r\nOrigin: HTTP://localhost:9871\r\n",
	        "Host: [::1]:9871\r\nOrigin: http://[::1]:9871\r\n",
	        "Host: triage.example.com\r\nOrigin: https://triage.example.com\r\n",
	        "Host: triage.example.com:443\r\nOrigin: https://triage.example.com\r\n",
	        "Host: triage.example.com\r\nOrigin: http://triage.example.com:80\r\n",
	        "Host: localhost\r\nOrigin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n",
	        "Host: localhost\r\nSec-Fetch-Site: same-origin\r\n",
	        "Host: localhost\r\nSec-Fetch-Site: none\r\n"};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_null(origin_refusal(request(good[i])));
}

static void any_other_page_is_refused(void **state)
{
	static const char *const bad[] = {
	        "Host: localhost:9871\r\nOrigin: null\r\n",
	        "Host: null\r\nOrigin: null\r\n",
	        "Host: localhost:9871\r\nOrigin:\r\n",
	        "Host: localhost:9871\r\nOrigin: http://localhost:9872\r\n",
	        "Host: localhost:9871\r\nOrigin: http://localhost\r\n",
	        "Host: localhost:9871\r\nOrigin: http://127.0.0.1:9871\r\n",
	        "Host: localhost:9871\r\nOrigin: http://localhost:9871/\r\n",
	        "Host: localhost:9871\r\nOrigin: http://localhost:9871.evil.example\r\n",
	        "Host: localhost:9871\r\nOrigin: http://evil@localhost:9871\r\n",
	        "Host: localhost:9871\r\nOrigin: file://localhost:9871\r\n",
	        "Host: localhost:9871\r\nOrigin: localhost:9871\r\n",
	        "Host: triage.example.com\r\nOrigin: https://triage.example.com:80\r\n",
	        "Host: triage.example.com:80\r\nOrigin: https://triage.example.com\r\n",
	        "Host: x:9871\r\nOrigin: http://x:9871\r\nOrigin: http://evil.example\r\n",
	        "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n",
	        "Host: localhost\r\nSec-Fetch-Site: same-site\r\n",
	        "Host: localhost\r\nSec-Fetch-Site:\r\n",
	        "Host: localhost\r\nOrigin: http://localhost\r\nSec-Fetch-Site: cross-site\r\n",
	        "Host: localhost\r\nSec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\n"};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_non_null(origin_refusal(request(bad[i])));
}

static void only_json_is_json(void **state)
{
	static const char *const good[] = {"Content-Type: application/json\r\n",
	                                   "Content-Type: Application/JSON; charset=utf-8\r\n"},
	                         *const bad[] = {
	                                 "",
	                                 "Content-Type:\r\n",
	                                 "Content-Type: text/plain\r\n",
	                                 "Content-Type: application/jsonx\r\n",
	                                 "Content-Type: text/plain; application/json\r\n",
	                                 "Content-Type: application/x-www-form-urlencoded\r\n",
	                                 "Content-Type: application/json\r\nContent-Type: x\r\n"};
	char lines[256];

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		snprintf(lines, sizeof(lines), "Host: x\r\n%s", good[i]);
		assert_true(origin_is_json(request(lines)));
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		snprintf(lines, sizeof(lines), "Host: x\r\n%s", bad[i]);
		assert_false(origin_is_json(request(lines)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_teardown(a_program_says_nothing_and_is_let_in, end),
	        cmocka_unit_test_teardown(the_page_of_this_service_is_let_in, end),
	        cmocka_unit_test_teardown(any_other_page_is_refused, end),
	        cmocka_unit_test_teardown(only_json_is_json, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
