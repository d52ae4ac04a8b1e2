/* What libuv does not tell of disks: a folder is synced as a file, and errors have the words of the
 * C library. */
#include "daemon/system/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int disk_make_folder(const char *path)
{
	uv_fs_t req;
	int code = uv_fs_mkdir(NULL, &req, path, 0700, NULL);

	uv_fs_req_cleanup(&req);
	return code;
}

int disk_sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), code = 0;

	if (fd < 0 || fsync(fd) < 0)
		code = -errno;
	if (fd >= 0)
		(void)close(fd);
	return code;
}

/* libuv's codes are the negative ones of the C library here. */
const char *disk_words(int code)
{
	return strerror(-code);
}

bool disk_is_refusal(int code)
{
	return code == -ENOSPC || code == -EDQUOT || code == -EIO || code == -EROFS;
}
