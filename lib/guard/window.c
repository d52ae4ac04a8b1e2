/* The adaptive window: TCP's slow start and additive increase, counted in requests. */
#include "guard/window.h"

static int clamp_size(int size, int max)
{
	if (size > max)
		return max;
	return size < 1 ? 1 : size;
}

void window_init(struct window *window, int initial, int max)
{
	*window = (struct window){.max = clamp_size(max, WINDOW_UNLIMITED)};
	window->size = clamp_size(initial, window->max);
}

void window_set_max(struct window *window, int max)
{
	window->max = clamp_size(max, WINDOW_UNLIMITED);
	window->size = clamp_size(window->size, window->max);
}

void window_raise(struct window *window, int size)
{
	if (!window->halved && size > window->size)
		window->size = clamp_size(size, window->max);
}

bool window_may(const struct window *window)
{
	return window->in_flight < window->size;
}

void window_sent(struct window *window)
{
	window->in_flight++;
}

void window_done(struct window *window)
{
	ENSURE(window->in_flight > 0);
	window->in_flight--;
}

void window_success(struct window *window)
{
	if (window->halved && ++window->successes < window->size)
		return;
	window->successes = 0;
	if (window->size < window->max)
		window->size++;
}

void window_overload(struct window *window, msec sent_at, msec now)
{
	if (window->halved && sent_at <= window->halved_at)
		return;
	window->size = clamp_size(window->size / 2, window->max);
	window->successes = 0;
	window->halved = true;
	window->halved_at = now;
}
