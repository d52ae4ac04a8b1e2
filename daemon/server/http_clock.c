/* A heap of deadlines and one timer. A timer that fires too early finds nothing to do and starts
 * again, so it need not be changed when a deadline is removed. */
#include "daemon/server/http_clock.h"

static void arm_timer(struct http_clock *clock);

static void on_timer(uv_timer_t *timer)
{
	struct http_clock *clock = timer->data;
	msec now = (msec)uv_now(timer->loop);
	struct heap_node *deadline;

	while ((deadline = heap_top(&clock->deadlines)) != NULL && deadline->key <= now)
		clock->expire(deadline);
	arm_timer(clock);
}

static void arm_timer(struct http_clock *clock)
{
	struct heap_node *first = heap_top(&clock->deadlines);
	msec now = (msec)uv_now(clock->timer.loop);

	if (first == NULL)
		(void)uv_timer_stop(&clock->timer);
	else
		(void)uv_timer_start(&clock->timer, on_timer,
		                     first->key > now ? (uint64_t)(first->key - now) : 0, 0);
}

void http_clock_init(struct http_clock *clock, uv_loop_t *loop,
                     void (*expire)(struct heap_node *deadline))
{
	heap_init(&clock->deadlines);
	clock->expire = expire;
	ENSURE(uv_timer_init(loop, &clock->timer) == 0);
	clock->timer.data = clock;
}

void http_clock_set(struct http_clock *clock, struct heap_node *deadline, msec span)
{
	heap_move(&clock->deadlines, deadline, (msec)uv_now(clock->timer.loop) + span);
	arm_timer(clock);
}

void http_clock_remove(struct http_clock *clock, struct heap_node *deadline)
{
	heap_remove(&clock->deadlines, deadline);
}

void http_clock_close(struct http_clock *clock)
{
	if (!uv_is_closing((uv_handle_t *)&clock->timer))
		uv_close((uv_handle_t *)&clock->timer, NULL);
}

void http_clock_free(struct http_clock *clock)
{
	heap_free(&clock->deadlines);
}
