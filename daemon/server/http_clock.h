/* Keeps the deadlines of all connections of a server on one timer. Without connections nothing
 * wakes the loop. */
#ifndef DAEMON_SERVER_HTTP_CLOCK_H
#define DAEMON_SERVER_HTTP_CLOCK_H

#include <uv.h>

#include "base/clock.h"
#include "base/heap.h"

struct http_clock {
	struct heap deadlines;
	uv_timer_t timer; /* for the earliest deadline */
	void (*expire)(struct heap_node *deadline);
};

/* `expire` is called for each deadline that has passed, and must set it again or remove it. */
void http_clock_init(struct http_clock *clock, uv_loop_t *loop,
                     void (*expire)(struct heap_node *deadline));
/* Sets the deadline to now + `span` (ms), whether or not it was set. A zeroed node is one that is
 * not set. */
void http_clock_set(struct http_clock *clock, struct heap_node *deadline, msec span);
/* No effect when it is not set. */
void http_clock_remove(struct http_clock *clock, struct heap_node *deadline);
/* Closes the timer; repeated calls have no effect. `clock` must stay valid until the loop has
 * ended. */
void http_clock_close(struct http_clock *clock);
/* To be called after the loop has ended. */
void http_clock_free(struct http_clock *clock);

#endif
