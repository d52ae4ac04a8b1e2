/* Asks libuv and the kernel. */
#include "daemon/system/process_stats.h"

#include <dirent.h>
#include <sys/resource.h>
#include <uv.h>

/* The folder shows itself twice ("." and ".."), and the descriptor that reads it. */
static uint64_t count_fds(void)
{
	DIR *folder = opendir("/proc/self/fd");
	uint64_t count = 0;

	if (folder == NULL)
		return 0;
	while (readdir(folder) != NULL)
		count++;
	(void)closedir(folder);
	return count > 3 ? count - 3 : 0;
}

void process_stats_read(struct process_stats *ret)
{
	uv_rusage_t usage = {0};
	struct rlimit limit = {0};
	size_t memory = 0;

	(void)uv_getrusage(&usage);
	(void)uv_resident_set_memory(&memory);
	(void)getrlimit(RLIMIT_NOFILE, &limit);
	*ret = (struct process_stats){
	        .cpu_seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	                       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
	        .memory = memory,
	        .fds = count_fds(),
	        .fds_most = limit.rlim_cur,
	};
}
