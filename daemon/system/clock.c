/* Reads both clocks at the same moment, so that the two times of an event belong together. */
#include "daemon/system/clock.h"

#include <uv.h>

struct clock_reading clock_now(void)
{
	struct clock_reading now = {.mono = (msec)(uv_hrtime() / 1000000)};
	uv_timeval64_t wall;

	if (uv_gettimeofday(&wall) == 0)
		now.wall = (msec)wall.tv_sec * MSEC_SECOND + wall.tv_usec / 1000;
	return now;
}
