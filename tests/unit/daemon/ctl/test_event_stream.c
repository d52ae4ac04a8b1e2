/* A stream of events in all pieces it may come in, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/ctl/event_stream.h"

static struct buf taken;

static void take(void *arg, struct str name, struct str data)
{
	buf_printf(&taken, STR_FMT "=" STR_FMT ";", STR_ARG(name), STR_ARG(data));
}

/* In pieces of `size` bytes. */
static int feed(struct str text, size_t size, struct err *err)
{
	struct event_stream stream;
	int status = 0;

	buf_reset(&taken);
	event_stream_init(&stream, take, NULL);
	while (text.len > 0 && status == 0) {
		size_t len = text.len < size ? text.len : size;

		status = event_stream_feed(&stream, str_make(text.data, len), err);
		text = str_skip(text, len);
	}
	event_stream_free(&stream);
	return status;
}

static void expect(struct str text, const char *events)
{
	for (size_t size = 1; size <= text.len; size++) {
		struct err err = {{0}};

		if (feed(text, size, &err) < 0)
			fail_msg("in pieces of %zu: %s", size, err.text);
		if (strcmp(buf_cstr(&taken), events) != 0)
			fail_msg("in pieces of %zu: %s", size, buf_cstr(&taken));
	}
}

static void events_are_the_same_in_pieces_of_any_size(void **state)
{
	expect(STR("retry: 3000\n\nevent: state\ndata: {\"a\":1}\n\n:\n\nevent: outcome\ndata: "
	           "2\n\n"),
	       "state={\"a\":1};outcome=2;");
}

static void lines_end_with_lf_cr_or_both(void **state)
{
	expect(STR("event: a\r\ndata: 1\r\n\r\nevent: b\rdata: 2\r\revent: c\ndata: 3\n\n"),
	       "a=1;b=2;c=3;");
	expect(STR("data: 1\r\n\ndata: 2\n\r\ndata: 3\r\r\n"), "message=1;message=2;message=3;");
}

static void lines_of_data_are_joined_and_one_blank_is_no_data(void **state)
{
	expect(STR("data: one\ndata:two\ndata:  three\n\n"), "message=one\ntwo\n three;");
	expect(STR("data\n\n"), "message=;");
	expect(STR("data: a:b\nid: 7\nid\nretry\n\n"), "message=a:b;");
}

static void without_data_or_its_empty_line_there_is_no_event(void **state)
{
	expect(STR("event: a\n\ndata: 1\n\n"), "message=1;");
	expect(STR("data: 1\n\ndata: 2\n"), "message=1;");
	expect(STR(": only a comment\n\n"), "");
}

static void refuse(struct str text, const char *reason)
{
	struct err err = {{0}};

	assert_int_equal(feed(text, text.len, &err), -1);
	if (strstr(err.text, reason) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, reason);
}

static void what_is_no_event_is_refused(void **state)
{
	refuse(STR("<html>\n"), "neither a field nor a comment");
	refuse(STR("{\"data\":1}\n"), "neither a field nor a comment");
	refuse(STR("Data: 1\n"), "neither a field nor a comment");
	refuse(STR("data: \xff\n"), "not text");
	refuse(STR("data: a\0b\n"), "not text");
}

static void what_is_too_large_is_refused_and_not_kept(void **state)
{
	size_t len = EVENT_STREAM_DATA_MAX + 1;
	char *large = xmalloc(len);
	struct buf text;

	memset(large, 'x', len);
	refuse(str_make(large, len), "a line is too large");
	buf_init(&text, 4 * len);
	for (int i = 0; i < 4; i++) {
		buf_puts(&text, "data: ");
		buf_add(&text, large, len / 3);
		buf_puts(&text, "\n");
	}
	refuse(buf_str(&text), "an event is too large");
	buf_reset(&text);
	buf_puts(&text, "event: ");
	buf_add(&text, large, 100);
	buf_puts(&text, "\n");
	refuse(buf_str(&text), "an event is too large");
	buf_free(&text);
	free(large);
}

static int begin(void **state)
{
	buf_init(&taken, 4096);
	return 0;
}

static int end(void **state)
{
	buf_free(&taken);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(events_are_the_same_in_pieces_of_any_size),
	        cmocka_unit_test(lines_end_with_lf_cr_or_both),
	        cmocka_unit_test(lines_of_data_are_joined_and_one_blank_is_no_data),
	        cmocka_unit_test(without_data_or_its_empty_line_there_is_no_event),
	        cmocka_unit_test(what_is_no_event_is_refused),
	        cmocka_unit_test(what_is_too_large_is_refused_and_not_kept),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
