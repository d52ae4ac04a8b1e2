/* Allocation, fatal() and error texts. */
#include "helper.h"

#include "child.h"

/* The address sanitizer would otherwise end the process itself when asked for the impossible. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void an_invariant_that_holds_does_nothing(void **state)
{
	ENSURE(1 + 1 == 2);
}

static void a_broken_invariant_says_where_and_what(void **state)
{
	assert_fatal(ENSURE(1 + 1 == 3));
	assert_non_null(strstr(test_last_words, "test_base.c:"));
	assert_non_null(strstr(test_last_words, "1 + 1 == 3"));
}

static void die_on_two_lines(void)
{
	fatal("first\nsecond %d", 2);
}

static void fail_again(const char *message)
{
	fatal("while saying \"%s\"", message);
}

static void die_with_a_failing_handler(void)
{
	fatal_set_handler(fail_again);
	fatal("outer");
}

static void come_back(const char *message)
{
}

static void die_with_a_handler_that_returns(void)
{
	fatal_set_handler(come_back);
	fatal("no way back");
}

static void die_at_length(void)
{
	fatal("%0600d", 7);
}

enum body { TWO_LINES, FAILING_HANDLER, RETURNING_HANDLER, AT_LENGTH };

static const child_body bodies[] = {
        [TWO_LINES] = die_on_two_lines,
        [FAILING_HANDLER] = die_with_a_failing_handler,
        [RETURNING_HANDLER] = die_with_a_handler_that_returns,
        [AT_LENGTH] = die_at_length,
};

static void by_default_the_process_aborts_with_one_line(void **state)
{
	char out[2048];
	assert_true(child_aborts(bodies, TWO_LINES, out, sizeof(out)));
	assert_string_equal(out, "first second 2\n");
}

static void a_handler_that_fails_itself_ends_in_the_default(void **state)
{
	char out[2048];
	assert_true(child_aborts(bodies, FAILING_HANDLER, out, sizeof(out)));
	assert_string_equal(out, "while saying \"outer\"\n");
}

static void a_handler_that_returns_does_not_save_the_process(void **state)
{
	char out[2048];
	assert_true(child_aborts(bodies, RETURNING_HANDLER, out, sizeof(out)));
	assert_string_equal(out, "no way back\n");
}

static void a_long_last_line_is_cut(void **state)
{
	char out[2048];
	assert_true(child_aborts(bodies, AT_LENGTH, out, sizeof(out)));
	assert_int_equal(strlen(out), 512);
	assert_int_equal(out[511], '\n');
}

static void allocation_of_nothing_is_not_null(void **state)
{
	void *a = xmalloc(0), *b = xcalloc(0, 0), *c = xrealloc(NULL, 0);
	assert_non_null(a);
	assert_non_null(b);
	assert_non_null(c);
	c = xrealloc(c, 0);
	assert_non_null(c);
	free(a);
	free(b);
	free(c);
}

static void allocation_that_cannot_be_ends_the_process(void **state)
{
	volatile size_t huge = PTRDIFF_MAX;
	char byte = 0;
	assert_fatal(free(xmalloc(huge)));
	assert_non_null(strstr(test_last_words, "out of memory"));
	assert_fatal(free(xcalloc(huge, huge)));
	assert_fatal(free(xrealloc(NULL, huge)));
	assert_fatal(free(xmemdup0(&byte, (size_t)2 * huge + 1)));
#ifndef _WIN32                                           /* whose library formats any character */
	assert_fatal(free(xasprintf("%ls", L"\x20AC"))); /* no such character in the C locale */
#endif
}

static void cleared_memory_is_zero(void **state)
{
	unsigned char *bytes = xcalloc(10, 10);
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(bytes[i], 0);
	free(bytes);
}

static void copies_are_terminated_and_null_stays_null(void **state)
{
	assert_null(xstrdup(NULL));
	char *text = xstrdup("text");
	assert_string_equal(text, "text");
	free(text);
	char *bytes = xmemdup0("a\0b", 3);
	assert_memory_equal(bytes, "a\0b", 4);
	free(bytes);
	char *nothing = xmemdup0(NULL, 0);
	assert_string_equal(nothing, "");
	free(nothing);
	char *printed = xasprintf("%s-%03d", "x", 7);
	assert_string_equal(printed, "x-007");
	free(printed);
}

static void err_set_formats_and_returns_minus_one(void **state)
{
	struct err err;
	assert_int_equal(err_set(&err, "%s: %d", "limit", 5), -1);
	assert_string_equal(err.text, "limit: 5");
	assert_int_equal(err_set(NULL, "nobody cares"), -1);
}

static void err_set_cuts_on_a_character_boundary(void **state)
{
	/* For every offset at which the cut may fall into a character of two, three or four
	 * bytes. */
	static const char *const characters[] = {"a", "\xC3\xA4", "\xE2\x82\xAC",
	                                         "\xF0\x9F\x98\x80"};
	for (size_t c = 0; c < ARRAY_LEN(characters); c++)
		for (size_t shift = 0; shift < 4; shift++) {
			char text[400] = "";
			memset(text, 'x', shift);
			while (strlen(text) + 5 < sizeof(text))
				strcat(text, characters[c]);
			struct err err;
			err_set(&err, "%s", text);
			size_t len = strlen(err.text);
			assert_true(len <= sizeof(err.text) - 1 && len + 4 > sizeof(err.text) - 1);
			assert_true(utf8_valid(str_of(err.text)));
			assert_memory_equal(err.text, text, len);
		}
}

int main(int argc, char **argv)
{
	child_begin(bodies, argc, argv);
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_invariant_that_holds_does_nothing),
	        cmocka_unit_test(a_broken_invariant_says_where_and_what),
	        cmocka_unit_test(by_default_the_process_aborts_with_one_line),
	        cmocka_unit_test(a_handler_that_fails_itself_ends_in_the_default),
	        cmocka_unit_test(a_handler_that_returns_does_not_save_the_process),
	        cmocka_unit_test(a_long_last_line_is_cut),
	        cmocka_unit_test(allocation_of_nothing_is_not_null),
	        cmocka_unit_test(allocation_that_cannot_be_ends_the_process),
	        cmocka_unit_test(cleared_memory_is_zero),
	        cmocka_unit_test(copies_are_terminated_and_null_stays_null),
	        cmocka_unit_test(err_set_formats_and_returns_minus_one),
	        cmocka_unit_test(err_set_cuts_on_a_character_boundary),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
