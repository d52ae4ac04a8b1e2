/* An fcntl lock, because unlike flock it tells which process holds it. */
#include "daemon/system/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int claim_take(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_SETLK, &lock) == 0)
		return 0;
	return errno == EACCES || errno == EAGAIN ? CLAIM_TAKEN : -errno;
}

long claim_holder(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK && lock.l_pid > 0)
		return lock.l_pid;
	return 0;
}
