/* Numbers with units: what is read, what is refused, and that writing and reading are inverse. */
#include "support.h"

#include "config/number.h"

static void durations_have_units_and_bare_numbers_are_seconds(void **state)
{
	static const struct {
		const char *text;
		msec span;
	} rows[] = {{"30", 30000},
	            {"30s", 30000},
	            {"1.5s", 1500},
	            {"500ms", 500},
	            {"5m", 300000},
	            {"2h", 7200000},
	            {"1d", 86400000},
	            {"0.5h", 1800000},
	            {"1.5", 1500},
	            {"0", 0},
	            {"5M", 300000},
	            {"0.0015s", 2},
	            {"999999999d", 999999999LL * 86400000}};
	msec span;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(number_parse_duration(str_of(rows[i].text), &span), 0);
		assert_int_equal(span, rows[i].span);
	}
}

static void durations_of_other_forms_are_refused(void **state)
{
	static const char *const texts[] = {"",    "s",  "-1s", "+1",  "1 s",       "1sec",
	                                    "1.",  ".5", "1e3", "0x1", "1,5",       "1mm",
	                                    "1s ", "1w", "inf", "nan", "9999999999"};
	msec span;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (number_parse_duration(str_of(texts[i]), &span) == 0)
			fail_msg("\"%s\" was accepted", texts[i]);
}

static void sizes_have_units_and_bare_numbers_are_bytes(void **state)
{
	int64_t bytes;

	assert_int_equal(number_parse_size(STR("64k"), &bytes), 0);
	assert_int_equal(bytes, 65536);
	assert_int_equal(number_parse_size(STR("1.5M"), &bytes), 0);
	assert_int_equal(bytes, 1572864);
	assert_int_equal(number_parse_size(STR("2g"), &bytes), 0);
	assert_int_equal(bytes, 2147483648);
	assert_int_equal(number_parse_size(STR("7"), &bytes), 0);
	assert_int_equal(bytes, 7);
	assert_int_equal(number_parse_size(STR("7kb"), &bytes), -1);
}

static void reals_are_plain_decimals(void **state)
{
	double number;

	assert_int_equal(number_parse_real(STR("0.3"), &number), 0);
	assert_true(number == 0.3);
	assert_int_equal(number_parse_real(STR("-1"), &number), 0);
	assert_true(number == -1);
	assert_int_equal(number_parse_real(STR("-"), &number), -1);
	assert_int_equal(number_parse_real(STR("1e5"), &number), -1);
	assert_int_equal(number_parse_real(STR("nan"), &number), -1);
	assert_int_equal(number_parse_real(STR("0.1234567891"), &number), -1);
}

static void what_is_written_reads_the_same(void **state)
{
	static const double reals[] = {0,       0.1, 0.3, 2, -1, 0.05, 0.000000001, 99999.123456789,
	                               1.0 / 3, 0.9};
	static const msec spans[] = {0,     1,       999,      1000,      1500,    60000,
	                             90000, 3600000, 86400000, 604800000, 86400001};
	struct buf out;
	double real;
	int64_t number;

	buf_init(&out, 100);
	for (size_t i = 0; i < ARRAY_LEN(reals); i++) {
		buf_reset(&out);
		number_write_real(&out, reals[i]);
		assert_int_equal(number_parse_real(buf_str(&out), &real), 0);
		assert_true(real - reals[i] < 1e-9 && reals[i] - real < 1e-9);
	}
	for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
		buf_reset(&out);
		number_write_duration(&out, spans[i]);
		assert_int_equal(number_parse_duration(buf_str(&out), &number), 0);
		assert_int_equal(number, spans[i]);
		buf_reset(&out);
		number_write_size(&out, spans[i]);
		assert_int_equal(number_parse_size(buf_str(&out), &number), 0);
		assert_int_equal(number, spans[i]);
	}
	buf_free(&out);
}

static void the_largest_unit_that_divides_is_written(void **state)
{
	struct buf out;

	buf_init(&out, 100);
	number_write_duration(&out, 86400000);
	buf_putc(&out, ' ');
	number_write_duration(&out, 90000);
	buf_putc(&out, ' ');
	number_write_duration(&out, 1500);
	buf_putc(&out, ' ');
	number_write_size(&out, 65536);
	assert_string_equal(buf_cstr(&out), "1d 90s 1500ms 64k");
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(durations_have_units_and_bare_numbers_are_seconds),
	        cmocka_unit_test(durations_of_other_forms_are_refused),
	        cmocka_unit_test(sizes_have_units_and_bare_numbers_are_bytes),
	        cmocka_unit_test(reals_are_plain_decimals),
	        cmocka_unit_test(what_is_written_reads_the_same),
	        cmocka_unit_test(the_largest_unit_that_divides_is_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
