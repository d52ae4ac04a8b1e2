/* How late the loop is: a timer of 10 ms, running only while there is work, and by how much its
 * calls come too late. A promise of the daemon (p99 below 10 ms, never 50 ms) and the first thing
 * to look at when a socket waits. */
#ifndef DAEMON_SYSTEM_LAG_H
#define DAEMON_SYSTEM_LAG_H

#include <uv.h>

#include "base/base.h"

#define LAG_PERIOD_MS 10
#define LAG_BUCKETS 128

struct lag {
	uv_timer_t timer;
	uint64_t due; /* ns, when the next call should come */
	bool running;
	uint64_t count;
	/* lateness, half a millisecond a bucket; the last holds the rest */
	uint64_t by_half_ms[LAG_BUCKETS];
	uint64_t max_us;
};

void lag_start(struct lag *lag, uv_loop_t *loop); /* measures nothing yet */
/* the memory stays in use until the loop has ended */
void lag_close(struct lag *lag);
/* Each turn: measuring costs a hundred wake-ups a second, so it rests while nothing is in
 * flight. */
void lag_watch(struct lag *lag, bool working);
/* Milliseconds; 0 while nothing was measured. */
double lag_p99_ms(const struct lag *lag);
double lag_max_ms(const struct lag *lag);

#endif
