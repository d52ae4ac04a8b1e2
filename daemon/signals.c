/* SIGINT and SIGTERM through the loop; unreferenced, so that they do not keep it alive. */
#include "daemon/signals.h"

#include <signal.h>
#include <sys/resource.h>

void signals_prepare(uint64_t descriptors)
{
	struct rlimit limit;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= descriptors)
		return;
	limit.rlim_cur = descriptors < limit.rlim_max ? descriptors : limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct signals *signals = handle->data;

	signals->received++;
	signals->received_cb(signals->arg, signals->received);
}

static void start_one(struct signals *signals, uv_loop_t *loop, uv_signal_t *handle, int number)
{
	ENSURE(uv_signal_init(loop, handle) == 0);
	handle->data = signals;
	ENSURE(uv_signal_start(handle, on_signal, number) == 0);
	uv_unref((uv_handle_t *)handle);
}

void signals_start(struct signals *signals, uv_loop_t *loop, void (*received)(void *arg, unsigned count), void *arg)
{
	*signals = (struct signals){.received_cb = received, .arg = arg};
	start_one(signals, loop, &signals->interrupt, SIGINT);
	start_one(signals, loop, &signals->terminate, SIGTERM);
}

void signals_close(struct signals *signals)
{
	uv_close((uv_handle_t *)&signals->interrupt, NULL);
	uv_close((uv_handle_t *)&signals->terminate, NULL);
}
