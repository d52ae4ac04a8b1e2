/* Bytes into requests: whole, in pieces, pipelined, wrong, too large. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "../base/seed.h"
#include "base/prng.h"
#include "daemon/server/http_parser.h"

#define HOST "Host: x\r\n"

static struct http_parser *parser;

static int begin(void **state)
{
	parser = http_parser_new();
	return 0;
}

static int end(void **state)
{
	http_parser_free(parser);
	return 0;
}

static enum http_progress feed(const char *text)
{
	size_t used;

	return http_parser_feed(parser, str_of(text), &used);
}

static void assert_str(struct str got, const char *wanted)
{
	assert_int_equal(got.len, strlen(wanted));
	assert_memory_equal(got.data != NULL ? got.data : "", wanted, got.len);
}

static void assert_refused(const char *text, int status)
{
	const char *reason = NULL;

	http_parser_reset(parser);
	assert_int_equal(feed(text), HTTP_REFUSED);
	assert_int_equal(http_parser_refusal(parser, &reason), status);
	assert_non_null(reason);
}

static void a_whole_request_is_complete_with_all_its_parts(void **state)
{
	const struct http_message *message = http_parser_message(parser);

	assert_int_equal(feed("POST /process?x=1 HTTP/1.1\r\nHost: x:1\r\nX-Y:  a b "
	                      "\r\nContent-Length: 5\r\n\r\nhello"),
	                 HTTP_COMPLETE);
	assert_string_equal(message->method, "POST");
	assert_str(buf_str(&message->target), "/process?x=1");
	assert_str(http_message_header(message, STR("host")), "x:1");
	assert_str(http_message_header(message, STR("x-y")), "a b");
	assert_null(http_message_header(message, STR("x")).data);
	assert_str(buf_str(&message->body), "hello");
	assert_true(message->has_length);
	assert_true(message->keep_alive);
}

static void a_request_may_come_byte_by_byte(void **state)
{
	const char *text = "POST /reload HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nok";
	enum http_progress progress = HTTP_MORE;

	assert_false(http_parser_begun(parser));
	for (size_t i = 0; text[i] != '\0'; i++) {
		size_t used;

		assert_int_equal(progress, HTTP_MORE);
		progress = http_parser_feed(parser, str_make(text + i, 1), &used);
		assert_int_equal(used, 1);
		assert_int_equal(http_parser_begun(parser), text[i + 1] != '\0');
	}
	assert_int_equal(progress, HTTP_COMPLETE);
	assert_str(buf_str(&http_parser_message(parser)->body), "ok");
}

static void what_comes_behind_a_request_is_the_next_one(void **state)
{
	struct str text = STR("GET /1 HTTP/1.1\r\n" HOST "\r\nPOST /2 HTTP/1.1\r\n" HOST
	                      "Content-Length: 1\r\n\r\nx\r\n"
	                      "GET /3 HTTP/1.1\r\n" HOST "\r\n");
	char wanted[] = "/1";
	size_t used, count = 0;

	while (text.len > 0) {
		assert_int_equal(http_parser_feed(parser, text, &used), HTTP_COMPLETE);
		assert_str(buf_str(&http_parser_message(parser)->target), wanted);
		wanted[1]++;
		count++;
		text = str_skip(text, used);
		http_parser_reset(parser);
		assert_int_equal(http_parser_message(parser)->target.len, 0);
	}
	assert_int_equal(count, 3);
}

static void empty_lines_before_a_request_are_no_beginning(void **state)
{
	assert_int_equal(feed("\r\n\r\n\n"), HTTP_MORE);
	assert_false(http_parser_begun(parser));
	assert_int_equal(feed("GET / HTTP/1.1\r\n" HOST "\r\n"), HTTP_COMPLETE);
}

static void chunks_are_put_together_and_trailers_dropped(void **state)
{
	const struct http_message *message = http_parser_message(parser);

	assert_int_equal(feed("POST / HTTP/1.1\r\n" HOST
	                      "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\n"
	                      "Authorization: Bearer late\r\n\r\n"),
	                 HTTP_COMPLETE);
	assert_str(buf_str(&message->body), "abcde");
	assert_true(message->has_length);
	assert_null(http_message_header(message, STR("authorization")).data);
}

static void keep_alive_is_as_the_version_and_the_header_say(void **state)
{
	static const struct {
		const char *text;
		bool keep;
	} cases[] = {
	        {"GET / HTTP/1.1\r\n" HOST "\r\n", true},
	        {"GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", false},
	        {"GET / HTTP/1.0\r\n\r\n", false},
	        {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
	        {"GET / HTTP/1.1\r\n" HOST "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n", false}};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		http_parser_reset(parser);
		assert_int_equal(feed(cases[i].text), HTTP_COMPLETE);
		assert_int_equal(http_parser_message(parser)->keep_alive, cases[i].keep);
	}
}

static void what_is_no_http_1_is_refused(void **state)
{
	assert_refused("\x16\x03\x01\x02", 400);
	assert_refused("hello\r\n\r\n", 400);
	assert_refused("GET /\r\n\r\n", 505);
	assert_refused("GET / HTTP/1.1\r\nHost x\r\n\r\n", 400);
	assert_refused("GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400);
	assert_refused("GET / HTTP/2.0\r\n" HOST "\r\n", 505);
	assert_refused("GET / HTTP/0.9\r\n" HOST "\r\n", 505);
	assert_refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
}

static void a_request_has_exactly_one_host(void **state)
{
	assert_refused("GET / HTTP/1.1\r\n\r\n", 400);
	assert_refused("GET / HTTP/1.1\r\n" HOST "host: y\r\n\r\n", 400);
	assert_refused("GET / HTTP/1.0\r\n" HOST HOST "\r\n", 400);
}

static void lengths_that_two_readers_could_understand_differently_are_refused(void **state)
{
	assert_refused("POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
	               400);
	assert_refused("POST / HTTP/1.1\r\n" HOST
	               "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
	               400);
	assert_refused("POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n", 400);
	assert_refused("POST / HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999999\r\n\r\n",
	               400);
	assert_refused("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\n", 400);
	assert_refused("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400);
}

static void a_body_announced_too_large_is_refused_before_it_comes(void **state)
{
	char text[128];

	snprintf(text, sizeof(text), "POST / HTTP/1.1\r\n" HOST "Content-Length: %d\r\n\r\n",
	         HTTP_BODY_MAX + 1);
	assert_refused(text, 413);
	snprintf(text, sizeof(text), "POST / HTTP/1.1\r\n" HOST "Content-Length: %d\r\n\r\n",
	         HTTP_BODY_MAX);
	http_parser_reset(parser);
	assert_int_equal(feed(text), HTTP_MORE);
}

static enum http_progress feed_many(const char *piece, size_t times)
{
	enum http_progress progress = HTTP_MORE;

	for (size_t i = 0; i < times && progress == HTTP_MORE; i++)
		progress = feed(piece);
	return progress;
}

static void chunks_that_become_too_large_are_refused(void **state)
{
	const char *reason;

	assert_int_equal(feed("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"),
	                 HTTP_MORE);
	assert_int_equal(feed_many("4\r\nabcd\r\n", HTTP_BODY_MAX), HTTP_REFUSED);
	assert_int_equal(http_parser_refusal(parser, &reason), 413);
}

static void framing_without_a_body_does_not_go_on_for_ever(void **state)
{
	const char *reason;

	assert_int_equal(feed("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n1;a="),
	                 HTTP_MORE);
	assert_int_equal(feed_many("aaaaaaaaaaaaaaaa", HTTP_BODY_MAX), HTTP_REFUSED);
	assert_int_equal(http_parser_refusal(parser, &reason), 413);
}

static void a_head_has_8_kib_and_not_a_byte_more(void **state)
{
	static const char start[] = "GET / HTTP/1.1\r\n" HOST "X: ";
	size_t fill = HTTP_HEAD_MAX - (sizeof(start) - 1) - 4, used;
	struct buf text;
	const char *reason;

	for (size_t more = 0; more < 2; more++) {
		buf_init(&text, HTTP_HEAD_MAX * 2);
		buf_puts(&text, start);
		for (size_t i = 0; i < fill + more; i++)
			buf_putc(&text, 'a');
		buf_puts(&text, "\r\n\r\n");
		http_parser_reset(parser);
		assert_int_equal(http_parser_feed(parser, buf_str(&text), &used),
		                 more ? HTTP_REFUSED : HTTP_COMPLETE);
		buf_free(&text);
	}
	assert_int_equal(http_parser_refusal(parser, &reason), 431);
}

static void a_target_that_fills_the_head_is_too_long(void **state)
{
	const char *reason;

	assert_int_equal(feed("GET /"), HTTP_MORE);
	assert_int_equal(feed_many("aaaaaaaaaaaaaaaa", HTTP_HEAD_MAX), HTTP_REFUSED);
	assert_int_equal(http_parser_refusal(parser, &reason), 414);
}

static void continue_is_wanted_once_and_only_for_a_body_to_come(void **state)
{
	assert_int_equal(feed("POST / HTTP/1.1\r\n" HOST
	                      "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"),
	                 HTTP_MORE);
	assert_true(http_parser_wants_continue(parser));
	assert_false(http_parser_wants_continue(parser));
	http_parser_reset(parser);
	assert_int_equal(feed("GET / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n\r\n"),
	                 HTTP_COMPLETE);
	assert_false(http_parser_wants_continue(parser));
}

/* Any bytes, in pieces of any size, end in one of the three ways, and the bounds hold. */
static void noise_is_survived(void **state)
{
	static const char *const words[] = {"GET ",
	                                    "POST ",
	                                    "/health",
	                                    " HTTP/1.1",
	                                    "\r\n",
	                                    HOST,
	                                    "Content-Length: 3",
	                                    "\r\n\r\n",
	                                    "abc",
	                                    "\n",
	                                    "\r",
	                                    ":",
	                                    " ",
	                                    "\xff",
	                                    "Transfer-Encoding: chunked",
	                                    "0\r\n",
	                                    "3\r\n",
	                                    "\x01",
	                                    "chunked",
	                                    "Expect: 100-continue"};
	struct prng prng;

	prng_seed(&prng, test_seed());
	for (int round = 0; round < 20000; round++) {
		enum http_progress progress = HTTP_MORE;

		http_parser_reset(parser);
		for (int i = 0; i < 30 && progress == HTTP_MORE; i++)
			progress = feed(words[prng_below(&prng, ARRAY_LEN(words))]);
		assert_true(http_parser_message(parser)->body.len <= HTTP_BODY_MAX);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
	        TEST(a_whole_request_is_complete_with_all_its_parts),
	        TEST(a_request_may_come_byte_by_byte),
	        TEST(what_comes_behind_a_request_is_the_next_one),
	        TEST(empty_lines_before_a_request_are_no_beginning),
	        TEST(chunks_are_put_together_and_trailers_dropped),
	        TEST(keep_alive_is_as_the_version_and_the_header_say),
	        TEST(what_is_no_http_1_is_refused),
	        TEST(a_request_has_exactly_one_host),
	        TEST(lengths_that_two_readers_could_understand_differently_are_refused),
	        TEST(a_body_announced_too_large_is_refused_before_it_comes),
	        TEST(chunks_that_become_too_large_are_refused),
	        TEST(framing_without_a_body_does_not_go_on_for_ever),
	        TEST(a_head_has_8_kib_and_not_a_byte_more),
	        TEST(a_target_that_fills_the_head_is_too_long),
	        TEST(continue_is_wanted_once_and_only_for_a_body_to_come),
	        TEST(noise_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
