/* Time as data. lib/ never asks for the time: every event carries a reading. All spans and instants
 * are milliseconds in a signed 64-bit number; wall time counts from 1970-01-01T00:00:00Z. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/str.h"

typedef int64_t msec;

#define MSEC_SECOND ((msec)1000)
#define MSEC_MINUTE (60 * MSEC_SECOND)
#define MSEC_HOUR (60 * MSEC_MINUTE)
#define MSEC_DAY (24 * MSEC_HOUR)
#define MSEC_NEVER INT64_MAX

static inline void clock_earliest(msec *earliest, msec candidate)
{
	if (candidate < *earliest)
		*earliest = candidate;
}

struct clock_reading {
	msec mono; /* never goes back; its zero has no meaning */
	msec wall; /* UTC as the machine knows it; may jump */
};

/* Parses "2026-11-22T10:00:00Z"; fractions of a second and numeric offsets are accepted too (RFC
 * 3339), fractions cut to milliseconds. 0, or -1. */
int clock_parse_iso(struct str text, msec *ret_wall) MUST_CHECK;
/* Parses the three forms of Date and Retry-After (RFC 9110 §5.6.7). The weekday need not be the
 * right one; two-digit years mean 1970 to 2069. 0, or -1. */
int clock_parse_http_date(struct str text, msec *ret_wall) MUST_CHECK;
/* Parses "120ms", "1s", "6m0s", "1h2m3s", "2m59.56s"; a bare number is seconds (rate-limit reset
 * headers of model services). Never negative; rounded up, since these are spans to wait. 0, or
 * -1. */
int clock_parse_go_duration(struct str text, msec *ret) MUST_CHECK;

#define CLOCK_SPAN_SIZE 32
/* How long something takes, for people, in one notation everywhere: "250 ms", "3.2 s", "42 s",
 * "5 min 20 s", "42 min", "2 h 5 min", "3 d 4 h". A negative span is 0. */
void clock_format_span(msec span, char out[CLOCK_SPAN_SIZE]);

#define CLOCK_ISO_SIZE 21
void clock_format_iso(msec wall, char out[CLOCK_ISO_SIZE]); /* whole seconds, "Z" */
#define CLOCK_UTC_SIZE 24
/* The same for people, in one notation everywhere: "2026-11-22 10:00:00 UTC". */
void clock_format_utc(msec wall, char out[CLOCK_UTC_SIZE]);
#define CLOCK_HTTP_DATE_SIZE 30
void clock_format_http_date(msec wall,
                            char out[CLOCK_HTTP_DATE_SIZE]); /* "Sun, 22 Nov 2026 10:00:00 GMT" */

struct clock_fields {
	int year, month, day, hour, minute, second; /* month and day from 1 */
};
/* Splits an instant in UTC. Here and in the two formats above, instants outside the years 0 to 9999
 * become the nearest one inside. */
struct clock_fields clock_split(msec wall);

#endif
