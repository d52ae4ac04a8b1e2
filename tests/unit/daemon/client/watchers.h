/* How many sockets a loop watches. */
#ifndef TEST_WATCHERS_H
#define TEST_WATCHERS_H

#include <uv.h>

static inline void watchers_count(uv_handle_t *handle, void *count)
{
	if (handle->type == UV_POLL && !uv_is_closing(handle))
		++*(int *)count;
}

static inline int watchers_of(uv_loop_t *loop)
{
	int count = 0;

	uv_walk(loop, watchers_count, &count);
	return count;
}

#endif
