/* Rules of normalise.h. */
#include "redactor.h"

#include "../base/seed.h"
#include "base/prng.h"

static char *normalised(struct str text)
{
	struct buf out;
	buf_init(&out, 1 << 20);
	normalise(text, &out);
	return buf_take(&out, NULL);
}

static void check(const char *text, const char *wanted)
{
	char *got = normalised(str_of(text));
	assert_string_equal(got, wanted);
	free(got);
}

static void printable_ascii_newlines_and_tabs_stay(void **state)
{
	check("", "");
	check("Hello, world!\n\tA line ~ {x}\n", "Hello, world!\n\tA line ~ {x}\n");
}

static void line_ends_become_lf(void **state)
{
	check("a\r\nb\rc\r", "a\nb\nc\n");
	check("a\r\r\nb", "a\n\nb");
	check("a\xc2\x85"
	      "b\xe2\x80\xa8"
	      "c\xe2\x80\xa9"
	      "d",
	      "a\nb\nc\nd");
}

static void control_characters_vanish(void **state)
{
	char *got = normalised(STR("a\0b\x01\x1f\x7f"
	                           "c\xc2\x80\xc2\x9f"
	                           "d\x1b[0m"));
	assert_string_equal(got, "abcd[0m");
	free(got);
}

static void invisible_characters_vanish(void **state)
{
	check("1\xe2\x80\x8b"
	      "2\xe2\x80\x8d"
	      "3\xef\xbb\xbf"
	      "4\xc2\xad"
	      "5",
	      "12345");
	check("a\xe2\x80\xae"
	      "b\xe2\x81\xa6"
	      "c\xe2\x81\xa9",
	      "abc");                                              /* directions */
	check("\xf3\xa0\x80\x81\xf3\xa0\x81\xa1x", "x");           /* tags */
	check("7\xef\xb8\x8f\xe2\x83\xa3", "7");                   /* keycap emoji */
	check("\xe3\x85\xa4\xef\xbe\xa0\xe1\x85\x9f\xcd\x8f", ""); /* fillers */
}

static void blanks_become_spaces(void **state)
{
	check("a\xc2\xa0"
	      "b\xe3\x80\x80"
	      "c\xe2\x80\xaf"
	      "d\x0b"
	      "e\x0c"
	      "f",
	      "a b c d e f");
}

static void full_width_and_mathematical_forms_become_ascii(void **state)
{
	check("ＡＢｃ０９＠．：", "ABc09@.:");
	check("𝐀𝐳𝟎𝟗𝟙𝟸", "Az0912");
	check("①⑨⑩⑳㉑㊿⓪⓫⓴❶❿➀➓", "19102021500112011011"
	                         "0");
	check("⑴⒇⒈⒛⒜⒵🄐🄩🄀🄁", "(1)(20)1.20.(a)(z)(A)(Z)0.0,");
	check("²³¹₀₉ª", "23109a");
	check("ﬁﬀﬃ…‼№℡Ⅷⅷ", "fiffffi...!!NoTELVIIIviii");
}

static void digits_of_every_script_become_ascii(void **state)
{
	check("٠١٩۰۹०९০৯๐๙", "019090909"
	                     "09");
	check("\xf0\x90\x92\xa0\xf0\x9e\xa5\x99", "09");
}

static void typographic_dashes_quotes_and_stops_become_ascii(void **state)
{
	check("1‐2‑3‒4–5—6―7−8", "1-2-3-4-5-6-7-8");
	check("‘a’ “b” „c‟", "'a' \"b\" \"c\"");
	check("。、⁄∶", ".,/:");
}

static void other_text_stays(void **state)
{
	check("Grüße, привет, 你好, 🙂 €5",
	      "Grüße, привет, 你好, 🙂 €5");
}

static void bad_bytes_become_replacement_characters(void **state)
{
	check("a\xff"
	      "b\xc3",
	      "a\xef\xbf\xbd"
	      "b\xef\xbf\xbd");
	check("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* a surrogate */
	check("\xef\xbf\xbd", "\xef\xbf\xbd");
}

static void every_character_is_normal_after_one_pass_and_grows_at_most_threefold(void **state)
{
	for (uint32_t code_point = 0; code_point <= 0x10FFFF; code_point++) {
		char bytes[4];
		struct buf once, twice;
		buf_init(&once, 64);
		buf_init(&twice, 64);
		size_t len = utf8_encode(code_point, bytes);
		normalise(str_make(bytes, len), &once);
		normalise(buf_str(&once), &twice);
		assert_true(str_eq(buf_str(&once), buf_str(&twice)));
		assert_true(once.len <= 3 * len);
		buf_free(&once);
		buf_free(&twice);
	}
}

static void random_bytes_are_normal_and_valid_after_one_pass(void **state)
{
	struct prng prng;
	prng_seed(&prng, test_seed());
	for (unsigned round = 0; round < 20000; round++) {
		char bytes[64];
		size_t len = (size_t)prng_below(&prng, sizeof(bytes));
		for (size_t i = 0; i < len; i++)
			bytes[i] = (char)((prng_unit(&prng) < 0.5) ? prng_below(&prng, 128)
			                                           : prng_below(&prng, 256));
		struct buf once, twice;
		buf_init(&once, 1024);
		buf_init(&twice, 1024);
		normalise(str_make(bytes, len), &once);
		normalise(buf_str(&once), &twice);
		assert_true(str_eq(buf_str(&once), buf_str(&twice)));
		assert_true(utf8_valid(buf_str(&once)));
		assert_true(once.len <= 3 * len);
		buf_free(&once);
		buf_free(&twice);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(printable_ascii_newlines_and_tabs_stay),
	        cmocka_unit_test(line_ends_become_lf),
	        cmocka_unit_test(control_characters_vanish),
	        cmocka_unit_test(invisible_characters_vanish),
	        cmocka_unit_test(blanks_become_spaces),
	        cmocka_unit_test(full_width_and_mathematical_forms_become_ascii),
	        cmocka_unit_test(digits_of_every_script_become_ascii),
	        cmocka_unit_test(typographic_dashes_quotes_and_stops_become_ascii),
	        cmocka_unit_test(other_text_stays),
	        cmocka_unit_test(bad_bytes_become_replacement_characters),
	        cmocka_unit_test(
	                every_character_is_normal_after_one_pass_and_grows_at_most_threefold),
	        cmocka_unit_test(random_bytes_are_normal_and_valid_after_one_pass),
	};
	return cmocka_run_group_tests(tests, make_redactor, drop_redactor);
}
