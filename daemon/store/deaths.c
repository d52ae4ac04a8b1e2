/* The file is small and rarely read, so each function reads all of it. Marks are removed in
 * place, so that the descriptor of the signal handler stays valid. */
#include "daemon/store/deaths.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "daemon/system/disk.h"
#include "daemon/system/file.h"

/* ten digits of the account, a colon, twenty digits of the id, and the newline */
#define LINE_MAX_BYTES 32

/* Moves to the end and ends the last line, which may be incomplete when a write was cut off.
 * The file is not opened with O_APPEND, because on Linux a write at an offset would then append
 * instead of overwriting; we are the only writer, by the store's lock. */
static void go_to_end(int fd)
{
	off_t end = lseek(fd, 0, SEEK_END);
	char last = '\n';

	if (end > 0 && disk_read(fd, &last, 1, end - 1) == 1 && last != '\n' &&
	    write(fd, "\n", 1) < 0)
		return;
}

int deaths_open(const char *path, struct err *err)
{
	int fd = disk_open(path,
	                   UV_FS_O_RDWR | UV_FS_O_CREAT | UV_FS_O_NOFOLLOW | UV_FS_O_NONBLOCK |
	                           UV_FS_O_NOCTTY,
	                   0600),
	    code = 0;
	uv_stat_t stat;

	if (fd < 0)
		return err_set(err, "store.path: %s: %s", path, disk_words(fd));
	if (disk_stat(fd, &stat) < 0 || !disk_is_regular(&stat)) {
		file_close(fd);
		return err_set(err, "store.path: %s: is not a regular file", path);
	}
	file_give_to_folder(fd, path);
	if (stat.st_size > DEATHS_BYTES_MAX)
		code = disk_cut(fd, 0);
	if (code < 0) {
		file_close(fd);
		return err_set(err, "store.path: %s: is too long and cannot be emptied: %s", path,
		               disk_words(code));
	}
	go_to_end(fd);
	return fd;
}

void deaths_close(int fd)
{
	file_close(fd);
}

/* Writes the digits backwards, the last one before `at`; returns where they begin. Nothing for
 * 0. */
static size_t write_number(char *text, size_t at, uint64_t number)
{
	for (; number > 0; number /= 10)
		text[--at] = (char)('0' + number % 10);
	return at;
}

void deaths_mark(int fd, struct ticket_key ticket)
{
	char text[LINE_MAX_BYTES];
	size_t at = sizeof(text);

	if (ticket.id == 0)
		return;
	text[--at] = '\n';
	at = write_number(text, at, ticket.id);
	if (ticket.account != ACCOUNT_FIRST) {
		text[--at] = ':';
		at = write_number(text, at, ticket.account);
	}
	if (write(fd, text + at, sizeof(text) - at) < 0)
		return;
}

static void read_whole(int fd, struct buf *out)
{
	char piece[4096];
	int got;

	buf_init(out, DEATHS_BYTES_MAX);
	while (out->len < DEATHS_BYTES_MAX &&
	       (got = disk_read(fd, piece, sizeof(piece), (int64_t)out->len)) > 0)
		buf_add(out, piece, (size_t)got);
}

static bool read_mark(struct str line, struct ticket_key *ret)
{
	ptrdiff_t colon = str_find_char(line, ':');
	uint64_t account = ACCOUNT_FIRST, id;

	if (colon >= 0 && (str_to_u64(str_make(line.data, (size_t)colon), &account) < 0 ||
	                   account == 0 || account > UINT32_MAX))
		return false;
	if (str_to_u64(str_skip(line, (size_t)(colon + 1)), &id) < 0 || id == 0)
		return false;
	*ret = ticket_key((uint32_t)account, id);
	return true;
}

/* Calls `each` for every mark with its offset in the file and its length. */
static void for_each_mark(int fd,
                          void (*each)(void *arg, struct ticket_key ticket, size_t at, size_t len),
                          void *arg)
{
	struct buf whole;

	read_whole(fd, &whole);
	struct str rest = buf_str(&whole);
	while (rest.data != NULL) {
		struct str line = str_split(&rest, '\n');
		struct ticket_key ticket;

		if (read_mark(line, &ticket))
			each(arg, ticket, (size_t)(line.data - whole.data), line.len);
	}
	buf_free(&whole);
}

struct counting {
	struct ticket_key ticket;
	unsigned count;
};

static void count_mark(void *arg, struct ticket_key ticket, size_t at, size_t len)
{
	struct counting *counting = arg;

	counting->count += ticket_key_eq(ticket, counting->ticket);
}

unsigned deaths_count(int fd, struct ticket_key ticket)
{
	struct counting counting = {.ticket = ticket};

	for_each_mark(fd, count_mark, &counting);
	return counting.count;
}

struct marks {
	struct ticket_key *items;
	size_t count, cap;
};

static void gather_mark(void *arg, struct ticket_key ticket, size_t at, size_t len)
{
	struct marks *marks = arg;

	if (marks->count == marks->cap) {
		marks->cap = marks->cap == 0 ? 64 : 2 * marks->cap;
		marks->items = xrealloc(marks->items, marks->cap * sizeof(*marks->items));
	}
	marks->items[marks->count++] = ticket;
}

static int compare_marks(const void *a, const void *b)
{
	const struct ticket_key *x = a, *y = b;

	if (x->account != y->account)
		return x->account < y->account ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

struct ticket_key *deaths_marked(int fd, size_t least, size_t *ret_count)
{
	struct marks marks = {.items = xmalloc(sizeof(*marks.items)), .cap = 1};
	struct ticket_key last = {0};
	size_t found = 0, alike = 0;

	for_each_mark(fd, gather_mark, &marks);
	qsort(marks.items, marks.count, sizeof(*marks.items), compare_marks);
	for (size_t i = 0; i < marks.count; i++) {
		struct ticket_key ticket = marks.items[i];

		alike = i > 0 && ticket_key_eq(ticket, last) ? alike + 1 : 1;
		last = ticket;
		if (alike == least)
			marks.items[found++] = ticket;
	}
	*ret_count = found;
	return marks.items;
}

struct forgetting {
	struct ticket_key ticket;
	int fd;
	int result;
};

static void blank_mark(void *arg, struct ticket_key ticket, size_t at, size_t len)
{
	struct forgetting *forgetting = arg;
	char blanks[64];

	if (!ticket_key_eq(ticket, forgetting->ticket))
		return;
	while (len > 0 && forgetting->result == 0) {
		size_t piece = len < sizeof(blanks) ? len : sizeof(blanks);

		memset(blanks, ' ', piece);
		int written = disk_write(forgetting->fd, blanks, piece, (int64_t)at);

		if (written != (int)piece)
			forgetting->result = written < 0 ? written : UV_ENOSPC;
		at += piece;
		len -= piece;
	}
}

int deaths_forget(int fd, struct ticket_key ticket)
{
	struct forgetting forgetting = {.ticket = ticket, .fd = fd};

	for_each_mark(fd, blank_mark, &forgetting);
	if (forgetting.result == 0)
		forgetting.result = disk_sync(fd);
	return forgetting.result;
}
