/* Token bucket with continuous refill. Answers "may I now?" and "when may I?". Rate 0 = no limit. */
#ifndef GUARD_BUCKET_H
#define GUARD_BUCKET_H

#include "base/clock.h"

struct bucket {
	double per_minute; /* refill; 0 = unlimited */
	double burst;      /* capacity */
	double level;
	msec filled_at; /* time of the last refill */
};

void bucket_init(struct bucket *bucket, double per_minute, double burst, msec now);
bool bucket_has(struct bucket *bucket, double tokens, msec now);
void bucket_take(struct bucket *bucket, double tokens,
                 msec now); /* may go below zero: an estimate corrected afterwards */
msec bucket_when(struct bucket *bucket, double tokens, msec now); /* first instant at which bucket_has will be true */

#endif
