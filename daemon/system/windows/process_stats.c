/* Asks libuv and the kernel; there is no limit of open handles. */
#include "daemon/system/process_stats.h"

#include <uv.h>

void process_stats_read(struct process_stats *ret)
{
	uv_rusage_t usage = {0};
	size_t memory = 0;
	DWORD handles = 0;

	(void)uv_getrusage(&usage);
	(void)uv_resident_set_memory(&memory);
	(void)GetProcessHandleCount(GetCurrentProcess(), &handles);
	*ret = (struct process_stats){
	        .cpu_seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	                       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
	        .memory = memory,
	        .fds = handles,
	};
}
