/* The process number is also written into the file, for processes that cannot see each other
 * (containers that share a folder), and where the system does not tell who holds a lock. */
#include "daemon/store/sqlite/lock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/store/store_open.h"
#include "daemon/system/claim.h"
#include "daemon/system/disk.h"
#include "daemon/system/file.h"

static long find_holder(int fd)
{
	long holder = claim_holder(fd);
	char text[24] = "";

	if (holder > 0)
		return holder;
	if (disk_read(fd, text, sizeof(text) - 1, 0) <= 0)
		return 0;
	return strtol(text, NULL, 10);
}

static int refuse_lock(int fd, const char *path, int code, struct err *err)
{
	if (code == CLAIM_TAKEN)
		err_set(err, "store.path: in use by process %ld (%s)", find_holder(fd), path);
	else
		err_set(err, "store.path: %s: cannot be locked: %s", path, disk_words(code));
	file_close(fd);
	return code == CLAIM_TAKEN ? STORE_IN_USE : -1;
}

/* Writes our process number for people and for find_holder(); the lock does not depend on it. */
static void write_holder(int fd)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%ld\n", (long)uv_os_getpid());

	if (disk_cut(fd, 0) < 0 || disk_write(fd, text, (size_t)len, 0) < 0)
		return;
}

int lock_take(const char *path, struct err *err)
{
	int fd = disk_open(path,
	                   UV_FS_O_RDWR | UV_FS_O_CREAT | UV_FS_O_NOFOLLOW | UV_FS_O_NONBLOCK |
	                           UV_FS_O_NOCTTY,
	                   0600);

	if (fd < 0)
		return err_set(err, "store.path: %s: %s", path, disk_words(fd));
	file_give_to_folder(fd, path);
	int code = claim_take(fd);
	if (code != 0)
		return refuse_lock(fd, path, code, err);
	write_holder(fd);
	return fd;
}

void lock_release(int fd)
{
	file_close(fd);
}
