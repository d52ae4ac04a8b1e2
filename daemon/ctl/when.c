/* Reads and shows times of people. */
#include "daemon/ctl/when.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY (24 * MSEC_HOUR)
#define SPAN_MAX 100000 /* of any unit */

msec when_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (msec)now.tv_sec * MSEC_SECOND + now.tv_nsec / 1000000;
}

static struct tm local_time(msec wall)
{
	time_t seconds = (time_t)(wall / MSEC_SECOND);
	struct tm tm = {0};

	(void)localtime_r(&seconds, &tm);
	return tm;
}

static int instant_of(struct tm *tm, bool utc, msec *ret)
{
	struct tm given = *tm;
	time_t seconds;

	tm->tm_isdst = -1;
	seconds = utc ? timegm(tm) : mktime(tm);
	if (seconds < 0 || given.tm_mday != tm->tm_mday || given.tm_mon != tm->tm_mon)
		return -1; /* the 31st of February */
	*ret = (msec)seconds * MSEC_SECOND;
	return 0;
}

static int begin_of_day(msec wall, int days_ago, msec *ret)
{
	struct tm tm = local_time(wall);

	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_mday -= days_ago;
	tm.tm_isdst = -1;
	time_t seconds = mktime(&tm);
	*ret = (msec)seconds * MSEC_SECOND;
	return seconds < 0 ? -1 : 0;
}

static int parse_span(const char *text, msec now, msec *ret)
{
	int number = 0, used = 0;
	char unit = '\0';
	msec each;

	if (sscanf(text, "%6d%c%n", &number, &unit, &used) != 2 || text[used] != '\0' ||
	    number < 1 || number > SPAN_MAX || text[0] < '0' || text[0] > '9')
		return -1;
	switch (unit) {
	case 's': each = MSEC_SECOND; break;
	case 'm': each = MSEC_MINUTE; break;
	case 'h': each = MSEC_HOUR; break;
	case 'd': each = DAY; break;
	default: return -1;
	}
	*ret = now - number * each;
	return *ret < 0 ? -1 : 0;
}

static int parse_clock(const char *text, msec now, msec *ret)
{
	struct tm tm = local_time(now);
	int hour, minute, used = 0;

	if (sscanf(text, "%2d:%2d%n", &hour, &minute, &used) != 2 || text[used] != '\0' ||
	    strspn(text, "0123456789:") != strlen(text) || hour > 23 || minute > 59)
		return -1;
	tm.tm_hour = hour;
	tm.tm_min = minute;
	tm.tm_sec = 0;
	return instant_of(&tm, false, ret);
}

/* "T10:00", "T10:00:30", "T10:00Z" behind a date, or nothing. */
static int parse_time_of_day(const char *text, struct tm *tm, bool *ret_utc)
{
	int used = 0;

	if (text[0] == '\0')
		return 0;
	if ((text[0] != 'T' && text[0] != ' ') ||
	    strspn(text + 1, "0123456789:Z") != strlen(text + 1) ||
	    sscanf(text + 1, "%2d:%2d%n", &tm->tm_hour, &tm->tm_min, &used) != 2)
		return -1;
	text += 1 + used;
	used = 0;
	if (text[0] == ':' && sscanf(text, ":%2d%n", &tm->tm_sec, &used) == 1)
		text += used;
	*ret_utc = text[0] == 'Z';
	text += *ret_utc;
	return text[0] != '\0' || tm->tm_hour > 23 || tm->tm_min > 59 || tm->tm_sec > 59 ? -1 : 0;
}

static int parse_date(const char *text, msec *ret)
{
	struct tm tm = {0};
	int used = 0;
	bool utc = false;

	if (strspn(text, "0123456789-TZ: ") != strlen(text) ||
	    sscanf(text, "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &used) != 3 ||
	    used != 10 || parse_time_of_day(text + used, &tm, &utc) < 0 || tm.tm_year < 1970)
		return -1;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	return instant_of(&tm, utc, ret);
}

int when_parse(const char *text, msec now, msec *ret, struct err *err)
{
	int code;

	if (strcmp(text, "today") == 0)
		code = begin_of_day(now, 0, ret);
	else if (strcmp(text, "yesterday") == 0)
		code = begin_of_day(now, 1, ret);
	else if (parse_span(text, now, ret) == 0 || parse_clock(text, now, ret) == 0)
		code = 0;
	else
		code = parse_date(text, ret);
	if (code < 0)
		return err_set(err,
		               "\"%.60s\" is no time: today, yesterday, 13:30, 2026-11-29, "
		               "2026-11-29T10:00, 90m, 2h or 3d are",
		               text);
	if (*ret > now)
		return err_set(err, "%.60s is still to come%s", text,
		               strchr(text, ':') != NULL && strchr(text, '-') == NULL
		                       ? ": for that of yesterday give the date too"
		                       : "");
	return 0;
}

void when_format(msec wall, msec now, char out[WHEN_SIZE])
{
	struct tm tm = local_time(wall), today = local_time(now);
	bool same = tm.tm_yday == today.tm_yday && tm.tm_year == today.tm_year;

	if (strftime(out, WHEN_SIZE, same ? "%H:%M" : "%Y-%m-%d %H:%M", &tm) == 0)
		out[0] = '\0';
}

void when_format_second(msec wall, bool date, char out[WHEN_SIZE])
{
	struct tm tm = local_time(wall);

	if (strftime(out, WHEN_SIZE, date ? "%Y-%m-%d %H:%M:%S" : "%H:%M:%S", &tm) == 0)
		out[0] = '\0';
}
