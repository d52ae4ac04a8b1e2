/* Token bucket with continuous refill. Answers "may I now?" and "when may I?". Rate 0 = no limit.
 *
 * It starts full. Within any 60 seconds at most per_minute + burst tokens are given out, one
 * request's overdraft apart. Rates and levels are numbers of tokens: a request is one token in a
 * bucket of requests and many in a bucket of model tokens. */
#ifndef GUARD_BUCKET_H
#define GUARD_BUCKET_H

#include "base/clock.h"

/* A debt is never deeper than what this span refills, whatever a server says its answer has
 * cost. */
#define BUCKET_DEBT_MAX (10 * MSEC_MINUTE)

struct bucket {
	double per_minute; /* refill; 0 = unlimited */
	double burst;      /* capacity */
	double level;      /* at `filled_at`; below zero = in debt */
	msec filled_at;    /* time of the last change */
};

void bucket_init(struct bucket *bucket, double per_minute, double burst, msec now);
/* Another rate and capacity; what is in the bucket stays in it, as far as it fits. */
void bucket_set_rate(struct bucket *bucket, double per_minute, double burst, msec now);
/* More tokens than the capacity are there when the bucket is full: such a request is delayed, not
 * refused for ever. */
bool bucket_has(const struct bucket *bucket, double tokens, msec now);
/* May go below zero. A negative number gives back what an estimate took too much. */
void bucket_take(struct bucket *bucket, double tokens, msec now);
/* The first instant, from `now` on, at which bucket_has will be true if nothing is taken
 * meanwhile. */
msec bucket_when(const struct bucket *bucket, double tokens, msec now);

#endif
