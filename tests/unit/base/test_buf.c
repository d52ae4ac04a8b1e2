/* The growing buffer. */
#include "helper.h"

#include "base/buf.h"
#include "base/prng.h"

static void an_empty_buffer_reads_as_empty_text(void **state)
{
	struct buf buf;
	buf_init(&buf, 10);
	assert_string_equal(buf_cstr(&buf), "");
	assert_int_equal(buf_str(&buf).len, 0);
	assert_null(buf.data);
	buf_reset(&buf);
	buf_free(&buf);
	struct buf zeroed = {0};
	buf_free(&zeroed);
}

static void what_is_added_stands_there_with_a_nul_behind(void **state)
{
	struct buf buf;
	buf_init(&buf, 1000);
	buf_add(&buf, "a\0b", 3);
	buf_add(&buf, NULL, 0);
	buf_add_str(&buf, STR("cd"));
	buf_add_str(&buf, (struct str){0});
	buf_puts(&buf, "ef");
	buf_putc(&buf, 'g');
	buf_printf(&buf, "%d%s", 12, "x");
	buf_printf(&buf, "%s", "");
	assert_int_equal(buf.len, 11);
	assert_memory_equal(buf.data, "a\0bcdefg12x", 12);
	buf_free(&buf);
	assert_int_equal(buf.max, 1000);
	buf_puts(&buf, "again");
	assert_str(buf_str(&buf), "again");
	buf_free(&buf);
}

static void exactly_the_maximum_fits(void **state)
{
	struct buf buf;
	buf_init(&buf, 5);
	buf_puts(&buf, "12345");
	assert_false(buf.overflow);
	assert_true(buf.cap <= 6);
	buf_putc(&buf, '6');
	assert_true(buf.overflow);
	assert_str(buf_str(&buf), "12345");
	buf_free(&buf);
}

static void past_the_maximum_nothing_more_is_added_until_reset(void **state)
{
	struct buf buf;
	buf_init(&buf, 5);
	buf_puts(&buf, "123");
	buf_puts(&buf, "456");
	assert_true(buf.overflow);
	buf_puts(&buf, "7");
	buf_printf(&buf, "%d", 8);
	assert_str(buf_str(&buf), "123");
	assert_string_equal(buf_cstr(&buf), "123");
	buf_reset(&buf);
	assert_false(buf.overflow);
	buf_puts(&buf, "9");
	assert_str(buf_str(&buf), "9");
	buf_free(&buf);
}

static void a_formatted_text_over_the_maximum_leaves_no_trace(void **state)
{
	struct buf buf;
	buf_init(&buf, 5);
	buf_puts(&buf, "12");
	buf_printf(&buf, "%s", "3456");
	assert_true(buf.overflow);
	assert_string_equal(buf_cstr(&buf), "12");
	buf_free(&buf);
	buf_printf(&buf, "%s", "123456");
	assert_true(buf.overflow);
	assert_string_equal(buf_cstr(&buf), "");
	buf_free(&buf);
}

#ifndef _WIN32 /* whose library formats any character */
static void a_text_that_cannot_be_formatted_overflows(void **state)
{
	struct buf buf;
	buf_init(&buf, 100);
	buf_puts(&buf, "x");
	buf_printf(&buf, "%ls", L"\x20AC"); /* no such character in the C locale */
	assert_true(buf.overflow);
	assert_string_equal(buf_cstr(&buf), "x");
	buf_free(&buf);
}
#endif

static void a_maximum_of_nothing_takes_nothing(void **state)
{
	struct buf buf;
	buf_init(&buf, 0);
	buf_puts(&buf, "");
	assert_false(buf.overflow);
	buf_putc(&buf, 'a');
	assert_true(buf.overflow);
	assert_string_equal(buf_cstr(&buf), "");
	buf_free(&buf);
}

static void reserving_is_a_hint_that_never_overflows(void **state)
{
	struct buf buf;
	buf_init(&buf, 100);
	buf_reserve(&buf, SIZE_MAX);
	assert_false(buf.overflow);
	assert_int_equal(buf.cap, 101);
	assert_string_equal(buf_cstr(&buf), "");
	buf_free(&buf);
	buf_init(&buf, SIZE_MAX);
	buf_reserve(&buf, 1000);
	char *before = buf.data;
	for (int i = 0; i < 1000; i++)
		buf_putc(&buf, 'x');
	assert_ptr_equal(buf.data, before);
	buf_free(&buf);
}

static void what_is_big_or_announced_takes_no_more_than_it_needs(void **state)
{
	static const char big[1000];
	struct buf buf;

	buf_init(&buf, SIZE_MAX);
	buf_add(&buf, big, sizeof(big));
	assert_int_equal(buf.cap, sizeof(big) + 1);
	buf_putc(&buf, 'x');
	assert_int_equal(buf.cap, 2 * (sizeof(big) + 1));
	buf_free(&buf);
	buf_reserve(&buf, 5000);
	assert_int_equal(buf.cap, 5001);
	buf_free(&buf);
}

static void a_character_goes_nowhere_after_an_overflow(void **state)
{
	struct buf buf;

	buf_init(&buf, 4);
	buf_puts(&buf, "abc");
	buf_puts(&buf, "de");
	buf_putc(&buf, 'f');
	assert_string_equal(buf_cstr(&buf), "abc");
	buf_reset(&buf);
	for (int i = 0; i < 9; i++)
		buf_putc(&buf, 'x');
	assert_string_equal(buf_cstr(&buf), "xxxx");
	assert_true(buf.overflow);
	buf_free(&buf);
}

static void an_absurd_length_overflows_instead_of_wrapping_around(void **state)
{
	struct buf buf;
	buf_init(&buf, SIZE_MAX);
	buf_putc(&buf, 'a');
	volatile size_t absurd = SIZE_MAX;
	buf_add(&buf, "b", absurd);
	assert_true(buf.overflow);
	assert_string_equal(buf_cstr(&buf), "a");
	buf_free(&buf);
}

static void memory_grows_geometrically(void **state)
{
	struct buf buf;
	buf_init(&buf, SIZE_MAX);
	size_t growths = 0, cap = 0;
	for (int i = 0; i < 1000000; i++) {
		buf_putc(&buf, 'x');
		growths += buf.cap != cap;
		cap = buf.cap;
	}
	assert_true(growths < 20);
	buf_free(&buf);
}

static void numbers_are_written_in_decimal(void **state)
{
	struct buf buf;
	buf_init(&buf, 100);
	buf_add_u64(&buf, 0);
	buf_putc(&buf, ' ');
	buf_add_u64(&buf, 1234567890);
	buf_putc(&buf, ' ');
	buf_add_u64(&buf, UINT64_MAX);
	assert_str(buf_str(&buf), "0 1234567890 18446744073709551615");
	buf_free(&buf);
}

static void taking_hands_over_the_bytes_and_empties_the_buffer(void **state)
{
	struct buf buf;
	buf_init(&buf, 3);
	buf_puts(&buf, "abc");
	buf_puts(&buf, "d");
	size_t len;
	char *taken = buf_take(&buf, &len);
	assert_string_equal(taken, "abc");
	assert_int_equal(len, 3);
	free(taken);
	assert_false(buf.overflow);
	assert_null(buf.data);
	assert_int_equal(buf.max, 3);
	taken = buf_take(&buf, NULL);
	assert_string_equal(taken, "");
	free(taken);
}

static void random_additions_agree_with_a_plain_array(void **state)
{
	struct prng prng;
	prng_seed(&prng, test_seed());
	for (int round = 0; round < 200; round++) {
		static char model[4096];
		size_t len = 0, max = (size_t)prng_below(&prng, sizeof(model));
		bool overflow = false;
		struct buf buf;
		buf_init(&buf, max);
		for (int i = 0; i < 60; i++) {
			char piece[128];
			size_t size = (size_t)prng_below(&prng, sizeof(piece));
			memset(piece, 'a' + i % 26, size);
			piece[size] = '\0';
			if (prng_unit(&prng) < 0.5)
				buf_add(&buf, piece, size);
			else
				buf_printf(&buf, "%s", piece);
			overflow |= size > max - len;
			if (!overflow) {
				memcpy(model + len, piece, size);
				len += size;
			}
			assert_int_equal(buf.overflow, overflow);
			assert_int_equal(buf.len, len);
			assert_memory_equal(buf_cstr(&buf), model, len);
			assert_int_equal(buf_cstr(&buf)[len], 0);
			assert_true(buf.cap <= max + 1);
		}
		buf_free(&buf);
	}
}

static void counts_for_people_have_commas(void **state)
{
	static const struct {
		uint64_t number;
		const char *text;
	} cases[] = {
	        {0, "0"},          {999, "999"},        {1000, "1,000"},
	        {12003, "12,003"}, {123456, "123,456"}, {UINT64_MAX, "18,446,744,073,709,551,615"}};
	struct buf buf;

	buf_init(&buf, 100);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_reset(&buf);
		buf_add_count(&buf, cases[i].number);
		assert_str(buf_str(&buf), cases[i].text);
	}
	buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(counts_for_people_have_commas),
	        cmocka_unit_test(an_empty_buffer_reads_as_empty_text),
	        cmocka_unit_test(what_is_added_stands_there_with_a_nul_behind),
	        cmocka_unit_test(exactly_the_maximum_fits),
	        cmocka_unit_test(past_the_maximum_nothing_more_is_added_until_reset),
	        cmocka_unit_test(a_formatted_text_over_the_maximum_leaves_no_trace),
#ifndef _WIN32
	        cmocka_unit_test(a_text_that_cannot_be_formatted_overflows),
#endif
	        cmocka_unit_test(a_maximum_of_nothing_takes_nothing),
	        cmocka_unit_test(reserving_is_a_hint_that_never_overflows),
	        cmocka_unit_test(what_is_big_or_announced_takes_no_more_than_it_needs),
	        cmocka_unit_test(a_character_goes_nowhere_after_an_overflow),
	        cmocka_unit_test(an_absurd_length_overflows_instead_of_wrapping_around),
	        cmocka_unit_test(memory_grows_geometrically),
	        cmocka_unit_test(numbers_are_written_in_decimal),
	        cmocka_unit_test(taking_hands_over_the_bytes_and_empties_the_buffer),
	        cmocka_unit_test(random_additions_agree_with_a_plain_array),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
