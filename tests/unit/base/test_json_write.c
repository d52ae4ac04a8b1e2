/* Writing JSON, read back by the parser. */
#include "helper.h"

#include <math.h>

#include "base/json.h"
#include "base/prng.h"

static void assert_written(struct str text, const char *expected)
{
	struct buf buf;
	buf_init(&buf, 10000);
	json_add_string(&buf, text);
	assert_str(buf_str(&buf), expected);
	buf_free(&buf);
}

static void plain_text_stands_as_it_is(void **state)
{
	assert_written(STR(""), "\"\"");
	assert_written((struct str){0}, "\"\"");
	assert_written(STR("abc /<>&'\x7F"), "\"abc /<>&'\x7F\"");
	assert_written(STR("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"),
	               "\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\"");
	assert_written(STR("\xE2\x80\xA8\xE2\x80\xA9"), "\"\xE2\x80\xA8\xE2\x80\xA9\"");
}

static void quotes_backslashes_and_control_characters_are_escaped(void **state)
{
	assert_written(STR("\"\\\b\f\n\r\t"), "\"\\\"\\\\\\b\\f\\n\\r\\t\"");
	assert_written(STR("\0\x01\x1F"), "\"\\u0000\\u0001\\u001f\"");
	assert_written(STR("0123456\"89abcde\\ghi"), "\"0123456\\\"89abcde\\\\ghi\"");
}

static void each_bad_byte_becomes_the_replacement(void **state)
{
#define R "\xEF\xBF\xBD"
	assert_written(STR("a\xFFz"), "\"a" R "z\"");
	assert_written(STR("\xC3"), "\"" R "\"");
	assert_written(STR("\xED\xA0\x80"), "\"" R R R "\"");
	assert_written(STR("\xE2\x82"), "\"" R R "\"");
	assert_written(STR("\xC3\xA4\x80\xC3\xA4"), "\"\xC3\xA4" R "\xC3\xA4\"");
#undef R
}

/* Every special byte at every place relative to the words of eight. */
static void nothing_special_slips_through_the_fast_scan(void **state)
{
	char text[24], expected[64];
	for (size_t at = 0; at < sizeof(text); at++)
		for (int c = 1; c < 128; c++) {
			memset(text, ' ', sizeof(text));
			text[at] = (char)c;
			char escape[8];
			const char *named = strchr("\"\"\\\\\nn\rr\tt\bb\ff", c);
			if (c == '"' || c == '\\' || (c < ' ' && named))
				snprintf(escape, sizeof(escape), "\\%c", c < ' ' ? named[1] : c);
			else
				snprintf(escape, sizeof(escape), c < ' ' ? "\\u%04x" : "%c",
				         (unsigned)c);
			snprintf(expected, sizeof(expected), "\"%*s%s%*s\"", (int)at, "", escape,
			         (int)(sizeof(text) - 1 - at), "");
			assert_written(str_make(text, sizeof(text)), expected);
		}
}

static void random_text_is_read_back_as_it_was(void **state)
{
	struct prng prng;
	prng_seed(&prng, test_seed());
	for (int round = 0; round < 5000; round++) {
		struct buf text, json;
		buf_init(&text, 1000);
		buf_init(&json, 10000);
		size_t characters = (size_t)prng_below(&prng, 60);
		for (size_t i = 0; i < characters; i++) {
			char bytes[4];
			static const uint32_t limits[] = {0x80,  0x80,    0x80,
			                                  0x800, 0x10000, 0x110000};
			uint32_t limit = limits[prng_below(&prng, ARRAY_LEN(limits))];
			buf_add(&text, bytes,
			        utf8_encode(1 + (uint32_t)prng_below(&prng, limit - 1), bytes));
		}
		buf_puts(&json, "{");
		json_add_member(&json, "k", buf_str(&text));
		buf_puts(&json, "}");
		struct json *tree = json_parse(buf_str(&json), NULL);
		assert_non_null(tree);
		assert_true(str_eq(json_str_at(tree, "k"), buf_str(&text)));
		json_free(tree);
		buf_free(&text);
		buf_free(&json);
	}
}

static void random_bytes_give_valid_utf8(void **state)
{
	struct prng prng;
	prng_seed(&prng, test_seed());
	for (int round = 0; round < 5000; round++) {
		char bytes[64];
		size_t len = (size_t)prng_below(&prng, sizeof(bytes));
		for (size_t i = 0; i < len; i++)
			bytes[i] = (char)(prng_below(&prng, 128) + 128 * (prng_unit(&prng) < 0.7));
		struct buf buf;
		buf_init(&buf, 1000);
		json_add_string(&buf, str_make(bytes, len));
		assert_true(utf8_valid(buf_str(&buf)));
		buf_free(&buf);
	}
}

static void members_are_separated_by_commas(void **state)
{
	struct buf buf;
	buf_init(&buf, 1000);
	buf_puts(&buf, "{");
	json_add_member(&buf, "a", STR("x{"));
	json_add_member_int(&buf, "b", INT64_MIN);
	json_add_member_int(&buf, "c", INT64_MAX);
	json_add_member_bool(&buf, "d", true);
	json_add_member_bool(&buf, "e", false);
	json_add_key(&buf, "f\"");
	buf_puts(&buf, "[");
	json_add_comma(&buf);
	buf_puts(&buf, "1");
	json_add_comma(&buf);
	buf_puts(&buf, "2]}");
	assert_str(buf_str(&buf),
	           "{\"a\":\"x{\",\"b\":-9223372036854775808,\"c\":9223372036854775807,\"d\":true,"
	           "\"e\":false,\"f\\\"\":[1,2]}");
	buf_free(&buf);
	json_add_comma(&buf);
	assert_int_equal(buf.len, 0);
	buf_free(&buf);
}

static void assert_number(double value, int decimals, const char *expected)
{
	struct buf buf;
	buf_init(&buf, 1000);
	json_add_member_number(&buf, "n", value, decimals);
	assert_str(str_skip(buf_str(&buf), 4), expected);
	buf_free(&buf);
}

static void numbers_are_rounded_to_their_decimals(void **state)
{
	assert_number(0, 0, "0");
	assert_number(0, 2, "0.00");
	assert_number(1.005, 1, "1.0");
	assert_number(0.05, 3, "0.050");
	assert_number(0.999, 2, "1.00");
	assert_number(-2.5, 1, "-2.5");
	assert_number(-0.001, 2, "0.00");
	assert_number(2.5, 0, "3");
	assert_number(123456.789, 9, "123456.789000000");
	assert_number(1e20, 2, "100000000000000000000");
	assert_number(-1e20, 2, "-100000000000000000000");
}

static void more_decimals_than_a_double_has_are_our_own_fault(void **state)
{
	struct buf buf;
	buf_init(&buf, 1000);
	assert_fatal(json_add_member_number(&buf, "n", 1, 10));
	assert_fatal(json_add_member_number(&buf, "n", 1, -1));
	buf_free(&buf);
}

static void what_is_not_finite_is_written_as_null(void **state)
{
	assert_number(NAN, 2, "null");
	assert_number(INFINITY, 2, "null");
	assert_number(-INFINITY, 2, "null");
}

static void text_that_does_not_fit_sets_overflow(void **state)
{
	struct buf buf;
	buf_init(&buf, 5);
	json_add_string(&buf, STR("abcd"));
	assert_true(buf.overflow);
	buf_free(&buf);
	json_add_string(&buf, STR("abc"));
	assert_false(buf.overflow);
	assert_str(buf_str(&buf), "\"abc\"");
	buf_free(&buf);
}

int main(void)
{
	json_seed(1);
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(plain_text_stands_as_it_is),
	        cmocka_unit_test(quotes_backslashes_and_control_characters_are_escaped),
	        cmocka_unit_test(each_bad_byte_becomes_the_replacement),
	        cmocka_unit_test(nothing_special_slips_through_the_fast_scan),
	        cmocka_unit_test(random_text_is_read_back_as_it_was),
	        cmocka_unit_test(random_bytes_give_valid_utf8),
	        cmocka_unit_test(members_are_separated_by_commas),
	        cmocka_unit_test(numbers_are_rounded_to_their_decimals),
	        cmocka_unit_test(more_decimals_than_a_double_has_are_our_own_fault),
	        cmocka_unit_test(what_is_not_finite_is_written_as_null),
	        cmocka_unit_test(text_that_does_not_fit_sets_overflow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
