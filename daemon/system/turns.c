/* Runs turns by three handles: a prepare handle calls the function, an idle handle keeps the loop
 * from waiting, and a timer ends the wait. */
#include "daemon/system/turns.h"

#include "daemon/system/clock.h"

static void on_idle(uv_idle_t *idle)
{
}

static void on_wake(uv_timer_t *timer)
{
}

static void on_prepare(uv_prepare_t *prepare)
{
	struct turns *turns = prepare->data;
	msec next = turns->turn(turns->arg), now;

	if (uv_is_closing((uv_handle_t *)prepare))
		return;
	now = clock_now().mono;
	if (next <= now) {
		(void)uv_idle_start(&turns->idle, on_idle);
		(void)uv_timer_stop(&turns->wake);
		return;
	}
	(void)uv_idle_stop(&turns->idle);
	if (next == MSEC_NEVER) {
		(void)uv_timer_stop(&turns->wake);
		return;
	}
	uv_update_time(turns->wake.loop);
	(void)uv_timer_start(&turns->wake, on_wake, (uint64_t)(next - now), 0);
}

void turns_start(struct turns *turns, uv_loop_t *loop, msec (*turn)(void *arg), void *arg)
{
	turns->turn = turn;
	turns->arg = arg;
	ENSURE(uv_prepare_init(loop, &turns->prepare) == 0);
	ENSURE(uv_idle_init(loop, &turns->idle) == 0);
	ENSURE(uv_timer_init(loop, &turns->wake) == 0);
	turns->prepare.data = turns;
	(void)uv_prepare_start(&turns->prepare, on_prepare);
}

void turns_close(struct turns *turns)
{
	uv_close((uv_handle_t *)&turns->prepare, NULL);
	uv_close((uv_handle_t *)&turns->idle, NULL);
	uv_close((uv_handle_t *)&turns->wake, NULL);
}
