/* Adaptive concurrency. Starts at `initial`, grows by one per success up to `max` (slow start); halves at most once per round
 * trip on a sign of overload; after the first halving it grows by one per window of successes (additive increase). */
#ifndef GUARD_WINDOW_H
#define GUARD_WINDOW_H

#include "base/clock.h"

struct window {
	double size; /* allowed in flight; at least 1 */
	int max;
	int in_flight;
	bool halved;    /* slow start is over */
	msec halved_at; /* requests sent before this instant cannot halve it again */
};

void window_init(struct window *window, int initial, int max);
bool window_may(const struct window *window);
void window_sent(struct window *window);
void window_done(struct window *window); /* every sent request exactly once, whatever its end */
void window_success(struct window *window);
void window_overload(struct window *window, msec sent_at, msec now);

#endif
