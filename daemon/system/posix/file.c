/* Locks, owners and modes of files, which POSIX has. */
#include "daemon/system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Counts as locked where the file system has no locks. */
bool file_lock(int fd, bool alone)
{
	return flock(fd, (alone ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

/* Calls stat() on the folder of `path`. */
static int stat_folder(const char *path, struct stat *ret)
{
	char *folder = file_folder(path);
	int code = stat(folder, ret);

	free(folder);
	return code;
}

/* Whether we have just created it: a file with content or another link may be somebody else's. */
static bool is_new(const struct stat *made)
{
	return S_ISDIR(made->st_mode) ||
	       (S_ISREG(made->st_mode) && made->st_size == 0 && made->st_nlink == 1);
}

void file_give_to_folder(int fd, const char *path)
{
	struct stat made, folder;

	if (geteuid() != 0 || fstat(fd, &made) < 0 || made.st_uid != 0 || !is_new(&made))
		return;
	if (stat_folder(path, &folder) == 0 && folder.st_uid != 0 &&
	    fchown(fd, folder.st_uid, folder.st_gid) < 0)
		return; /* this file system has no owners */
}

void file_give_directory_to_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	file_give_to_folder(fd, path);
	(void)close(fd);
}

char *file_group(const char *path)
{
	struct stat status;

	if (stat(path, &status) < 0 || status.st_gid == 0 || (status.st_mode & 0060) != 0060)
		return NULL;
	const struct group *group = getgrgid(status.st_gid);
	return group != NULL ? xstrdup(group->gr_name) : xasprintf("%u", (unsigned)status.st_gid);
}

/* Whether every user may pass through all folders above the path, which is absolute. */
static bool is_way_open(const char *path)
{
	char *folder = xstrdup(path), *slash;
	bool open = true;

	while (open && (slash = strrchr(folder, '/')) != NULL && slash != folder) {
		struct stat status;

		*slash = '\0';
		open = stat(folder, &status) == 0 && (status.st_mode & S_IXOTH) != 0;
	}
	free(folder);
	return open;
}

char *file_open_to_others(const char *path)
{
	char *absolute = realpath(path, NULL);
	struct stat status;
	bool open = absolute != NULL && stat(absolute, &status) == 0 &&
	            (status.st_mode & S_IROTH) != 0 && is_way_open(absolute);

	free(absolute);
	return open ? xasprintf(" (mode %04o): chmod 600 %s", (unsigned)status.st_mode & 07777,
	                        path)
	            : NULL;
}
