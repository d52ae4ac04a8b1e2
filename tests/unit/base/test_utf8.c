/* UTF-8 as of RFC 3629, for all code points and all short byte sequences that matter. */
#include "helper.h"

static bool is_scalar(uint32_t c)
{
	return c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF);
}

static void every_code_point_survives_encoding_and_decoding(void **state)
{
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		char bytes[4];
		size_t len = utf8_encode(c, bytes), taken = 0;
		uint32_t decoded = utf8_decode(str_make(bytes, len), &taken);
		if (decoded != (is_scalar(c) ? c : 0xFFFD) || taken != len ||
		    !utf8_valid(str_make(bytes, len)))
			fail_msg("U+%04X came back as U+%04X", (unsigned)c, (unsigned)decoded);
	}
}

static void what_is_no_code_point_is_written_as_the_replacement(void **state)
{
	static const uint32_t wrong[] = {0xD800, 0xDFFF, 0x110000, UINT32_MAX};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		char bytes[4];
		assert_int_equal(utf8_encode(wrong[i], bytes), 3);
		assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
	}
}

/* The other way round: a sequence of two or three bytes, or four with the interesting second bytes,
 * is valid exactly when it is what some code point encodes to. */
static bool reference_valid(const unsigned char *s, size_t len)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	for (size_t at = 0; at < len;) {
		size_t bytes = s[at] < 0x80       ? 1
		               : s[at] >> 5 == 6  ? 2
		               : s[at] >> 4 == 14 ? 3
		               : s[at] >> 3 == 30 ? 4
		                                  : 0;
		if (bytes == 0 || at + bytes > len)
			return false;
		uint32_t c = bytes == 1 ? s[at] : s[at] & (0xFFu >> (bytes + 1));
		for (size_t i = 1; i < bytes; i++) {
			if (s[at + i] >> 6 != 2)
				return false;
			c = c << 6 | (s[at + i] & 0x3F);
		}
		if (c < least[bytes] || !is_scalar(c))
			return false;
		at += bytes;
	}
	return true;
}

static void validity_agrees_with_a_plain_reading_of_the_rfc(void **state)
{
	static const unsigned char edge[] = {0x00, 0x7F, 0x80, 0x8F, 0x90,
	                                     0x9F, 0xA0, 0xBF, 0xC0, 0xFF};
	for (unsigned a = 0; a < 256; a++)
		for (unsigned b = 0; b < 256; b++)
			for (size_t c = 0; c < ARRAY_LEN(edge); c++)
				for (size_t d = 0; d < ARRAY_LEN(edge); d++) {
					unsigned char s[] = {(unsigned char)a, (unsigned char)b,
					                     edge[c], edge[d]};
					for (size_t len = 1; len <= 4; len++)
						if (utf8_valid(str_make((const char *)s, len)) !=
						    reference_valid(s, len))
							fail_msg("%02x %02x %02x %02x, %zu bytes",
							         a, b, s[2], s[3], len);
				}
}

static void a_fault_is_found_at_every_place_of_a_long_text(void **state)
{
	char text[40];
	for (size_t len = 1; len <= sizeof(text); len++)
		for (size_t at = 0; at < len; at++) {
			memset(text, 'a', sizeof(text));
			assert_true(utf8_valid(str_make(text, len)));
			text[at] = (char)0xFF;
			assert_false(utf8_valid(str_make(text, len)));
			assert_int_equal(utf8_chars(str_make(text, len)), len);
		}
	assert_true(utf8_valid((struct str){0}));
}

static void a_bad_byte_decodes_to_the_replacement_and_takes_one_byte(void **state)
{
	static const struct str bad[] = {
	        STR("\x80"),     STR("\xC3"),         STR("\xE2\x82"),         STR("\xF0\x9F\x98"),
	        STR("\xC0\xAF"), STR("\xED\xA0\x80"), STR("\xF4\x90\x80\x80"), STR("\xFF")};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		size_t bytes;
		assert_int_equal(utf8_decode(bad[i], &bytes), 0xFFFD);
		assert_int_equal(bytes, 1);
	}
	size_t bytes;
	assert_fatal(utf8_decode((struct str){0}, &bytes));
}

static void cutting_never_splits_a_character(void **state)
{
	/* 1 + 2 + 3 + 4 bytes. */
	struct str text = STR("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
	static const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
	for (size_t bytes = 0; bytes < ARRAY_LEN(expected); bytes++)
		assert_int_equal(utf8_cut(text, bytes).len, expected[bytes]);
	assert_int_equal(utf8_cut((struct str){0}, 5).len, 0);
}

static void cutting_of_what_is_no_text_keeps_to_the_limit(void **state)
{
	struct str text = STR("\x80\x80\x80\x80\x80\x80\x80\x80");
	for (size_t bytes = 0; bytes <= text.len; bytes++)
		assert_true(utf8_cut(text, bytes).len <= bytes);
	assert_int_equal(utf8_cut(text, 6).len, 6);
}

static void characters_are_counted_and_cut_as_code_points(void **state)
{
	struct str text = STR("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z");
	static const size_t expected[] = {0, 1, 3, 6, 10, 11, 11};
	assert_int_equal(utf8_chars(text), 5);
	for (size_t characters = 0; characters < ARRAY_LEN(expected); characters++)
		assert_int_equal(utf8_cut_chars(text, characters).len, expected[characters]);
	assert_int_equal(utf8_chars((struct str){0}), 0);
	assert_int_equal(utf8_chars(STR("a\xFF\xFF")), 3);
	assert_int_equal(utf8_cut_chars(STR("a\xFF\xFF"), 2).len, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_code_point_survives_encoding_and_decoding),
	        cmocka_unit_test(what_is_no_code_point_is_written_as_the_replacement),
	        cmocka_unit_test(validity_agrees_with_a_plain_reading_of_the_rfc),
	        cmocka_unit_test(a_fault_is_found_at_every_place_of_a_long_text),
	        cmocka_unit_test(a_bad_byte_decodes_to_the_replacement_and_takes_one_byte),
	        cmocka_unit_test(cutting_never_splits_a_character),
	        cmocka_unit_test(cutting_of_what_is_no_text_keeps_to_the_limit),
	        cmocka_unit_test(characters_are_counted_and_cut_as_code_points),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
