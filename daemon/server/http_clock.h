/* The deadlines of all connections of a server, on one timer: nothing wakes the loop while there is
 * no connection. */
#ifndef DAEMON_SERVER_HTTP_CLOCK_H
#define DAEMON_SERVER_HTTP_CLOCK_H

#include <uv.h>

#include "base/clock.h"
#include "base/heap.h"

struct http_clock {
	struct heap deadlines;
	uv_timer_t timer; /* for the earliest of them */
	void (*expire)(struct heap_node *deadline);
};

/* `expire` is called for each deadline that has come, and sets it anew or removes it. */
void http_clock_init(struct http_clock *clock, uv_loop_t *loop,
                     void (*expire)(struct heap_node *deadline));
/* The deadline is now + span, whatever it was. A zeroed one is not set. */
void http_clock_set(struct http_clock *clock, struct heap_node *deadline, msec span);
/* Harmless when it is not set. */
void http_clock_remove(struct http_clock *clock, struct heap_node *deadline);
/* Once more is harmless. The memory stays in use until the loop has ended. */
void http_clock_close(struct http_clock *clock);
void http_clock_free(struct http_clock *clock);

#endif
