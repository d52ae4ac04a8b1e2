/* Circuit breaker: closed → open after `threshold` failures in a row → half-open with one probe after `timeout` → closed on
 * success, open again on failure. What counts as a failure (connection errors, time-outs, 5xx; never 4xx, 409, 429) is
 * decided by the caller. */
#ifndef GUARD_BREAKER_H
#define GUARD_BREAKER_H

#include "base/clock.h"

enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN };
const char *breaker_state_name(enum breaker_state state);

struct breaker {
	enum breaker_state state;
	int threshold; /* 0 = never opens */
	msec timeout;
	int failures; /* in a row */
	msec opened_at;
	bool probing; /* half-open: the one probe is out */
	uint64_t opened_total;
};

void breaker_init(struct breaker *breaker, int threshold, msec timeout);
bool breaker_may(struct breaker *breaker, msec now);        /* moves open → half-open when its time has come */
msec breaker_when(const struct breaker *breaker, msec now); /* MSEC_NEVER while the probe is out */
void breaker_sent(struct breaker *breaker);
void breaker_success(struct breaker *breaker);
void breaker_failure(struct breaker *breaker, msec now);
void breaker_abandoned(struct breaker *breaker); /* a sent request ended without telling anything (cancelled) */

#endif
