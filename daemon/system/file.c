/* File helpers with libuv's synchronous calls where it has them, which are portable, and system
 * calls otherwise. They block. */
#include "daemon/system/file.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#define PROBE_BYTES (64 * 1024)

static int refuse_file(struct err *err, const char *path, int code, const char *reason)
{
	err_set(err, "%s: %s", path, reason);
	return code;
}

/* O_NONBLOCK: opening a FIFO must not wait for a writer. */
static int open_for_reading(const char *path, struct err *err)
{
	uv_fs_t req;
	int fd = uv_fs_open(NULL, &req, path, UV_FS_O_RDONLY | UV_FS_O_NONBLOCK | UV_FS_O_NOCTTY, 0,
	                    NULL);

	uv_fs_req_cleanup(&req);
	if (fd < 0)
		return refuse_file(err, path, fd, uv_strerror(fd));
	return fd;
}

static const char *name_of_kind(uint64_t mode)
{
	switch (mode & 0170000) {
	case 0040000: return "a directory";
	case 0010000: return "a FIFO";
	case 0020000: return "a device";
	case 0060000: return "a device";
	case 0140000: return "a socket";
	default: return "not a regular file";
	}
}

static int check_kind_and_size(const char *path, int fd, size_t max, struct err *err)
{
	uv_fs_t req;
	int code = uv_fs_fstat(NULL, &req, fd, NULL);
	uint64_t mode = req.statbuf.st_mode, size = req.statbuf.st_size;

	uv_fs_req_cleanup(&req);
	if (code < 0)
		return refuse_file(err, path, code, uv_strerror(code));
	if ((mode & 0170000) != 0100000) {
		err_set(err, "%s: is %s; a regular file is required", path, name_of_kind(mode));
		return UV_EINVAL;
	}
	if (size > max) {
		err_set(err, "%s: has %llu bytes; at most %zu are read", path,
		        (unsigned long long)size, max);
		return UV_EFBIG;
	}
	return 0;
}

void file_close(int fd)
{
	uv_fs_t req;

	(void)uv_fs_close(NULL, &req, fd, NULL);
	uv_fs_req_cleanup(&req);
}

/* The limit is checked while reading too: the file may have grown, and files of /proc have size
 * 0. */
static int read_all(const char *path, int fd, size_t max, struct buf *out, struct err *err)
{
	char piece[8192];
	size_t total = 0;

	for (;;) {
		uv_fs_t req;
		uv_buf_t space = uv_buf_init(piece, sizeof(piece));
		int got = uv_fs_read(NULL, &req, fd, &space, 1, -1, NULL);

		uv_fs_req_cleanup(&req);
		if (got < 0)
			return refuse_file(err, path, got, uv_strerror(got));
		if (got == 0)
			return 0;
		total += (size_t)got;
		if (total > max) {
			err_set(err, "%s: has more than %zu bytes", path, max);
			return UV_EFBIG;
		}
		buf_add(out, piece, (size_t)got);
	}
}

FILE *file_open(const char *path, struct err *err)
{
	int fd = open_for_reading(path, err);

	if (fd < 0)
		return NULL;
	if (check_kind_and_size(path, fd, SIZE_MAX, err) < 0) {
		file_close(fd);
		return NULL;
	}
	FILE *file = fdopen(fd, "rb");
	if (file == NULL) {
		err_set(err, "%s: %s", path, strerror(errno));
		file_close(fd);
	}
	return file;
}

int file_read(const char *path, size_t max, struct buf *out, struct err *err)
{
	int fd = open_for_reading(path, err), code;

	if (fd < 0)
		return fd;
	code = check_kind_and_size(path, fd, max, err);
	if (code == 0)
		code = read_all(path, fd, max, out, err);
	file_close(fd);
	return code;
}

/* Counts as locked where the file system has no locks. */
bool file_lock(int fd, bool alone)
{
	return flock(fd, (alone ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

/* Calls stat() on the folder of `path`. */
static int stat_folder(const char *path, struct stat *ret)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL   ? xstrdup(".")
	               : slash == path ? xstrdup("/")
	                               : xmemdup0(path, (size_t)(slash - path));
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

static void give_directory_to_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	file_give_to_folder(fd, path);
	(void)close(fd);
}

static int make_directory(const char *path, struct err *err)
{
	uv_fs_t req;
	int code = uv_fs_mkdir(NULL, &req, path, 0700, NULL);

	uv_fs_req_cleanup(&req);
	if (code == 0)
		give_directory_to_folder(path);
	if (code == 0 || code == UV_EEXIST)
		return 0;
	return refuse_file(err, path, code, uv_strerror(code));
}

static bool is_directory(const char *path)
{
	uv_fs_t req;
	bool yes = uv_fs_stat(NULL, &req, path, NULL) == 0 &&
	           (req.statbuf.st_mode & 0170000) == 0040000;

	uv_fs_req_cleanup(&req);
	return yes;
}

char *file_folder(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return xstrdup(".");
	return slash == path ? xstrdup("/") : xmemdup0(path, (size_t)(slash - path));
}

int file_make_directories(const char *path, struct err *err)
{
	int code = 0;

	if (is_directory(path))
		return 0;
	char *copy = xstrdup(path);
	for (char *slash = strchr(copy + 1, '/'); slash != NULL && code == 0;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (!is_directory(copy))
			code = make_directory(copy, err);
		*slash = '/';
	}
	if (code == 0)
		code = make_directory(path, err);
	free(copy);
	if (code == 0 && !is_directory(path))
		return refuse_file(err, path, UV_ENOTDIR, "is not a directory");
	return code;
}

static int write_probe(const char *folder)
{
	static const char zeros[PROBE_BYTES];
	char *path = xasprintf("%s/.ai-ticketd.%d", folder, (int)uv_os_getpid());
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600),
	    code = fd < 0 ? errno : 0;

	if (fd >= 0) {
		ssize_t written = write(fd, zeros, sizeof(zeros));

		if (written < 0 || fsync(fd) < 0)
			code = errno;
		else if (written < (ssize_t)sizeof(zeros))
			code = ENOSPC;
		(void)close(fd);
		(void)unlink(path);
	}
	free(path);
	return code;
}

bool file_disk_refuses(const char *folder)
{
	char *path = xstrdup(folder), *slash;
	int code = write_probe(path);

	while (code == ENOENT && (slash = strrchr(path, '/')) != NULL && slash != path) {
		*slash = '\0';
		code = write_probe(path);
	}
	free(path);
	return code == ENOSPC || code == EDQUOT || code == EIO || code == EROFS;
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

bool file_open_to_others(const char *path, unsigned *ret_mode)
{
	char *absolute = realpath(path, NULL);
	struct stat status;
	bool open = absolute != NULL && stat(absolute, &status) == 0 &&
	            (status.st_mode & S_IROTH) != 0 && is_way_open(absolute);

	free(absolute);
	*ret_mode = open ? (unsigned)status.st_mode & 07777 : 0;
	return open;
}
