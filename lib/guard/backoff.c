/* Exponential delays with jitter, so that a hundred tickets that failed together do not come back
 * together. */
#include "guard/backoff.h"

#include <math.h>

#define TIMEOUT_GROWTH 1.5
#define JITTER_LOW 0.75
#define JITTER_SPAN 0.5

static double grow_exponentially(double base, double factor, int attempt)
{
	return base * pow(factor, attempt > 1 ? attempt - 1 : 0);
}

msec backoff_delay(double factor, int attempt, struct prng *prng)
{
	double jitter = JITTER_LOW + JITTER_SPAN * prng_unit(prng);
	return (msec)fmin(grow_exponentially((double)MSEC_SECOND, factor, attempt) * jitter,
	                  (double)BACKOFF_DELAY_MAX);
}

msec backoff_timeout(msec base, int attempt)
{
	return (msec)fmin(grow_exponentially((double)base, TIMEOUT_GROWTH, attempt),
	                  (double)BACKOFF_TIMEOUT_MAX);
}
