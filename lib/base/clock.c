/* Parsing and formatting of instants and spans. The calendar is the proleptic Gregorian one, in
 * UTC; nothing here asks the machine for the time or its zone. */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>

#define DAYS_PER_400_YEARS 146097
/* days from the first of March four centuries before year 0 */
#define DAYS_TO_1970 (719468 + DAYS_PER_400_YEARS)
#define SECONDS_PER_DAY 86400

static const char MONTHS[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char WEEKDAYS[] = "SunMonTueWedThuFriSat";

/* The text that is left to read. Reading past the end, or something unexpected, sets `bad`, and
 * then everything after it fails too. */
struct scanner {
	struct str rest;
	bool bad;
};

static bool skip_char(struct scanner *scan, char c)
{
	bool found = scan->rest.len > 0 && scan->rest.data[0] == c;
	if (found)
		scan->rest = str_skip(scan->rest, 1);
	return found;
}

static void expect_text(struct scanner *scan, struct str text)
{
	if (str_starts(scan->rest, text))
		scan->rest = str_skip(scan->rest, text.len);
	else
		scan->bad = true;
}

/* Reads exactly `digits` digits, with a value in [low, high]. */
static int scan_number(struct scanner *scan, size_t digits, int low, int high)
{
	uint64_t value = 0;
	if (scan->rest.len < digits || str_to_u64(str_make(scan->rest.data, digits), &value) < 0) {
		scan->bad = true;
		return low;
	}
	scan->rest = str_skip(scan->rest, digits);
	if ((int)value < low || (int)value > high) {
		scan->bad = true;
		return low;
	}
	return (int)value;
}

/* Reads a name; returns its index in a list of three-letter names. */
static int scan_name(struct scanner *scan, const char *names)
{
	for (int i = 0; scan->rest.len >= 3 && names[3 * i]; i++)
		if (memcmp(scan->rest.data, names + 3 * i, 3) == 0) {
			scan->rest = str_skip(scan->rest, 3);
			return i;
		}
	scan->bad = true;
	return 0;
}

/* Days since 1970-01-01. The year is counted from the first of March, so that the leap day is its
 * last day, and four centuries are added, so that nothing is negative. */
static int64_t days_of(const struct clock_fields *fields)
{
	int64_t year = fields->year - (fields->month <= 2) + 400;
	int day_of_year = (153 * ((fields->month + 9) % 12) + 2) / 5 + fields->day - 1;
	return 365 * year + year / 4 - year / 100 + year / 400 + day_of_year - DAYS_TO_1970;
}

/* The inverse of days_of(): sets year, month and day. */
static void set_date(struct clock_fields *fields, int64_t days)
{
	int64_t four_centuries = (days + DAYS_TO_1970) / DAYS_PER_400_YEARS;
	int64_t day = (days + DAYS_TO_1970) % DAYS_PER_400_YEARS;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int day_of_year = (int)(day - (365 * year + year / 4 - year / 100));
	int month = (5 * day_of_year + 2) / 153; /* 0 = March */
	fields->day = day_of_year - (153 * month + 2) / 5 + 1;
	fields->month = (month + 2) % 12 + 1;
	fields->year = (int)(year + 400 * (four_centuries - 1)) + (fields->month <= 2);
}

static int to_wall(const struct clock_fields *fields, msec *ret_wall)
{
	struct clock_fields real;
	int64_t days = days_of(fields);
	set_date(&real, days);
	if (real.day != fields->day) /* the 30th of February */
		return -1;
	int64_t seconds = fields->hour * 3600 + fields->minute * 60 + fields->second;
	*ret_wall = (days * SECONDS_PER_DAY + seconds) * MSEC_SECOND;
	return 0;
}

static void scan_time(struct scanner *scan, struct clock_fields *fields)
{
	fields->hour = scan_number(scan, 2, 0, 23);
	expect_text(scan, STR(":"));
	fields->minute = scan_number(scan, 2, 0, 59);
	expect_text(scan, STR(":"));
	/* 60: a leap second, read as the first second of the next minute */
	fields->second = scan_number(scan, 2, 0, 60);
}

/* Reads ".123456" as milliseconds; 0 when there is none. */
static int scan_fraction(struct scanner *scan)
{
	int value = 0, weight = 100;
	if (!skip_char(scan, '.'))
		return 0;
	if (scan->rest.len == 0 || !ascii_is_digit(scan->rest.data[0]))
		scan->bad = true;
	for (; scan->rest.len > 0 && ascii_is_digit(scan->rest.data[0]);
	     scan->rest = str_skip(scan->rest, 1)) {
		value += (scan->rest.data[0] - '0') * weight;
		weight /= 10;
	}
	return value;
}

static msec scan_offset(struct scanner *scan)
{
	if (skip_char(scan, 'Z') || skip_char(scan, 'z'))
		return 0;
	int sign = skip_char(scan, '-') ? -1 : 1;
	if (sign > 0)
		expect_text(scan, STR("+"));
	int hours = scan_number(scan, 2, 0, 23);
	expect_text(scan, STR(":"));
	int minutes = scan_number(scan, 2, 0, 59);
	return sign * (hours * MSEC_HOUR + minutes * MSEC_MINUTE);
}

int clock_parse_iso(struct str text, msec *ret_wall)
{
	struct scanner scan = {.rest = text};
	struct clock_fields fields;
	fields.year = scan_number(&scan, 4, 0, 9999);
	expect_text(&scan, STR("-"));
	fields.month = scan_number(&scan, 2, 1, 12);
	expect_text(&scan, STR("-"));
	fields.day = scan_number(&scan, 2, 1, 31);
	if (!skip_char(&scan, 't'))
		expect_text(&scan, STR("T"));
	scan_time(&scan, &fields);
	int fraction = scan_fraction(&scan);
	msec offset = scan_offset(&scan);
	msec wall;
	if (scan.bad || scan.rest.len > 0 || to_wall(&fields, &wall) < 0)
		return -1;
	*ret_wall = wall + fraction - offset;
	return 0;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT" */
static void scan_imf_fixdate(struct scanner *scan, struct clock_fields *fields)
{
	expect_text(scan, STR(", "));
	fields->day = scan_number(scan, 2, 1, 31);
	expect_text(scan, STR(" "));
	fields->month = scan_name(scan, MONTHS) + 1;
	expect_text(scan, STR(" "));
	fields->year = scan_number(scan, 4, 0, 9999);
	expect_text(scan, STR(" "));
	scan_time(scan, fields);
	expect_text(scan, STR(" GMT"));
}

/* "Sunday, 06-Nov-94 08:49:37 GMT". Two digits mean a year from 1970 to 2069, a rule that does not
 * depend on today's date. */
static void scan_rfc850(struct scanner *scan, struct clock_fields *fields, int weekday)
{
	static const char *const endings[] = {"day, ",   "day, ", "sday, ", "nesday, ",
	                                      "rsday, ", "day, ", "urday, "};
	expect_text(scan, str_of(endings[weekday]));
	fields->day = scan_number(scan, 2, 1, 31);
	expect_text(scan, STR("-"));
	fields->month = scan_name(scan, MONTHS) + 1;
	expect_text(scan, STR("-"));
	int year = scan_number(scan, 2, 0, 99);
	fields->year = year + (year < 70 ? 2000 : 1900);
	expect_text(scan, STR(" "));
	scan_time(scan, fields);
	expect_text(scan, STR(" GMT"));
}

/* "Sun Nov  6 08:49:37 1994" */
static void scan_asctime(struct scanner *scan, struct clock_fields *fields)
{
	expect_text(scan, STR(" "));
	fields->month = scan_name(scan, MONTHS) + 1;
	expect_text(scan, STR(" "));
	fields->day =
	        skip_char(scan, ' ') ? scan_number(scan, 1, 1, 9) : scan_number(scan, 2, 1, 31);
	expect_text(scan, STR(" "));
	scan_time(scan, fields);
	expect_text(scan, STR(" "));
	fields->year = scan_number(scan, 4, 0, 9999);
}

int clock_parse_http_date(struct str text, msec *ret_wall)
{
	struct scanner scan = {.rest = text};
	struct clock_fields fields;
	int weekday = scan_name(&scan, WEEKDAYS); /* must be a weekday, but not the right one */
	if (str_starts(scan.rest, STR(",")))
		scan_imf_fixdate(&scan, &fields);
	else if (str_starts(scan.rest, STR(" ")))
		scan_asctime(&scan, &fields);
	else
		scan_rfc850(&scan, &fields, weekday);
	msec wall;
	if (scan.bad || scan.rest.len > 0 || to_wall(&fields, &wall) < 0)
		return -1;
	*ret_wall = wall;
	return 0;
}

/* Reads a unit and returns its nanoseconds; 0 when there is none. Longer names come first. */
static int64_t scan_unit(struct scanner *scan)
{
	static const struct {
		const char *name;
		int64_t nanoseconds;
	} units[] = {
	        {"ns", 1},
	        {"us", 1000},
	        {"\xC2\xB5s", 1000}, /* micro sign */
	        {"\xCE\xBCs", 1000}, /* Greek mu */
	        {"ms", 1000000},
	        {"s", 1000000000},
	        {"m", INT64_C(60000000000)},
	        {"h", INT64_C(3600000000000)},
	};
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (str_starts(scan->rest, str_of(units[i].name))) {
			expect_text(scan, str_of(units[i].name));
			return units[i].nanoseconds;
		}
	return 0;
}

/* Reads one component, such as "59.56s", and adds it to `*sum`, in nanoseconds. */
static int add_component(struct scanner *scan, int64_t *sum)
{
	size_t digits = 0;
	while (digits < scan->rest.len && ascii_is_digit(scan->rest.data[digits]))
		digits++;
	int64_t whole;
	if (str_to_i64(str_make(scan->rest.data, digits), &whole) < 0)
		return -1;
	scan->rest = str_skip(scan->rest, digits);

	/* fraction / parts of a unit; digits after the ninth are ignored */
	int64_t fraction = 0, parts = 1;
	if (skip_char(scan, '.')) {
		if (scan->rest.len == 0 || !ascii_is_digit(scan->rest.data[0]))
			return -1;
		for (; scan->rest.len > 0 && ascii_is_digit(scan->rest.data[0]);
		     scan->rest = str_skip(scan->rest, 1))
			if (parts < 1000000000) {
				fraction = 10 * fraction + scan->rest.data[0] - '0';
				parts *= 10;
			}
	}
	int64_t unit = scan->rest.len ? scan_unit(scan) : 1000000000;
	if (unit == 0 || __builtin_mul_overflow(whole, unit, &whole) ||
	    __builtin_add_overflow(*sum, whole, sum))
		return -1;
	/* Hours times nine digits would overflow, so the larger factor is divided first where
	 * possible. */
	int64_t part = unit >= parts ? unit / parts * fraction : unit * fraction / parts;
	return __builtin_add_overflow(*sum, part, sum) ? -1 : 0;
}

int clock_parse_go_duration(struct str text, msec *ret)
{
	struct scanner scan = {.rest = text};
	int64_t nanoseconds = 0;
	do
		if (add_component(&scan, &nanoseconds) < 0)
			return -1;
	while (scan.rest.len > 0);
	*ret = nanoseconds / 1000000 + (nanoseconds % 1000000 > 0);
	return 0;
}

struct clock_fields clock_split(msec wall)
{
	/* Years without four digits are not supported: they become the nearest supported
	 * instant. */
	const int64_t first = -62167219200, last = 253402300799;
	int64_t seconds = wall / MSEC_SECOND - (wall % MSEC_SECOND < 0);
	seconds = seconds < first ? first : seconds > last ? last : seconds;
	int of_day = (int)((seconds - first) % SECONDS_PER_DAY);

	struct clock_fields fields = {
	        .hour = of_day / 3600, .minute = of_day / 60 % 60, .second = of_day % 60};
	set_date(&fields, (seconds - of_day) / SECONDS_PER_DAY);
	return fields;
}

static void put_two_digits(char *out, int value)
{
	out[0] = (char)('0' + value / 10);
	out[1] = (char)('0' + value % 10);
}

/* Without snprintf(), for speed: each ticket has a few timestamps. */
void clock_format_iso(msec wall, char out[CLOCK_ISO_SIZE])
{
	struct clock_fields at = clock_split(wall);
	memcpy(out, "yyyy-mm-ddThh:mm:ssZ", CLOCK_ISO_SIZE);
	put_two_digits(out, at.year / 100);
	put_two_digits(out + 2, at.year % 100);
	put_two_digits(out + 5, at.month);
	put_two_digits(out + 8, at.day);
	put_two_digits(out + 11, at.hour);
	put_two_digits(out + 14, at.minute);
	put_two_digits(out + 17, at.second);
}

void clock_format_utc(msec wall, char out[CLOCK_UTC_SIZE])
{
	char iso[CLOCK_ISO_SIZE];

	clock_format_iso(wall, iso);
	memcpy(out, "yyyy-mm-dd hh:mm:ss UTC", CLOCK_UTC_SIZE);
	memcpy(out, iso, 10);
	memcpy(out + 11, iso + 11, 8);
}

void clock_format_http_date(msec wall, char out[CLOCK_HTTP_DATE_SIZE])
{
	struct clock_fields at = clock_split(wall);
	int64_t weekday = (days_of(&at) + DAYS_TO_1970 + 3) % 7; /* 1970-01-01 was a Thursday */
	snprintf(out, CLOCK_HTTP_DATE_SIZE, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
	         WEEKDAYS + 3 * weekday, at.day, MONTHS + 3 * (at.month - 1), at.year, at.hour,
	         at.minute, at.second);
}

/* Two units, the second only when it is not 0. */
static void format_two(char out[CLOCK_SPAN_SIZE], msec large, const char *large_unit, msec small,
                       const char *small_unit)
{
	if (small > 0)
		snprintf(out, CLOCK_SPAN_SIZE, "%lld %s %lld %s", (long long)large, large_unit,
		         (long long)small, small_unit);
	else
		snprintf(out, CLOCK_SPAN_SIZE, "%lld %s", (long long)large, large_unit);
}

/* Cut, not rounded: "59 s" never becomes "60 s". The decimal point does not depend on the
 * locale. */
void clock_format_span(msec span, char out[CLOCK_SPAN_SIZE])
{
	msec seconds = span > 0 ? span / MSEC_SECOND : 0;

	if (seconds == 0)
		format_two(out, span > 0 ? span : 0, "ms", 0, "");
	else if (seconds < 10)
		snprintf(out, CLOCK_SPAN_SIZE, "%lld.%lld s", (long long)seconds,
		         (long long)(span % MSEC_SECOND / 100));
	else if (seconds < 60)
		format_two(out, seconds, "s", 0, "");
	else if (seconds < 600)
		format_two(out, seconds / 60, "min", seconds % 60, "s");
	else if (seconds < 3600)
		format_two(out, seconds / 60, "min", 0, "");
	else if (span < MSEC_DAY)
		format_two(out, seconds / 3600, "h", seconds / 60 % 60, "min");
	else
		format_two(out, span / MSEC_DAY, "d", span / MSEC_HOUR % 24, "h");
}
