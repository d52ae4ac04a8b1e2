/* What Windows sends to a program of the console, by libuv's handles: Ctrl-C asks it to end; so
 * does the end of the console or of the session, which leave it a few seconds; Ctrl-Break asks a
 * service that runs in a console to read its configuration again. Of a real service the Service
 * Control Manager asks the same. */
#include "daemon/system/signals.h"

#include <signal.h>

#include "daemon/system/windows/service_run.h"

/* A closed pipe is the error of a call here anyway. */
void signals_prepare(void)
{
}

/* Ctrl-Break before signals_start() ends the program, which has done nothing yet. */
void signals_hold_hangup(void)
{
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct signals *signals = handle->data;

	signals->received++;
	signals->received_cb(signals->arg, signals->received);
}

static void on_break(uv_signal_t *handle, int number)
{
	struct signals *signals = handle->data;

	signals->reload(signals->arg);
}

static void on_manager(uv_async_t *wake)
{
	struct signals *signals = wake->data;
	unsigned commands = service_take_commands();

	if ((commands & SERVICE_WAS_RELOADED) != 0 && signals->reload)
		signals->reload(signals->arg);
	if ((commands & (SERVICE_WAS_PAUSED | SERVICE_WAS_CONTINUED)) != 0)
		signals->pause(signals->arg, (commands & SERVICE_WAS_PAUSED) != 0);
	if ((commands & SERVICE_WAS_STOPPED) != 0)
		on_signal(&signals->terminate, 0);
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
	start_signal(signals, loop, &signals->terminate, on_signal, SIGHUP);
	if (reload)
		start_signal(signals, loop, &signals->hangup, on_break, SIGBREAK);
	ENSURE(uv_async_init(loop, &signals->manager, on_manager) == 0);
	signals->manager.data = signals;
	uv_unref((uv_handle_t *)&signals->manager);
	service_wake(&signals->manager);
}

unsigned signals_received(const struct signals *signals)
{
	return signals->received;
}

void signals_close(struct signals *signals)
{
	service_wake(NULL);
	uv_close((uv_handle_t *)&signals->manager, NULL);
	uv_close((uv_handle_t *)&signals->interrupt, NULL);
	uv_close((uv_handle_t *)&signals->terminate, NULL);
	if (signals->reload)
		uv_close((uv_handle_t *)&signals->hangup, NULL);
	(void)SetConsoleCtrlHandler(NULL, TRUE); /* Ctrl-C is ignored from now on */
}

void signals_usual(void)
{
	(void)SetConsoleCtrlHandler(NULL, FALSE);
}
