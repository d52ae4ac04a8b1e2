/* Times of people, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "daemon/ctl/when.h"

#define NOW ((msec)1795622400000) /* 2026-11-25T16:00:00Z, a Wednesday */

static int zone(void **state)
{
	(void)state;
	setenv("TZ", "UTC-1", 1); /* an hour ahead: 17:00 */
	tzset();
	return 0;
}

static void expect(const char *text, msec expected)
{
	struct err err = {{0}};
	msec at = 0;

	if (when_parse(text, NOW, &at, &err) < 0)
		fail_msg("%s: %s", text, err.text);
	if (at != expected)
		fail_msg("%s: %lld, not %lld", text, (long long)at, (long long)expected);
}

static void refuse(const char *text, const char *reason)
{
	struct err err = {{0}};
	msec at;

	assert_int_equal(when_parse(text, NOW, &at, &err), -1);
	if (strstr(err.text, reason) == NULL)
		fail_msg("%s: \"%s\" does not say \"%s\"", text, err.text, reason);
}

static void each_form_is_read_by_the_clock_of_the_host(void **state)
{
	(void)state;
	expect("today", NOW - 17 * MSEC_HOUR);
	expect("yesterday", NOW - 41 * MSEC_HOUR);
	expect("16:30", NOW - 30 * MSEC_MINUTE);
	expect("0:00", NOW - 17 * MSEC_HOUR);
	expect("2026-11-25", NOW - 17 * MSEC_HOUR);
	expect("2026-11-25T10:00", NOW - 7 * MSEC_HOUR);
	expect("2026-11-25 10:00:30", NOW - 7 * MSEC_HOUR + 30 * MSEC_SECOND);
	expect("2026-11-25T10:00Z", NOW - 6 * MSEC_HOUR);
	expect("90m", NOW - 90 * MSEC_MINUTE);
	expect("2h", NOW - 2 * MSEC_HOUR);
	expect("3d", NOW - 72 * MSEC_HOUR);
	expect("30s", NOW - 30 * MSEC_SECOND);
}

static void what_is_no_time_is_refused_with_what_is_one(void **state)
{
	static const char *const bad[] = {"",
	                                  "noon",
	                                  "25:00",
	                                  "12:60",
	                                  "12",
	                                  "2h30m",
	                                  "-2h",
	                                  "0h",
	                                  "2w",
	                                  "1e3h",
	                                  "2026-02-30",
	                                  "2026-13-01",
	                                  "2026-11-25T",
	                                  "20261125",
	                                  "2026-11-25X1",
	                                  "99999999999d",
	                                  "1969-01-01",
	                                  "+3d",
	                                  " 3d",
	                                  "3d "};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		refuse(bad[i], "is no time: today, yesterday, 13:30");
	refuse("17:30", "is still to come: for that of yesterday give the date too");
	refuse("2027-01-01", "is still to come");
}

static void a_time_of_today_is_shown_without_its_date(void **state)
{
	char text[WHEN_SIZE];

	(void)state;
	when_format(NOW - MSEC_HOUR, NOW, text);
	assert_string_equal(text, "16:00");
	when_format(NOW - 24 * MSEC_HOUR, NOW, text);
	assert_string_equal(text, "2026-11-24 17:00");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_form_is_read_by_the_clock_of_the_host),
	        cmocka_unit_test(what_is_no_time_is_refused_with_what_is_one),
	        cmocka_unit_test(a_time_of_today_is_shown_without_its_date),
	};

	return cmocka_run_group_tests(tests, zone, NULL);
}
