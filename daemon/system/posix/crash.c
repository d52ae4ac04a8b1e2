/* Handles the signals of a mistake. */
#include "daemon/system/crash.h"

#include <signal.h>

static void (*last_deed)(void); /* global, because a signal handler has no argument */

static void on_fatal_signal(int number)
{
	struct sigaction usual = {.sa_handler = SIG_DFL};

	last_deed();
	(void)sigaction(number, &usual, NULL);
	(void)raise(number);
}

void crash_watch(void (*last)(void))
{
	static const int fatal_signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE};
	struct sigaction action = {.sa_handler = on_fatal_signal, .sa_flags = SA_NODEFER};

	last_deed = last;
	for (size_t i = 0; i < ARRAY_LEN(fatal_signals); i++)
		(void)sigaction(fatal_signals[i], &action, NULL);
}
