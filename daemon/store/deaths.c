/* The file is small and read seldom, whole. Marks are taken back in place, so that the descriptor a handler holds stays good. */
#include "daemon/store/deaths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/map.h"
#include "daemon/system/file.h"

#define LINE_MAX_BYTES 21 /* 20 digits and the end of the line */

/* To the end, and to the start of a line: the last write may have been cut off. Not O_APPEND, under which Linux would append what
 * is to be overwritten; the store's lock makes us the only writer. */
static void go_to_end(int fd)
{
	off_t end = lseek(fd, 0, SEEK_END);
	char last = '\n';

	if (end > 0 && pread(fd, &last, 1, end - 1) == 1 && last != '\n' && write(fd, "\n", 1) < 0)
		return;
}

int deaths_open(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
	struct stat stat;

	if (fd < 0)
		return err_set(err, "store.path: %s: %s", path, strerror(errno));
	if (fstat(fd, &stat) < 0 || !S_ISREG(stat.st_mode)) {
		(void)close(fd);
		return err_set(err, "store.path: %s: is no regular file", path);
	}
	file_give_to_folder(fd, path);
	if (stat.st_size > DEATHS_BYTES_MAX && ftruncate(fd, 0) < 0) {
		err_set(err, "store.path: %s: is too long and cannot be emptied: %s", path, strerror(errno));
		(void)close(fd);
		return -1;
	}
	go_to_end(fd);
	return fd;
}

void deaths_close(int fd)
{
	(void)close(fd);
}

void deaths_mark(int fd, uint64_t id)
{
	char text[LINE_MAX_BYTES];
	size_t at = sizeof(text);

	if (id == 0)
		return;
	text[--at] = '\n';
	for (; id > 0; id /= 10)
		text[--at] = (char)('0' + id % 10);
	if (write(fd, text + at, sizeof(text) - at) < 0)
		return;
}

static void read_whole(int fd, struct buf *out)
{
	char piece[4096];
	ssize_t got;

	buf_init(out, DEATHS_BYTES_MAX);
	while (out->len < DEATHS_BYTES_MAX && (got = pread(fd, piece, sizeof(piece), (off_t)out->len)) > 0)
		buf_add(out, piece, (size_t)got);
}

/* Calls `each` for every mark with its place in the file. */
static void each_mark(int fd, void (*each)(void *arg, uint64_t id, size_t at, size_t len), void *arg)
{
	struct buf whole;
	struct str rest;

	read_whole(fd, &whole);
	rest = buf_str(&whole);
	while (rest.data != NULL) {
		struct str line = str_split(&rest, '\n');
		uint64_t id;

		if (line.len > 0 && str_to_u64(line, &id) == 0 && id != 0)
			each(arg, id, (size_t)(line.data - whole.data), line.len);
	}
	buf_free(&whole);
}

struct counting {
	uint64_t id;
	unsigned count;
};

static void count_one(void *arg, uint64_t id, size_t at, size_t len)
{
	struct counting *counting = arg;

	counting->count += id == counting->id;
}

unsigned deaths_count(int fd, uint64_t id)
{
	struct counting counting = {.id = id};

	each_mark(fd, count_one, &counting);
	return counting.count;
}

static void count_all(void *arg, uint64_t id, size_t at, size_t len)
{
	uint64_t count = 0;

	(void)map_get(arg, id, &count);
	map_put(arg, id, count + 1);
}

uint64_t *deaths_twice(int fd, size_t *ret_count)
{
	struct map counts;
	uint64_t *ids;
	size_t found = 0;

	map_init(&counts);
	each_mark(fd, count_all, &counts);
	ids = xmalloc((counts.count + 1) * sizeof(*ids));
	for (size_t i = 0; i < counts.cap; i++)
		if (counts.slots[i].key != 0 && counts.slots[i].value >= 2)
			ids[found++] = counts.slots[i].key;
	map_free(&counts);
	*ret_count = found;
	return ids;
}

struct forgetting {
	uint64_t id;
	int fd;
	int result;
};

static void forget_one(void *arg, uint64_t id, size_t at, size_t len)
{
	struct forgetting *forgetting = arg;
	char blanks[64];

	if (id != forgetting->id)
		return;
	while (len > 0 && forgetting->result == 0) {
		size_t piece = len < sizeof(blanks) ? len : sizeof(blanks);

		memset(blanks, ' ', piece);
		if (pwrite(forgetting->fd, blanks, piece, (off_t)at) != (ssize_t)piece)
			forgetting->result = -1;
		at += piece;
		len -= piece;
	}
}

int deaths_forget(int fd, uint64_t id)
{
	struct forgetting forgetting = {.id = id, .fd = fd};

	each_mark(fd, forget_one, &forgetting);
	if (forgetting.result == 0)
		forgetting.result = fsync(fd);
	return forgetting.result;
}
