/* Measures the loop's lag with a timer, and counts the results in buckets. */
#include "daemon/system/lag.h"

#include <string.h>

#define NS_PER_US 1000
#define US_PER_BUCKET 500

static void on_timer(uv_timer_t *timer)
{
	struct lag *lag = timer->data;
	uint64_t now = uv_hrtime();
	uint64_t late_us = now > lag->due ? (now - lag->due) / NS_PER_US : 0;
	size_t bucket = (size_t)(late_us / US_PER_BUCKET);

	lag->count++;
	histogram_add(&lag->histogram, (double)late_us / 1e6);
	lag->by_half_ms[bucket < LAG_BUCKETS ? bucket : LAG_BUCKETS - 1]++;
	if (late_us > lag->max_us)
		lag->max_us = late_us;
	lag->due = now + (uint64_t)LAG_PERIOD_MS * 1000 * NS_PER_US;
	uv_update_time(timer->loop);
	(void)uv_timer_start(timer, on_timer, LAG_PERIOD_MS, 0);
}

void lag_start(struct lag *lag, uv_loop_t *loop)
{
	memset(lag, 0, sizeof(*lag));
	histogram_init(&lag->histogram, &HISTOGRAM_LAG);
	ENSURE(uv_timer_init(loop, &lag->timer) == 0);
	lag->timer.data = lag;
	uv_unref((uv_handle_t *)&lag->timer);
}

void lag_close(struct lag *lag)
{
	uv_close((uv_handle_t *)&lag->timer, NULL);
}

void lag_watch(struct lag *lag, bool working)
{
	if (working == lag->running)
		return;
	lag->running = working;
	if (!working) {
		(void)uv_timer_stop(&lag->timer);
		return;
	}
	lag->due = uv_hrtime() + (uint64_t)LAG_PERIOD_MS * 1000 * NS_PER_US;
	uv_update_time(lag->timer.loop);
	(void)uv_timer_start(&lag->timer, on_timer, LAG_PERIOD_MS, 0);
}

double lag_p99_ms(const struct lag *lag)
{
	uint64_t beyond = lag->count / 100, seen = 0;

	if (lag->count == 0)
		return 0;
	for (size_t i = LAG_BUCKETS; i > 0; i--) {
		seen += lag->by_half_ms[i - 1];
		if (seen > beyond)
			return (double)i * US_PER_BUCKET / 1000;
	}
	return 0;
}

double lag_max_ms(const struct lag *lag)
{
	return (double)lag->max_us / 1000;
}

const struct histogram *lag_histogram(const struct lag *lag)
{
	return &lag->histogram;
}
