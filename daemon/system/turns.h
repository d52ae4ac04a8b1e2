/* When the program thinks: once in each turn of the loop, after the replies of the last turn came
 * in and before waiting for the next, and whenever the time it asked for has come. */
#ifndef DAEMON_SYSTEM_TURNS_H
#define DAEMON_SYSTEM_TURNS_H

#include <uv.h>

#include "base/clock.h"

struct turns {
	uv_prepare_t prepare;
	uv_idle_t idle;  /* active: do not wait, there is more to do */
	uv_timer_t wake; /* for the time asked for */
	/* Returns the monotonic instant at which it wants to be called again at the latest; 0 = at
	 * once. */
	msec (*turn)(void *arg);
	void *arg;
};

void turns_start(struct turns *turns, uv_loop_t *loop, msec (*turn)(void *arg), void *arg);
void turns_close(struct turns *turns); /* the memory stays in use until the loop has ended */

#endif
