/* Exceptions that nobody handles, and abort(), which is a signal of the C library here too. */
#include "daemon/system/crash.h"

#include <signal.h>
#include <windows.h>

static void (*last_deed)(void); /* global, because the handlers have no argument */

static LONG WINAPI on_exception(EXCEPTION_POINTERS *exception)
{
	last_deed();
	return EXCEPTION_CONTINUE_SEARCH;
}

/* When it returns, abort() ends the process. */
static void on_abort(int number)
{
	last_deed();
}

void crash_watch(void (*last)(void))
{
	last_deed = last;
	(void)SetUnhandledExceptionFilter(on_exception);
	(void)signal(SIGABRT, on_abort);
}
