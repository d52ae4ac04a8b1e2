/* An fcntl lock, because unlike flock it tells which process holds it. The process number is
 * also written into the file, for processes that cannot see each other (containers that share a
 * folder). */
#include "daemon/store/sqlite/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/store/store_open.h"
#include "daemon/system/file.h"

static long find_holder(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char text[24] = "";

	if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0)
		return lock.l_pid;
	if (pread(fd, text, sizeof(text) - 1, 0) <= 0)
		return 0;
	return strtol(text, NULL, 10);
}

static int refuse_lock(int fd, const char *path, struct err *err)
{
	int code = errno;

	if (code == EACCES || code == EAGAIN)
		err_set(err, "store.path: in use by process %ld (%s)", find_holder(fd), path);
	else
		err_set(err, "store.path: %s: cannot be locked: %s", path, strerror(code));
	(void)close(fd);
	return code == EACCES || code == EAGAIN ? STORE_IN_USE : -1;
}

/* Writes our process number for people and for find_holder(); the lock does not depend on it. */
static void write_holder(int fd)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	if (ftruncate(fd, 0) < 0 || pwrite(fd, text, (size_t)len, 0) < 0)
		return;
}

int lock_take(const char *path, struct err *err)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd =
	        open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);

	if (fd < 0)
		return err_set(err, "store.path: %s: %s", path, strerror(errno));
	file_give_to_folder(fd, path);
	if (fcntl(fd, F_SETLK, &lock) < 0)
		return refuse_lock(fd, path, err);
	write_holder(fd);
	return fd;
}

void lock_release(int fd)
{
	(void)close(fd);
}
