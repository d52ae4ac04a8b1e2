/* Receives SIGINT, SIGTERM and SIGHUP on the loop with unreferenced handles, which do not keep it
 * alive. */
#include "daemon/system/signals.h"

#include <signal.h>

void signals_prepare(void)
{
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
}

static void mask_hangup(int how)
{
	sigset_t hangup;

	(void)sigemptyset(&hangup);
	(void)sigaddset(&hangup, SIGHUP);
	ENSURE(pthread_sigmask(how, &hangup, NULL) == 0);
}

void signals_hold_hangup(void)
{
	mask_hangup(SIG_BLOCK);
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct signals *signals = handle->data;

	signals->received++;
	signals->received_cb(signals->arg, signals->received);
}

static void on_hangup(uv_signal_t *handle, int number)
{
	struct signals *signals = handle->data;

	signals->reload(signals->arg);
}

static void start_signal(struct signals *signals, uv_loop_t *loop, uv_signal_t *handle,
                         uv_signal_cb cb, int number)
{
	ENSURE(uv_signal_init(loop, handle) == 0);
	handle->data = signals;
	ENSURE(uv_signal_start(handle, cb, number) == 0);
	uv_unref((uv_handle_t *)handle);
}

void signals_start(struct signals *signals, uv_loop_t *loop,
                   void (*received)(void *arg, unsigned count), void (*reload)(void *arg),
                   void (*pause)(void *arg, bool pause), void *arg)
{
	*signals = (struct signals){
	        .received_cb = received, .reload = reload, .pause = pause, .arg = arg};
	start_signal(signals, loop, &signals->interrupt, on_signal, SIGINT);
	start_signal(signals, loop, &signals->terminate, on_signal, SIGTERM);
	if (!reload)
		return;
	start_signal(signals, loop, &signals->hangup, on_hangup, SIGHUP);
	mask_hangup(SIG_UNBLOCK);
}

unsigned signals_received(const struct signals *signals)
{
	return signals->received;
}

/* Closing a handle restores the signal's default, which would end the process in the middle of an
 * orderly end; so the signals are ignored. */
void signals_close(struct signals *signals)
{
	uv_close((uv_handle_t *)&signals->interrupt, NULL);
	uv_close((uv_handle_t *)&signals->terminate, NULL);
	if (signals->reload)
		uv_close((uv_handle_t *)&signals->hangup, NULL);
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
}

void signals_usual(void)
{
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGTERM, SIG_DFL);
}
