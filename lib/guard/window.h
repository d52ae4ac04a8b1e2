/* Adaptive limit of concurrent requests. Starts at `initial` and grows by one per success up to
 * `max` (slow start); halves at most once per round trip on a sign of overload; after the first
 * halving it grows by one per window of successes (additive increase). */
#ifndef GUARD_WINDOW_H
#define GUARD_WINDOW_H

#include "base/clock.h"

#define WINDOW_UNLIMITED INT32_MAX

struct window {
	int size; /* allowed in flight; 1 … max */
	int max;
	int in_flight;
	int successes;  /* since the last change of size, after slow start */
	bool halved;    /* slow start is over */
	msec halved_at; /* requests sent up to this instant cannot halve it again */
};

void window_init(struct window *window, int initial, int max);
/* Changes the maximum; the size is cut to it. */
void window_set_max(struct window *window, int max);
/* Raises the size to `size`, as far as the maximum allows, unless overload has been seen. */
void window_raise(struct window *window, int size);
bool window_may(const struct window *window);
void window_sent(struct window *window);
/* Must be called exactly once for every request sent, however it ended. */
void window_done(struct window *window);
void window_success(struct window *window);
/* The request sent at `sent_at` met with overload. All requests that were in flight at a halving
 * report the same overload and do not halve it again. */
void window_overload(struct window *window, msec sent_at, msec now);

#endif
