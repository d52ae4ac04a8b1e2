/* Decides by the first and the last line of an existing log file whether lines can be appended to
 * it. */
#include "daemon/files/dayfile.h"

#include <stdlib.h>

#include "daemon/system/file.h"
#include "daemon/files/sealing.h"

#define ATTEMPTS_MAX 1000
#define FIRST_LINE_MAX 512
#define LAST_LINE_MAX (64 * 1024)

/* Size of a regular file; else a negative code: UV_ENOENT when the file has been unlinked
 * meanwhile. */
static int64_t regular_size(uv_file fd)
{
	uv_fs_t req;
	int code = uv_fs_fstat(NULL, &req, fd, NULL);
	int64_t size = (req.statbuf.st_mode & 0170000) == 0100000 ? (int64_t)req.statbuf.st_size
	                                                          : UV_EINVAL;

	if (req.statbuf.st_nlink == 0)
		size = UV_ENOENT;

	uv_fs_req_cleanup(&req);
	return code < 0 ? code : size;
}

/* Appends up to `max` bytes of the file, from offset `at`, to `out`. */
static void read_piece(uv_file fd, int64_t at, size_t max, struct buf *out)
{
	uv_buf_t space = uv_buf_init(xmalloc(max), (unsigned)max);
	uv_fs_t req;
	int got;

	do {
		got = uv_fs_read(NULL, &req, fd, &space, 1, at, NULL);
		uv_fs_req_cleanup(&req);
		if (got > 0)
			buf_add(out, space.base, (size_t)got);
		at += got;
	} while (got > 0 && out->len < max);
	free(space.base);
}

static struct str first_line(struct str text)
{
	ptrdiff_t end = str_find_char(text, '\n');

	return end < 0 ? (struct str){0} : str_make(text.data, (size_t)end);
}

/* Finds the last line; false when it is longer than any line of ours. */
static bool last_line(struct str tail, bool all, struct seal_before *ret)
{
	size_t end = tail.len, start;

	ret->torn = tail.data[tail.len - 1] != '\n';
	if (!ret->torn)
		end--;
	for (start = end; start > 0 && tail.data[start - 1] != '\n'; start--)
		;
	ret->line = str_make(tail.data + start, end - start);
	return start > 0 || all;
}

static void begin_stream(struct dayfile *file, const struct seal_key *key,
                         const struct seal_before *before, struct buf *head)
{
	uint8_t random[SEAL_SALT_SIZE];

	sealing_random(random);
	sealer_begin(&file->sealer, key, SEAL_LOG, random, before, head);
}

/* Begins a new sealed stream after the existing ones; false when the file does not end as ours
 * do. */
static bool continue_sealed(struct dayfile *file, const struct seal_key *key, int64_t size,
                            struct buf *head)
{
	int64_t from = size > LAST_LINE_MAX ? size - LAST_LINE_MAX : 0;
	struct seal_before before;
	struct buf tail;

	buf_init(&tail, LAST_LINE_MAX);
	read_piece(file->fd, from, LAST_LINE_MAX, &tail);
	bool good = tail.len > 0 && last_line(buf_str(&tail), from == 0, &before);
	if (good)
		begin_stream(file, key, &before, head);
	buf_free(&tail);
	return good;
}

/* Whether lines can be appended to the open file. */
static bool can_append(struct dayfile *file, int64_t size, const struct seal_key *key,
                       struct buf *head)
{
	struct buf text;
	bool good;

	if (size == 0) {
		if (key != NULL)
			begin_stream(file, key, NULL, head);
		return true;
	}
	buf_init(&text, FIRST_LINE_MAX);
	read_piece(file->fd, 0, FIRST_LINE_MAX, &text);
	if (key == NULL)
		good = !seal_is_beginning(buf_str(&text));
	else
		good = seal_is_ours(key, SEAL_LOG, first_line(buf_str(&text))) &&
		       continue_sealed(file, key, size, head);
	buf_free(&text);
	return good;
}

static bool path_exists(const char *path)
{
	uv_fs_t req;
	int code = uv_fs_lstat(NULL, &req, path, NULL);

	uv_fs_req_cleanup(&req);
	return code == 0;
}

/* 1: open; 0: the file is of the other kind or somebody else's, try another name; or a negative
 * code. */
static int try_name(struct dayfile *file, const char *path, const struct seal_key *key,
                    struct buf *head)
{
	uv_fs_t req;

	file->fd = uv_fs_open(NULL, &req, path,
	                      UV_FS_O_RDWR | UV_FS_O_CREAT | UV_FS_O_APPEND | UV_FS_O_NONBLOCK |
	                              UV_FS_O_NOFOLLOW,
	                      0600, NULL);
	uv_fs_req_cleanup(&req);
	if (file->fd < 0)
		return file->fd == UV_EACCES && path_exists(path) ? 0 : file->fd;
	file_give_to_folder(file->fd, path);
	/* Two processes may add lines to a plain file, never to a sealed one. */
	bool locked = file_lock(file->fd, key != NULL);
	int64_t size = regular_size(file->fd);
	if (locked && size >= 0 && can_append(file, size, key, head))
		return 1;
	file_close(file->fd);
	return size < 0 && size != UV_ENOENT ? (int)size : 0;
}

int dayfile_open(struct dayfile *file, const char *dir, msec wall, const struct seal_key *key,
                 bool (*taken)(void *arg, const char *name), void *arg, struct buf *head,
                 struct err *err)
{
	for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
		report_log_name(file->name, wall, attempt);
		if (taken != NULL && taken(arg, file->name))
			continue;
		char *path = xasprintf("%s/%s", dir, file->name);
		int code = try_name(file, path, key, head);
		if (code < 0)
			err_set(err, "log.dir: %s cannot be written: %s", path, uv_strerror(code));
		free(path);
		if (code != 0)
			return code < 0 ? -1 : 0;
	}
	return err_set(err, "log.dir: %s: too many log files for this day", dir);
}
