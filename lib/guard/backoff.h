/* How long to wait before another attempt, and the timeout of that attempt. */
#ifndef GUARD_BACKOFF_H
#define GUARD_BACKOFF_H

#include "base/clock.h"
#include "base/prng.h"

#define BACKOFF_DELAY_MAX (5 * MSEC_MINUTE)
#define BACKOFF_TIMEOUT_MAX (24 * MSEC_HOUR)

/* factor^(attempt-1) seconds for attempt 1, 2, 3 … (1, 2, 4 with factor 2), times a random 0.75 …
 * 1.25; at most BACKOFF_DELAY_MAX. `attempt` is the number of failed attempts; below 1 it counts as
 * 1. */
msec backoff_delay(double factor, int attempt, struct prng *prng);
/* base * 1.5^(attempt-1) for the attempt of that number, at most BACKOFF_TIMEOUT_MAX. */
msec backoff_timeout(msec base, int attempt);

#endif
