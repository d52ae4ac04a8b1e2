/* Bounds that libc and libuv take once, at the start. */
#include "daemon/system/process.h"

#include <fcntl.h>
#include <stdlib.h> /* says whether this is glibc */
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <unistd.h>
#include <uv.h>

/* Started with one of 0, 1, 2 closed, a log or a socket would get its number: what is printed would
 * land there, and libuv aborts when it closes it. */
static void occupy_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		(void)close(fd);
}

void process_prepare(void)
{
	occupy_standard_streams();
#ifdef __GLIBC__
	/* a heap for each of eight workers would hold memory that nobody uses */
	(void)mallopt(M_ARENA_MAX, 2);
#endif
	/* Names and files share the workers: a slow name server must not hold up the log. */
	(void)uv_os_setenv("UV_THREADPOOL_SIZE", "8");
}
