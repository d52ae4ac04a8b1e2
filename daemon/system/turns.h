/* Calls a function once in each turn of the loop, after the events of the turn were handled and
 * before the loop waits, and at the time that the function asks for. */
#ifndef DAEMON_SYSTEM_TURNS_H
#define DAEMON_SYSTEM_TURNS_H

#include <uv.h>

#include "base/clock.h"

struct turns {
	uv_prepare_t prepare;
	uv_idle_t idle;  /* active when the loop must not wait */
	uv_timer_t wake; /* for the time that was asked for */
	/* Returns the monotonic time (ms) at which it wants to be called again at the latest; 0 =
	 * at once. */
	msec (*turn)(void *arg);
	void *arg;
};

/* Calls `turn` in every turn of the loop from now on; keeps the loop alive. */
void turns_start(struct turns *turns, uv_loop_t *loop, msec (*turn)(void *arg), void *arg);
void turns_close(struct turns *turns); /* `turns` must stay valid until the loop has ended */

#endif
