/* Slices and ASCII. */
#include "helper.h"

#define NONE ((struct str){0})

static void a_slice_is_made_from_text_bytes_or_nothing(void **state)
{
	assert_int_equal(str_of("abc").len, 3);
	assert_int_equal(str_of(NULL).len, 0);
	assert_null(str_of(NULL).data);
	assert_int_equal(str_make("a\0b", 3).len, 3);
	assert_int_equal(STR("a\0b").len, 3);
}

static void equality_looks_at_length_and_bytes(void **state)
{
	assert_true(str_eq(STR("abc"), STR("abc")));
	assert_false(str_eq(STR("abc"), STR("abd")));
	assert_false(str_eq(STR("abc"), STR("ab")));
	assert_true(str_eq(NONE, STR("")));
	assert_false(str_eq(STR("a\0b"), STR("a\0c")));
}

static void equality_without_case_is_for_ascii_only(void **state)
{
	assert_true(str_ieq(STR("Retry-After"), STR("retry-AFTER")));
	assert_false(str_ieq(STR("abc"), STR("abcd")));
	assert_false(str_ieq(STR("\xC3\x84"), STR("\xC3\xA4")));
	assert_false(str_ieq(STR("["), STR("{")));
	assert_false(str_ieq(STR("@"), STR("`")));
	assert_true(str_ieq(NONE, NONE));
}

static void beginnings_and_ends_are_recognised(void **state)
{
	assert_true(str_starts(STR("abc"), STR("ab")));
	assert_true(str_starts(STR("abc"), STR("")));
	assert_true(str_starts(NONE, NONE));
	assert_false(str_starts(STR("a"), STR("ab")));
	assert_false(str_starts(STR("abc"), STR("AB")));
	assert_true(str_istarts(STR("aBc"), STR("Ab")));
	assert_false(str_istarts(STR("a"), STR("ab")));
	assert_true(str_ends(STR("abc"), STR("bc")));
	assert_true(str_ends(STR("abc"), STR("")));
	assert_true(str_ends(STR("abc"), STR("abc")));
	assert_false(str_ends(STR("bc"), STR("abc")));
	assert_false(str_ends(STR("abc"), STR("bd")));
}

static void trimming_takes_ascii_white_space_at_both_ends(void **state)
{
	assert_str(str_trim(STR(" \t\r\n\v\f a b \n")), "a b");
	assert_str(str_trim(STR("   ")), "");
	assert_str(str_trim(STR("a")), "a");
	assert_str(str_trim(NONE), "");
	/* A no-break space is no ASCII. */
	assert_str(str_trim(STR("\xC2\xA0x")), "\xC2\xA0x");
}

static void a_sentence_ends_without_full_stops(void **state)
{
	assert_str(str_sentence(" It is wrong. "), "It is wrong");
	assert_str(str_sentence("v1.2, see a.b.c . .."), "v1.2, see a.b.c");
	assert_str(str_sentence("..."), "");
	assert_str(str_sentence(NULL), "");
}

static void skipping_stops_at_the_end(void **state)
{
	assert_str(str_skip(STR("abc"), 1), "bc");
	assert_str(str_skip(STR("abc"), 3), "");
	assert_str(str_skip(STR("abc"), 4), "");
	assert_str(str_skip(NONE, 1), "");
}

static void finding_gives_the_first_offset_or_minus_one(void **state)
{
	assert_int_equal(str_find(STR("abcabc"), STR("bc")), 1);
	assert_int_equal(str_find(STR("abc"), STR("cb")), -1);
	assert_int_equal(str_find(STR("abc"), STR("abcd")), -1);
	assert_int_equal(str_find(STR("abc"), STR("")), 0);
	assert_int_equal(str_find(NONE, STR("")), 0);
	assert_int_equal(str_find(NONE, STR("a")), -1);
	assert_int_equal(str_find(STR("a\0b"), STR("\0b")), 1);
}

static void finding_without_case_gives_the_first_offset_or_minus_one(void **state)
{
	assert_int_equal(str_ifind(STR("xxUrGent"), STR("uRgENT")), 2);
	assert_int_equal(str_ifind(STR("urgen"), STR("urgent")), -1);
	assert_int_equal(str_ifind(STR("abc"), STR("")), 0);
	assert_int_equal(str_ifind(NONE, STR("")), 0);
	assert_int_equal(str_ifind(NONE, STR("a")), -1);
	assert_int_equal(str_ifind(STR("aab"), STR("AB")), 1);
	assert_int_equal(str_ifind(STR("..."), STR("1")), -1);
	assert_int_equal(str_ifind(STR("a-1"), STR("-1")), 1);
	assert_int_equal(str_find_char(STR("abc"), 'c'), 2);
	assert_int_equal(str_find_char(STR("abc"), 'd'), -1);
	assert_int_equal(str_find_char(NONE, 'd'), -1);
}

static void splitting_sees_every_piece_and_then_null(void **state)
{
	struct str rest = STR("a,,b,");
	assert_str(str_split(&rest, ','), "a");
	assert_str(str_split(&rest, ','), "");
	assert_str(str_split(&rest, ','), "b");
	assert_non_null(rest.data);
	assert_str(str_split(&rest, ','), "");
	assert_null(rest.data);
	assert_int_equal(str_split(&rest, ',').len, 0);
	assert_null(rest.data);
}

static void unsigned_numbers_are_digits_and_fit(void **state)
{
	static const struct str wrong[] = {
	        STR(""),
	        STR("-1"),
	        STR("+1"),
	        STR(" 1"),
	        STR("1 "),
	        STR("1a"),
	        STR("0x1"),
	        STR("1\0"),
	        STR("18446744073709551616"),
	        STR("99999999999999999999"),
	};
	uint64_t number = 7;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_int_equal(str_to_u64(wrong[i], &number), -1);
	assert_int_equal(number, 7);
	assert_int_equal(str_to_u64(STR("18446744073709551615"), &number), 0);
	assert_true(number == UINT64_MAX);
	assert_int_equal(str_to_u64(STR("0000000000000000000000012"), &number), 0);
	assert_int_equal(number, 12);
}

static void signed_numbers_may_have_a_minus(void **state)
{
	static const struct str wrong[] = {STR(""),
	                                   STR("-"),
	                                   STR("--1"),
	                                   STR("- 1"),
	                                   STR("+1"),
	                                   STR("9223372036854775808"),
	                                   STR("-9223372036854775809")};
	int64_t number = 7;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_int_equal(str_to_i64(wrong[i], &number), -1);
	assert_int_equal(number, 7);
	assert_int_equal(str_to_i64(STR("9223372036854775807"), &number), 0);
	assert_true(number == INT64_MAX);
	assert_int_equal(str_to_i64(STR("-9223372036854775808"), &number), 0);
	assert_true(number == INT64_MIN);
	assert_int_equal(str_to_i64(STR("-0"), &number), 0);
	assert_int_equal(number, 0);
}

static void ascii_classes_hold_for_every_byte(void **state)
{
	for (int i = 0; i < 256; i++) {
		char c = (char)i;
		bool upper = i >= 'A' && i <= 'Z', lower = i >= 'a' && i <= 'z',
		     digit = i >= '0' && i <= '9';
		assert_int_equal(ascii_is_alpha(c), upper || lower);
		assert_int_equal(ascii_is_digit(c), digit);
		assert_int_equal(ascii_is_alnum(c), upper || lower || digit);
		assert_int_equal(ascii_lower(c), upper ? c + 32 : c);
		assert_int_equal(ascii_is_space(c), i != 0 && strchr(" \t\n\v\f\r", i) != NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_slice_is_made_from_text_bytes_or_nothing),
	        cmocka_unit_test(equality_looks_at_length_and_bytes),
	        cmocka_unit_test(equality_without_case_is_for_ascii_only),
	        cmocka_unit_test(beginnings_and_ends_are_recognised),
	        cmocka_unit_test(trimming_takes_ascii_white_space_at_both_ends),
	        cmocka_unit_test(a_sentence_ends_without_full_stops),
	        cmocka_unit_test(skipping_stops_at_the_end),
	        cmocka_unit_test(finding_gives_the_first_offset_or_minus_one),
	        cmocka_unit_test(finding_without_case_gives_the_first_offset_or_minus_one),
	        cmocka_unit_test(splitting_sees_every_piece_and_then_null),
	        cmocka_unit_test(unsigned_numbers_are_digits_and_fit),
	        cmocka_unit_test(signed_numbers_may_have_a_minus),
	        cmocka_unit_test(ascii_classes_hold_for_every_byte),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
