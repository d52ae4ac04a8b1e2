/* Instants and spans as text. */
#include "helper.h"

#include <time.h>

#include "base/clock.h"
#include "base/prng.h"

/* 2026-11-22T10:00:00Z */
#define SAMPLE INT64_C(1795341600000)

static void iso_instants_are_read_with_fraction_and_offset(void **state)
{
	static const struct {
		struct str text;
		msec wall;
	} cases[] = {
	        {STR("1970-01-01T00:00:00Z"), 0},
	        {STR("2026-11-22T10:00:00Z"), SAMPLE},
	        {STR("2026-11-22t10:00:00z"), SAMPLE},
	        {STR("2026-11-22T10:00:00.5Z"), SAMPLE + 500},
	        {STR("2026-11-22T10:00:00.0019999Z"), SAMPLE + 1},
	        {STR("2026-11-22T10:00:00.123456789123Z"), SAMPLE + 123},
	        {STR("2026-11-22T11:30:00+01:30"), SAMPLE},
	        {STR("2026-11-22T04:15:00-05:45"), SAMPLE},
	        {STR("2026-11-22T10:00:00-00:00"), SAMPLE},
	        {STR("1969-12-31T23:59:59.999Z"), -1},
	        {STR("2000-02-29T00:00:00Z"), INT64_C(951782400000)},
	        {STR("2016-12-31T23:59:60Z"), INT64_C(1483228800000)},
	        {STR("0000-01-01T00:00:00Z"), INT64_C(-62167219200000)},
	        {STR("0001-01-01T00:00:00Z"), INT64_C(-62135596800000)},
	        {STR("9999-12-31T23:59:59Z"), INT64_C(253402300799000)},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		msec wall;
		if (clock_parse_iso(cases[i].text, &wall) < 0 || wall != cases[i].wall)
			fail_msg("%s", cases[i].text.data);
	}
}

static void what_is_no_iso_instant_is_refused(void **state)
{
	static const struct str wrong[] = {
	        STR(""),
	        STR("2026-11-22"),
	        STR("2026-11-22T10:00:00"),
	        STR("2026-11-22T10:00:00Z "),
	        STR(" 2026-11-22T10:00:00Z"),
	        STR("2026-11-22 10:00:00Z"),
	        STR("2026-11-22T10:00Z"),
	        STR("2026-11-22T10:00:00.Z"),
	        STR("2026-11-22T10:00:00,5Z"),
	        STR("2026-11-22T10:00:00+0100"),
	        STR("2026-11-22T10:00:00+24:00"),
	        STR("2026-11-22T10:00:00+01:60"),
	        STR("2026-11-22T10:00:00."),
	        STR("2026-13-22T10:00:00Z"),
	        STR("2026-00-22T10:00:00Z"),
	        STR("2026-11-31T10:00:00Z"),
	        STR("2026-11-00T10:00:00Z"),
	        STR("2025-02-29T10:00:00Z"),
	        STR("1900-02-29T10:00:00Z"),
	        STR("2026-11-22T24:00:00Z"),
	        STR("2026-11-22T10:60:00Z"),
	        STR("2026-11-22T10:00:61Z"),
	        STR("26-11-22T10:00:00Z"),
	        STR("2026-1-22T10:00:00Z"),
	        STR("+026-11-22T10:00:00Z"),
	        STR("2026-11-22T1 :00:00Z"),
	        STR("2026-11-22T10:00:00Z\0"),
	        STR("2026/11/22T10:00:00Z"),
	};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		msec wall = 77;
		if (clock_parse_iso(wrong[i], &wall) == 0)
			fail_msg("\"%s\" was taken", wrong[i].data);
		assert_int_equal(wall, 77);
	}
}

static void http_dates_are_read_in_their_three_forms(void **state)
{
	static const struct {
		struct str text;
		msec wall;
	} cases[] = {
	        {STR("Sun, 06 Nov 1994 08:49:37 GMT"), INT64_C(784111777000)},
	        {STR("Sunday, 06-Nov-94 08:49:37 GMT"), INT64_C(784111777000)},
	        {STR("Sun Nov  6 08:49:37 1994"), INT64_C(784111777000)},
	        {STR("Sun, 22 Nov 2026 10:00:00 GMT"), SAMPLE},
	        {STR("Sunday, 22-Nov-26 10:00:00 GMT"), SAMPLE},
	        {STR("Sun Nov 22 10:00:00 2026"), SAMPLE},
	        {STR("Thursday, 01-Jan-70 00:00:00 GMT"), 0},
	        {STR("Tuesday, 31-Dec-69 00:00:00 GMT"), INT64_C(3155673600000)},
	        {STR("Wednesday, 31-Dec-69 00:00:00 GMT"), INT64_C(3155673600000)},
	        {STR("Monday, 31-Dec-69 00:00:00 GMT"), INT64_C(3155673600000)},
	        {STR("Friday, 31-Dec-69 00:00:00 GMT"), INT64_C(3155673600000)},
	        {STR("Saturday, 31-Dec-69 00:00:00 GMT"), INT64_C(3155673600000)},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		msec wall;
		if (clock_parse_http_date(cases[i].text, &wall) < 0 || wall != cases[i].wall)
			fail_msg("%s", cases[i].text.data);
	}
}

static void what_is_no_http_date_is_refused(void **state)
{
	static const struct str wrong[] = {
	        STR(""),
	        STR("120"),
	        STR("Sun"),
	        STR("Son, 06 Nov 1994 08:49:37 GMT"),
	        STR("Sun, 6 Nov 1994 08:49:37 GMT"),
	        STR("Sun, 06 nov 1994 08:49:37 GMT"),
	        STR("Sun, 06 Nov 1994 08:49:37 UTC"),
	        STR("Sun, 06 Nov 1994 08:49:37"),
	        STR("Sun, 31 Nov 1994 08:49:37 GMT"),
	        STR("Sun, 06 Nov 1994 08:49:37 GMT "),
	        STR("Sun, 06 N"),
	        STR("Sunday 06-Nov-94 08:49:37 GMT"),
	        STR("Sunnesday, 06-Nov-94 08:49:37 GMT"),
	        STR("Sunday, 06-Nov-1994 08:49:37 GMT"),
	        STR("Sun Nov 6 08:49:37 1994"),
	        STR("Sun Nov  6 08:49:37 94"),
	        STR("Sun Nov  0 08:49:37 1994"),
	};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		msec wall = 77;
		if (clock_parse_http_date(wrong[i], &wall) == 0)
			fail_msg("\"%s\" was taken", wrong[i].data);
		assert_int_equal(wall, 77);
	}
}

static void spans_are_read_with_units_and_rounded_up(void **state)
{
	static const struct {
		struct str text;
		msec span;
	} cases[] = {
	        {STR("120ms"), 120},
	        {STR("1s"), 1000},
	        {STR("6m0s"), 360000},
	        {STR("1h2m3s"), 3723000},
	        {STR("2m59.56s"), 179560},
	        {STR("17.4ms"), 18},
	        {STR("1us"), 1},
	        {STR("1\xC2\xB5s"), 1},
	        {STR("1\xCE\xBCs"), 1},
	        {STR("1000000ns"), 1},
	        {STR("1000001ns"), 2},
	        {STR("0"), 0},
	        {STR("0s"), 0},
	        {STR("60"), 60000},
	        {STR("0.25"), 250},
	        {STR("1.0000000009s"), 1000},
	        {STR("1.5h"), 5400000},
	        {STR("0.999999999h"), 3600000},
	        {STR("1d"), -1},
	        {STR(""), -1},
	        {STR("s"), -1},
	        {STR("-1s"), -1},
	        {STR("+1s"), -1},
	        {STR("1 s"), -1},
	        {STR(" 1s"), -1},
	        {STR("1s "), -1},
	        {STR("1.s"), -1},
	        {STR("1."), -1},
	        {STR(".5s"), -1},
	        {STR("1s\0"), -1},
	        {STR("9999999999999999999s"), -1},
	        {STR("9223372036854775807h"), -1},
	        {STR("2562047h2562047h"), -1},
	        {STR("9223372036s999.9ms"), -1},
	        {STR("9223372036.9s"), -1},
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		msec span = -1;
		int done = clock_parse_go_duration(cases[i].text, &span);
		if (span != cases[i].span || (done == 0) != (span >= 0))
			fail_msg("%s gave %lld", cases[i].text.data, (long long)span);
	}
}

static void instants_are_written_as_iso_and_http_dates(void **state)
{
	char iso[CLOCK_ISO_SIZE], utc[CLOCK_UTC_SIZE], http[30];
	clock_format_iso(SAMPLE + 999, iso);
	assert_string_equal(iso, "2026-11-22T10:00:00Z");
	clock_format_utc(SAMPLE + 999, utc);
	assert_string_equal(utc, "2026-11-22 10:00:00 UTC");
	clock_format_http_date(SAMPLE, http);
	assert_string_equal(http, "Sun, 22 Nov 2026 10:00:00 GMT");
	clock_format_iso(-1, iso);
	assert_string_equal(iso, "1969-12-31T23:59:59Z");
	clock_format_http_date(0, http);
	assert_string_equal(http, "Thu, 01 Jan 1970 00:00:00 GMT");
}

static void instants_beyond_four_digits_become_the_nearest_inside(void **state)
{
	char iso[CLOCK_ISO_SIZE];
	clock_format_iso(MSEC_NEVER, iso);
	assert_string_equal(iso, "9999-12-31T23:59:59Z");
	clock_format_iso(INT64_MIN, iso);
	assert_string_equal(iso, "0000-01-01T00:00:00Z");
	clock_format_iso(INT64_C(-62135596800001), iso);
	assert_string_equal(iso, "0000-12-31T23:59:59Z");
	clock_format_iso(INT64_C(-62135596800000), iso);
	assert_string_equal(iso, "0001-01-01T00:00:00Z");
}

/* False: this library does not know the instant. That of Windows knows 1970 to 3000. */
static bool civil_of(time_t seconds, struct tm *ret)
{
#ifdef _WIN32
	return gmtime_s(ret, &seconds) == 0;
#else
	assert_non_null(gmtime_r(&seconds, ret));
	return true;
#endif
}

/* Against the C library, for instants all over the four-digit years. */
static void the_calendar_agrees_with_the_c_library(void **state)
{
	struct prng prng;
	prng_seed(&prng, test_seed());
	for (int i = 0; i < 200000; i++) {
		time_t seconds = (time_t)prng_below(&prng, UINT64_C(253402300800) + 62135596800) -
		                 62135596800;
		struct tm tm;
		if (!civil_of(seconds, &tm))
			continue;
		struct clock_fields fields =
		        clock_split(seconds * 1000 + (int)prng_below(&prng, 1000));
		if (fields.year != tm.tm_year + 1900 || fields.month != tm.tm_mon + 1 ||
		    fields.day != tm.tm_mday || fields.hour != tm.tm_hour ||
		    fields.minute != tm.tm_min || fields.second != tm.tm_sec)
			fail_msg("%lld", (long long)seconds);

		char text[30], expected[30];
		msec wall;
		clock_format_iso(seconds * 1000, text);
		assert_int_equal(clock_parse_iso(str_of(text), &wall), 0);
		assert_true(wall == seconds * 1000);
		clock_format_http_date(seconds * 1000, text);
		assert_int_equal(clock_parse_http_date(str_of(text), &wall), 0);
		assert_true(wall == seconds * 1000);
		strftime(expected, sizeof(expected), "%a, ", &tm);
		assert_memory_equal(text, expected, 5);
	}
}

static void spans_are_written_in_one_notation(void **state)
{
	static const struct {
		msec span;
		const char *text;
	} cases[] = {{-5, "0 ms"},
	             {0, "0 ms"},
	             {999, "999 ms"},
	             {1000, "1.0 s"},
	             {3249, "3.2 s"},
	             {9999, "9.9 s"},
	             {10000, "10 s"},
	             {59999, "59 s"},
	             {60000, "1 min"},
	             {320000, "5 min 20 s"},
	             {600000, "10 min"},
	             {3599999, "59 min"},
	             {2 * MSEC_HOUR, "2 h"},
	             {2 * MSEC_HOUR + 5 * MSEC_MINUTE, "2 h 5 min"},
	             {MSEC_DAY, "1 d"},
	             {3 * MSEC_DAY + 4 * MSEC_HOUR, "3 d 4 h"},
	             {INT64_MAX, "106751991167 d 7 h"}};
	char text[CLOCK_SPAN_SIZE];

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		clock_format_span(cases[i].span, text);
		assert_string_equal(text, cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(iso_instants_are_read_with_fraction_and_offset),
	        cmocka_unit_test(what_is_no_iso_instant_is_refused),
	        cmocka_unit_test(http_dates_are_read_in_their_three_forms),
	        cmocka_unit_test(what_is_no_http_date_is_refused),
	        cmocka_unit_test(spans_are_read_with_units_and_rounded_up),
	        cmocka_unit_test(instants_are_written_as_iso_and_http_dates),
	        cmocka_unit_test(instants_beyond_four_digits_become_the_nearest_inside),
	        cmocka_unit_test(spans_are_written_in_one_notation),
	        cmocka_unit_test(the_calendar_agrees_with_the_c_library),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
