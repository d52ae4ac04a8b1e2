/* The token bucket. It stores the level at its last change and computes the present one from that.
 * Asking changes nothing, so bucket_when() can be exact: it is the first instant at which the
 * formula of bucket_has() says yes. */
#include "guard/bucket.h"

#include <math.h>

#include "guard/instant.h"

void bucket_init(struct bucket *bucket, double per_minute, double burst, msec now)
{
	*bucket = (struct bucket){
	        .per_minute = per_minute, .burst = burst, .level = burst, .filled_at = now};
}

static double level_at(const struct bucket *bucket, msec now)
{
	double refill = bucket->per_minute * (double)instant_span(bucket->filled_at, now) /
	                (double)MSEC_MINUTE;
	return fmin(bucket->level + refill, bucket->burst);
}

static void set_level(struct bucket *bucket, double level, msec now)
{
	double debt_max = bucket->per_minute * (double)BUCKET_DEBT_MAX / (double)MSEC_MINUTE;

	bucket->level = fmax(fmin(level, bucket->burst), -debt_max);
	bucket->filled_at = instant_later(bucket->filled_at, now);
}

void bucket_set_rate(struct bucket *bucket, double per_minute, double burst, msec now)
{
	double level = bucket->per_minute > 0 ? level_at(bucket, now) : burst;

	bucket->per_minute = per_minute;
	bucket->burst = burst;
	set_level(bucket, level, now);
}

bool bucket_has(const struct bucket *bucket, double tokens, msec now)
{
	return bucket->per_minute <= 0 || level_at(bucket, now) >= fmin(tokens, bucket->burst);
}

void bucket_take(struct bucket *bucket, double tokens, msec now)
{
	if (bucket->per_minute > 0)
		set_level(bucket, level_at(bucket, now) - tokens, now);
}

msec bucket_when(const struct bucket *bucket, double tokens, msec now)
{
	if (bucket_has(bucket, tokens, now))
		return now;

	msec from = instant_later(bucket->filled_at, now);
	double missing = fmin(tokens, bucket->burst) - level_at(bucket, from);
	double wait = ceil(missing * (double)MSEC_MINUTE / bucket->per_minute);
	msec when = wait < 0x1p62 ? instant_after(from, (msec)fmax(wait, 0)) : MSEC_NEVER;

	/* The division may round to the wrong millisecond. */
	while (when < MSEC_NEVER && !bucket_has(bucket, tokens, when))
		when++;
	while (when > now + 1 && bucket_has(bucket, tokens, when - 1))
		when--;
	return when;
}
