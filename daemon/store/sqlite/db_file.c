/* Names of the database's files and calls on them. SQLite has none of these files open during
 * the calls. */
#include "daemon/store/sqlite/db_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "daemon/system/disk.h"
#include "daemon/system/file.h"
#include "daemon/system/path.h"

#define COPIES_MAX 10

static int set_path_error(struct err *err, const char *path, int code)
{
	if (code == UV_ELOOP)
		return err_set(err,
		               "store.path: %s: is a symbolic link to a file that does not exist",
		               path);
	return err_set(err, "store.path: %s: %s", path, disk_words(code));
}

/* Resolves a path whose folder exists; the file itself may be missing. */
static char *resolve_in(const char *path, const char *folder, struct err *err)
{
	int code;
	char *whole = disk_resolve(path, &code);

	if (whole != NULL)
		return whole;
	char *above = code == UV_ENOENT ? disk_resolve(folder, &code) : NULL;
	if (above == NULL) {
		set_path_error(err, path, code);
		return NULL;
	}
	whole = xasprintf("%s/%s", strcmp(above, "/") == 0 ? "" : above, path_name(path));
	free(above);
	return whole;
}

char *db_file_resolve(const char *path, struct err *err)
{
	char *folder = file_folder(path), *whole = NULL;
	struct err why;

	if (path_name(path)[0] == '\0')
		err_set(err, "store.path: \"%s\" is not a file name", path);
	else if (file_make_directories(folder, &why) < 0)
		err_set(err, "store.path: %s", why.text);
	else
		whole = resolve_in(path, folder, err);
	free(folder);
	return whole;
}

int db_file_make(const char *path, struct err *err)
{
	int fd = disk_open(path,
	                   UV_FS_O_RDWR | UV_FS_O_CREAT | UV_FS_O_NOFOLLOW | UV_FS_O_NONBLOCK |
	                           UV_FS_O_NOCTTY,
	                   0600);
	uv_stat_t stat;

	if (fd < 0)
		return set_path_error(err, path, fd);
	file_give_to_folder(fd, path);
	bool regular = disk_stat(fd, &stat) == 0 && disk_is_regular(&stat);
	file_close(fd);
	return regular ? 0 : err_set(err, "store.path: %s: is not a regular file", path);
}

static char *copy_name(const char *path, int number)
{
	return number == 0 ? xasprintf("%s.bak", path) : xasprintf("%s.bak.%d", path, number);
}

static bool file_exists(const char *path)
{
	uv_stat_t stat;

	return disk_stat_path(path, &stat) == 0;
}

/* The highest number of an existing copy; -1 = none. */
static int last_copy(const char *path)
{
	int number = COPIES_MAX;
	bool there = false;

	while (!there && --number >= 0) {
		char *name = copy_name(path, number);

		there = file_exists(name);
		free(name);
	}
	return number;
}

char *db_file_next_copy(const char *path)
{
	int last = last_copy(path);

	return copy_name(path, last + 1 < COPIES_MAX ? last + 1 : last);
}

static const char *const companions[] = {"-wal", "-journal"};

static int remove_one(const char *name, const char *suffix, struct err *err)
{
	char *path = xasprintf("%s%s", name, suffix);
	int code = disk_remove(path), result = 0;

	if (code < 0 && code != UV_ENOENT)
		result = err_set(err, "%s: cannot be removed: %s", path, disk_words(code));
	free(path);
	return result;
}

static int remove_companions(const char *name, struct err *err)
{
	int result = 0;

	for (size_t i = 0; i < ARRAY_LEN(companions); i++)
		if (remove_one(name, companions[i], err) < 0)
			result = -1;
	return result;
}

/* Removes the database last, so that a log is never left without its database. */
int db_file_remove(const char *name, struct err *err)
{
	int result = remove_companions(name, err);

	return remove_one(name, "", err) < 0 ? -1 : result;
}

/* --- replacing a damaged database by a sound one --- */

char *db_file_new(const char *path)
{
	return xasprintf("%s.new", path);
}

static char *rebuilt_name(const char *path)
{
	return xasprintf("%s.rebuilt", path);
}

void db_file_drop_new(const char *path)
{
	char *name = db_file_new(path);
	struct err ignored;

	(void)db_file_remove(name, &ignored);
	free(name);
}

/* 0 or a negative code. */
static int sync_folder_of(const char *path)
{
	char *folder = file_folder(path);
	int code = disk_sync_folder(folder);

	free(folder);
	return code == UV_EINVAL ? 0 : code; /* this file system cannot sync folders */
}

int db_file_move(const char *from, const char *to, struct err *err)
{
	int code = disk_rename(from, to);

	if (code == 0)
		code = sync_folder_of(to);
	return code == 0 ? 0
	                 : err_set(err, "store.path: %s: cannot be renamed to %s: %s", from, to,
	                           disk_words(code));
}

/* Moves the log with the damaged database: SQLite must not apply it to the fresh one. */
static int move_companions(const char *path, const char *copy, struct err *err)
{
	int result = 0;

	for (size_t i = 0; i < ARRAY_LEN(companions) && result == 0; i++) {
		char *from = xasprintf("%s%s", path, companions[i]),
		     *to = xasprintf("%s%s", copy, companions[i]);

		if (file_exists(from))
			result = db_file_move(from, to, err);
		free(from);
		free(to);
	}
	return result;
}

/* The last steps of a swap, after the damaged database was renamed. */
static int finish_swap(const char *path, const char *copy, struct err *err)
{
	char *rebuilt = rebuilt_name(path);
	int result = move_companions(path, copy, err);

	if (result == 0)
		result = db_file_move(rebuilt, path, err);
	free(rebuilt);
	return result;
}

int db_file_swap(const char *path, const char *copy, struct err *err)
{
	char *new = db_file_new(path), *rebuilt = rebuilt_name(path);
	int result = remove_companions(copy, err);

	if (result == 0)
		result = db_file_move(new, rebuilt, err);
	if (result == 0)
		result = db_file_move(path, copy, err);
	if (result == 0)
		result = finish_swap(path, copy, err);
	free(new);
	free(rebuilt);
	return result;
}

int db_file_end_swap(const char *path, struct err *err)
{
	int last = last_copy(path), result = 0;
	char *rebuilt = rebuilt_name(path), *copy = copy_name(path, last < 0 ? 0 : last);

	db_file_drop_new(path);
	if (file_exists(path))
		result = db_file_remove(rebuilt, err);
	else if (file_exists(rebuilt))
		result = finish_swap(path, copy, err);
	free(rebuilt);
	free(copy);
	return result;
}

/* --- damaged databases --- */

int db_file_remove_copies(const char *path, unsigned *ret_count, struct err *err)
{
	int result = 0;

	*ret_count = 0;
	for (int number = 0; number < COPIES_MAX; number++) {
		char *name = copy_name(path, number);
		bool there = file_exists(name);

		if (db_file_remove(name, err) < 0)
			result = -1;
		else
			*ret_count += there;
		free(name);
	}
	return result;
}
