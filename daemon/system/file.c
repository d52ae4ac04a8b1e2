/* File helpers that are the same on every system: by libuv's synchronous calls, which block. */
#include "daemon/system/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "daemon/system/disk.h"
#include "daemon/system/path.h"

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

static int make_directory(const char *path, struct err *err)
{
	int code = disk_make_folder(path);

	if (code == 0)
		file_give_directory_to_folder(path);
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
	size_t len = path_folder_len(path);

	return len == 0 ? xstrdup(".") : xmemdup0(path, len);
}

int file_make_directories(const char *path, struct err *err)
{
	int code = 0;

	if (is_directory(path))
		return 0;
	char *copy = xstrdup(path);
	for (const char *slash = path_separator(path + 1); slash != NULL && code == 0;
	     slash = path_separator(slash + 1)) {
		size_t len = (size_t)(slash - path);

		copy[len] = '\0';
		if (!is_directory(copy))
			code = make_directory(copy, err);
		copy[len] = path[len];
	}
	if (code == 0)
		code = make_directory(path, err);
	free(copy);
	if (code == 0 && !is_directory(path))
		return refuse_file(err, path, UV_ENOTDIR, "is not a directory");
	return code;
}

/* 0 or a negative code. */
static int write_probe(const char *folder)
{
	static const char zeros[PROBE_BYTES];
	char *path = xasprintf("%s/.ai-ticketd.%d", folder, (int)uv_os_getpid());
	int fd = disk_open(path, UV_FS_O_WRONLY | UV_FS_O_CREAT | UV_FS_O_EXCL | UV_FS_O_NOFOLLOW,
	                   0600);
	int code = fd;

	if (fd >= 0) {
		code = disk_write(fd, zeros, sizeof(zeros), -1);
		if (code >= 0 && code < PROBE_BYTES)
			code = UV_ENOSPC;
		if (code >= 0)
			code = disk_sync(fd);
		file_close(fd);
		(void)disk_remove(path);
	}
	free(path);
	return code;
}

bool file_disk_refuses(const char *folder)
{
	char *path = xstrdup(folder);
	int code = write_probe(path);
	size_t len;

	/* up to the root, which is not tried */
	while (code == UV_ENOENT && (len = path_folder_len(path)) > 0 &&
	       path_separator(path + len) == path + len) {
		path[len] = '\0';
		code = write_probe(path);
	}
	free(path);
	return disk_is_refusal(code);
}
