/* Token bucket with continuous refill: may this be sent now, and if not, when? Rate 0 = no limit.
 *
 * It starts full. Within any 60 seconds at most per_minute + burst tokens are given out, except for
 * the overdraft of one request. Rates and levels are numbers of tokens: a request is one token in a
 * bucket of requests, and many in a bucket of model tokens. All instants are monotonic. */
#ifndef GUARD_BUCKET_H
#define GUARD_BUCKET_H

#include "base/clock.h"

/* The bucket never owes more than this span refills, whatever a server says its answer has cost. */
#define BUCKET_DEBT_MAX (10 * MSEC_MINUTE)

struct bucket {
	double per_minute; /* refill; 0 = unlimited */
	double burst;      /* capacity */
	double level;      /* at `filled_at`; below zero = overdrawn */
	msec filled_at;    /* time of the last change */
};

void bucket_init(struct bucket *bucket, double per_minute, double burst, msec now);
/* Changes rate and capacity; the level stays, as far as it fits. */
void bucket_set_rate(struct bucket *bucket, double per_minute, double burst, msec now);
/* True when so many tokens are available. A request for more than the capacity may be sent when the
 * bucket is full: it is delayed, not refused for ever. */
bool bucket_has(const struct bucket *bucket, double tokens, msec now);
/* Takes tokens; the level may go below zero. A negative number gives back what an estimate took too
 * much. */
void bucket_take(struct bucket *bucket, double tokens, msec now);
/* The first instant, from `now` on, at which bucket_has() will be true if nothing is taken
 * meanwhile. */
msec bucket_when(const struct bucket *bucket, double tokens, msec now);

#endif
