/* Parses the names of the log folder strictly, and lists the folder sorted, which libuv does not
 * do. */
#include "daemon/files/logdir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "daemon/system/file.h"

#define NUMBER_DIGITS_MAX 10

/* --- names --- */

static bool parse_text(struct str *rest, struct str text)
{
	if (!str_starts(*rest, text))
		return false;
	*rest = str_skip(*rest, text.len);
	return true;
}

static bool parse_digits(struct str *rest, size_t count, int *ret)
{
	*ret = 0;
	if (rest->len < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!ascii_is_digit(rest->data[i]))
			return false;
		*ret = 10 * *ret + (rest->data[i] - '0');
	}
	*rest = str_skip(*rest, count);
	return true;
}

/* Parses a number without leading zeros that is at least `least`. */
static bool parse_plain_number(struct str *rest, uint64_t least, uint64_t *ret)
{
	size_t digits = 0;

	while (digits < rest->len && ascii_is_digit(rest->data[digits]))
		digits++;
	if (digits == 0 || digits > NUMBER_DIGITS_MAX || rest->data[0] == '0' ||
	    str_to_u64(str_make(rest->data, digits), ret) < 0 || *ret < least)
		return false;
	*rest = str_skip(*rest, digits);
	return true;
}

/* Parses "_2", "_3" …, or nothing. */
static bool parse_repeat_suffix(struct str *rest)
{
	uint64_t number;

	return !parse_text(rest, STR("_")) || parse_plain_number(rest, 2, &number);
}

static bool parse_day(struct str *rest, msec *ret_day)
{
	int year, month, day;
	char iso[32];

	if (!parse_digits(rest, 4, &year) || !parse_digits(rest, 2, &month) ||
	    !parse_digits(rest, 2, &day))
		return false;
	snprintf(iso, sizeof(iso), "%04d-%02d-%02dT00:00:00Z", year % 10000, month % 100,
	         day % 100);
	if (clock_parse_iso(str_of(iso), ret_day) < 0)
		return false;
	struct clock_fields fields = clock_split(*ret_day);
	return fields.year == year && fields.month == month && fields.day == day;
}

static bool parse_time_of_day(struct str *rest)
{
	int hour, minute, second;

	return parse_digits(rest, 2, &hour) && parse_digits(rest, 2, &minute) &&
	       parse_digits(rest, 2, &second) && hour < 24 && minute < 60 && second < 61;
}

static bool parse_log_name(struct str *rest, msec *ret_day)
{
	return parse_day(rest, ret_day) && parse_repeat_suffix(rest) &&
	       parse_text(rest, STR(".log"));
}

static bool parse_results_name(struct str *rest, msec *ret_day)
{
	return parse_text(rest, STR("results_")) && parse_day(rest, ret_day) &&
	       parse_text(rest, STR("_")) && parse_time_of_day(rest) && parse_repeat_suffix(rest) &&
	       parse_text(rest, STR(".json"));
}

static const struct logdir_name foreign = {.kind = LOGDIR_FOREIGN};

/* Parses the names that do not begin with a dot. */
static struct logdir_name parse_plain(struct str text)
{
	struct logdir_name name = {.results = true};
	struct str rest = text;
	uint64_t number;

	if (!parse_results_name(&rest, &name.day)) {
		name.results = false;
		rest = text;
		if (!parse_log_name(&rest, &name.day))
			return foreign;
	}
	name.kind = rest.len > 0 ? LOGDIR_BACKUP : name.results ? LOGDIR_RESULTS : LOGDIR_LOG;
	if (rest.len > 0 && !parse_text(&rest, STR(".bak")))
		return foreign;
	if (rest.len > 0 && (!parse_text(&rest, STR(".")) ||
	                     !parse_plain_number(&rest, 1, &number) || rest.len > 0))
		return foreign;
	return name;
}

static struct logdir_name parse_unfinished(struct str text)
{
	struct logdir_name name = {.kind = LOGDIR_TEMPORARY, .results = true};

	if (!parse_results_name(&text, &name.day) || !parse_text(&text, STR(".")) ||
	    !parse_plain_number(&text, 1, &name.pid) || text.len > 0)
		return foreign;
	return name;
}

static struct logdir_name parse_temporary(struct str text)
{
	static const struct str erase = {".erase", 6};

	if (!str_ends(text, erase))
		return parse_unfinished(text);
	struct str inner = text;
	/* The suffix may be repeated: an .erase file that a dead process left was itself
	 * rewritten. */
	while (str_ends(inner, erase))
		inner = str_make(inner.data, inner.len - erase.len);
	struct logdir_name name = parse_plain(inner);
	if (name.kind == LOGDIR_FOREIGN)
		name = parse_unfinished(inner);
	if (name.kind != LOGDIR_FOREIGN)
		name.kind = LOGDIR_TEMPORARY;
	name.pid = 0;
	return name;
}

struct logdir_name logdir_parse(struct str text)
{
	return parse_text(&text, STR(".")) ? parse_temporary(text) : parse_plain(text);
}

/* --- the folder --- */

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Returns the number of our names in `*ret`, sorted; or a negative code. */
static ssize_t list_names(const char *dir, char ***ret)
{
	uv_fs_t req;
	uv_dirent_t entry;
	int code = uv_fs_scandir(NULL, &req, dir, 0, NULL);
	size_t count = 0;

	*ret = NULL;
	if (code > 0)
		*ret = xcalloc((size_t)code, sizeof(char *));
	while (code > 0 && uv_fs_scandir_next(&req, &entry) == 0)
		if (logdir_parse(str_of(entry.name)).kind != LOGDIR_FOREIGN)
			(*ret)[count++] = xstrdup(entry.name);
	uv_fs_req_cleanup(&req);
	if (count > 0)
		qsort(*ret, count, sizeof(char *), compare_names);
	return code < 0 ? code : (ssize_t)count;
}

static bool is_regular(const char *path)
{
	uv_fs_t req;
	bool yes = uv_fs_lstat(NULL, &req, path, NULL) == 0 &&
	           (req.statbuf.st_mode & 0170000) == 0100000;

	uv_fs_req_cleanup(&req);
	return yes;
}

int logdir_each(const char *dir,
                bool (*each)(void *arg, const char *path, const struct logdir_name *name),
                void *arg, struct err *err)
{
	char **names;
	ssize_t count = list_names(dir, &names);
	bool more = true;

	for (ssize_t i = 0; i < count; i++) {
		struct logdir_name name = logdir_parse(str_of(names[i]));
		char *path = xasprintf("%s/%s", dir, names[i]);

		if (more && is_regular(path))
			more = each(arg, path, &name);
		free(path);
		free(names[i]);
	}
	free(names);
	return count < 0 ? err_set(err, "%s: %s", dir, uv_strerror((int)count)) : 0;
}

void logdir_sync(const char *dir)
{
	uv_fs_t req;
	int fd = uv_fs_open(NULL, &req, dir, UV_FS_O_RDONLY, 0, NULL);

	uv_fs_req_cleanup(&req);
	if (fd < 0)
		return;
	(void)uv_fs_fsync(NULL, &req, fd, NULL);
	uv_fs_req_cleanup(&req);
	file_close(fd);
}

msec logdir_changed(const char *path)
{
	uv_fs_t req;
	msec wall = 0;

	if (uv_fs_lstat(NULL, &req, path, NULL) == 0)
		wall = (msec)req.statbuf.st_mtim.tv_sec * MSEC_SECOND +
		       req.statbuf.st_mtim.tv_nsec / 1000000;
	uv_fs_req_cleanup(&req);
	return wall;
}

bool logdir_is_gone(const char *path)
{
	uv_fs_t req;
	int code = uv_fs_lstat(NULL, &req, path, NULL);

	uv_fs_req_cleanup(&req);
	return code == UV_ENOENT;
}

int logdir_remove(const char *path)
{
	uv_fs_t req;
	int code = uv_fs_unlink(NULL, &req, path, NULL);

	uv_fs_req_cleanup(&req);
	return code;
}

/* Claims the name with an empty file of ours, then renames over it. */
static int take_by_rename(const char *from, const char *to)
{
	uv_fs_t req;
	int fd = uv_fs_open(NULL, &req, to, UV_FS_O_WRONLY | UV_FS_O_CREAT | UV_FS_O_EXCL, 0600,
	                    NULL),
	    code;

	uv_fs_req_cleanup(&req);
	if (fd < 0)
		return fd;
	file_close(fd);
	code = uv_fs_rename(NULL, &req, from, to, NULL);
	uv_fs_req_cleanup(&req);
	if (code < 0)
		(void)logdir_remove(to);
	return code;
}

int logdir_take_name(const char *from, const char *to)
{
	uv_fs_t req;
	int code = uv_fs_link(NULL, &req, from, to, NULL);

	uv_fs_req_cleanup(&req);
	if (code == UV_EEXIST)
		return code;
	if (code < 0)
		return take_by_rename(from, to);
	(void)logdir_remove(from);
	return 0;
}

bool logdir_is_left_over(const char *path, const struct logdir_name *name, msec started_wall)
{
	if (name->pid == 0)
		return true;
	if (name->pid == (uint64_t)uv_os_getpid())
		return logdir_changed(path) < started_wall;
	return name->pid > INT32_MAX || uv_kill((int)name->pid, 0) == UV_ESRCH;
}
