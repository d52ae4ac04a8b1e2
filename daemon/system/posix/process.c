/* Settings that libc and libuv read once, at the start. */
#include "daemon/system/process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h> /* defines __GLIBC__ where this is glibc */
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <unistd.h>
#include <uv.h>

#include "base/base.h"

/* If the process is started with descriptor 0, 1 or 2 closed, a log or a socket would get that
 * number: printed text would go there, and libuv aborts when it closes such a descriptor. */
static void occupy_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		(void)close(fd);
}

/* Blocked signals are inherited: a parent that blocks SIGTERM around fork() would make a process
 * that nobody can stop. */
static void unblock_signals(void)
{
	sigset_t none;

	(void)sigemptyset(&none);
	ENSURE(pthread_sigmask(SIG_SETMASK, &none, NULL) == 0);
}

void process_arguments(int *argc, char ***argv)
{
}

void process_prepare(void)
{
	occupy_standard_streams();
	unblock_signals();
#ifdef __GLIBC__
	/* a heap for each of the eight workers would keep unused memory */
	(void)mallopt(M_ARENA_MAX, 2);
#endif
	/* Name lookups and file access share the workers: a slow name server must not delay the
	 * log. */
	(void)uv_os_setenv("UV_THREADPOOL_SIZE", "8");
}
