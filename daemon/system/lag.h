/* Measures how late the loop is, by a timer of 10 ms that runs only while there is work. The
 * daemon promises p99 below 10 ms and never 50 ms; it is also the first thing to look at when a
 * socket is slow. */
#ifndef DAEMON_SYSTEM_LAG_H
#define DAEMON_SYSTEM_LAG_H

#include <uv.h>

#include "base/base.h"
#include "observe/histogram.h"

#define LAG_PERIOD_MS 10
#define LAG_BUCKETS 128

struct lag {
	uv_timer_t timer;
	uint64_t due; /* when the timer should fire next, in ns */
	bool running;
	uint64_t count;
	/* counts by lateness, half a millisecond per bucket; the last one counts all that is
	 * later */
	uint64_t by_half_ms[LAG_BUCKETS];
	struct histogram histogram; /* the same in seconds, without an end */
	uint64_t max_us;
};

void lag_start(struct lag *lag, uv_loop_t *loop); /* does not measure before lag_watch */
/* `lag` must stay valid until the loop has ended */
void lag_close(struct lag *lag);
/* To be called in each turn: measures while `working`. Measuring costs a hundred wake-ups a
 * second, so it should stop while no request is in flight. */
void lag_watch(struct lag *lag, bool working);
/* The 99th percentile of lateness since the start, in ms; 0 when nothing was measured. */
double lag_p99_ms(const struct lag *lag);
/* All of it since the start, in seconds; goes on changing. */
const struct histogram *lag_histogram(const struct lag *lag);
/* The greatest lateness since the start, in ms. */
double lag_max_ms(const struct lag *lag);

#endif
