/* libuv's synchronous calls. */
#include "daemon/system/disk.h"

#define KIND_MASK 0170000
#define KIND_REGULAR 0100000

int disk_open(const char *path, int flags, int mode)
{
	uv_fs_t req;
	int fd = uv_fs_open(NULL, &req, path, flags, mode, NULL);

	uv_fs_req_cleanup(&req);
	return fd;
}

int disk_read(int fd, char *bytes, size_t len, int64_t at)
{
	uv_buf_t space = uv_buf_init(bytes, (unsigned)len);
	uv_fs_t req;
	int got = uv_fs_read(NULL, &req, fd, &space, 1, at, NULL);

	uv_fs_req_cleanup(&req);
	return got;
}

int disk_write(int fd, const char *bytes, size_t len, int64_t at)
{
	uv_buf_t piece = uv_buf_init((char *)(uintptr_t)bytes, (unsigned)len);
	uv_fs_t req;
	int written = uv_fs_write(NULL, &req, fd, &piece, 1, at, NULL);

	uv_fs_req_cleanup(&req);
	return written;
}

int disk_cut(int fd, int64_t len)
{
	uv_fs_t req;
	int code = uv_fs_ftruncate(NULL, &req, fd, len, NULL);

	uv_fs_req_cleanup(&req);
	return code;
}

int disk_sync(int fd)
{
	uv_fs_t req;
	int code = uv_fs_fsync(NULL, &req, fd, NULL);

	uv_fs_req_cleanup(&req);
	return code;
}

int disk_sync_data(int fd)
{
	uv_fs_t req;
	int code = uv_fs_fdatasync(NULL, &req, fd, NULL);

	uv_fs_req_cleanup(&req);
	return code;
}

static int take_stat(uv_fs_t *req, int code, uv_stat_t *ret)
{
	if (code == 0)
		*ret = req->statbuf;
	uv_fs_req_cleanup(req);
	return code;
}

int disk_stat(int fd, uv_stat_t *ret)
{
	uv_fs_t req;

	return take_stat(&req, uv_fs_fstat(NULL, &req, fd, NULL), ret);
}

int disk_stat_path(const char *path, uv_stat_t *ret)
{
	uv_fs_t req;

	return take_stat(&req, uv_fs_lstat(NULL, &req, path, NULL), ret);
}

int disk_stat_target(const char *path, uv_stat_t *ret)
{
	uv_fs_t req;

	return take_stat(&req, uv_fs_stat(NULL, &req, path, NULL), ret);
}

bool disk_is_regular(const uv_stat_t *stat)
{
	return (stat->st_mode & KIND_MASK) == KIND_REGULAR;
}

int disk_rename(const char *from, const char *to)
{
	uv_fs_t req;
	int code = uv_fs_rename(NULL, &req, from, to, NULL);

	uv_fs_req_cleanup(&req);
	return code;
}

int disk_remove(const char *path)
{
	uv_fs_t req;
	int code = uv_fs_unlink(NULL, &req, path, NULL);

	uv_fs_req_cleanup(&req);
	return code;
}

char *disk_resolve(const char *path, int *ret_code)
{
	uv_fs_t req;
	char *whole = NULL;

	*ret_code = uv_fs_realpath(NULL, &req, path, NULL);
	if (*ret_code == 0)
		whole = xstrdup(req.ptr);
	uv_fs_req_cleanup(&req);
	return whole;
}
