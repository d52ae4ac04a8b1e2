/* Arithmetic with instants that cannot overflow, wherever the monotonic clock starts and however
 * far it jumps. */
#ifndef GUARD_INSTANT_H
#define GUARD_INSTANT_H

#include "base/clock.h"

/* start + span, at most MSEC_NEVER; span must not be negative. */
static inline msec instant_after(msec start, msec span)
{
	return start > MSEC_NEVER - span ? MSEC_NEVER : start + span;
}

/* Milliseconds from `from` to `to`; 0 when `to` is the earlier. */
static inline uint64_t instant_span(msec from, msec to)
{
	return to > from ? (uint64_t)to - (uint64_t)from : 0;
}

static inline msec instant_later(msec a, msec b)
{
	return a > b ? a : b;
}

#endif
