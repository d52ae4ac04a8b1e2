/* Names and file calls; SQLite never has these files open while they are used. */
#include "daemon/store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "daemon/file.h"

#define COPIES_MAX 10

static int refuse(struct err *err, const char *path)
{
	return err_set(err, "store.path: %s: %s", path, strerror(errno));
}

char *store_file_folder(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return xstrdup(".");
	return slash == path ? xstrdup("/") : xmemdup0(path, (size_t)(slash - path));
}

/* The folder is there; the file may not be. */
static char *resolve(const char *path, const char *folder, struct err *err)
{
	char whole[PATH_MAX];
	const char *slash = strrchr(path, '/');

	if (realpath(path, whole) != NULL)
		return xstrdup(whole);
	if (errno != ENOENT || realpath(folder, whole) == NULL) {
		refuse(err, path);
		return NULL;
	}
	return xasprintf("%s/%s", strcmp(whole, "/") == 0 ? "" : whole, slash != NULL ? slash + 1 : path);
}

char *store_file_resolve(const char *path, struct err *err)
{
	char *folder = store_file_folder(path), *whole = NULL;
	struct err why;

	if (path[0] == '\0' || path[strlen(path) - 1] == '/')
		err_set(err, "store.path: \"%s\" names no file", path);
	else if (file_make_directories(folder, &why) < 0)
		err_set(err, "store.path: %s", why.text);
	else
		whole = resolve(path, folder, err);
	free(folder);
	return whole;
}

int store_file_make(const char *path, struct err *err)
{
	struct stat stat;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
	bool regular;

	if (fd < 0)
		return refuse(err, path);
	file_give_to_folder(fd, path);
	regular = fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode);
	(void)close(fd);
	return regular ? 0 : err_set(err, "store.path: %s: is no regular file", path);
}

static char *copy_name(const char *path, int number)
{
	return number == 0 ? xasprintf("%s.bak", path) : xasprintf("%s.bak.%d", path, number);
}

static bool exists(const char *path)
{
	struct stat stat;

	return lstat(path, &stat) == 0;
}

static char *choose_copy(const char *path)
{
	char *name = copy_name(path, 0);

	for (int number = 1; number < COPIES_MAX && exists(name); number++) {
		free(name);
		name = copy_name(path, number);
	}
	return name;
}

/* The log of the damaged database must not be taken for that of the fresh one. */
static int move_with(const char *path, const char *copy, const char *suffix)
{
	char *from = xasprintf("%s%s", path, suffix), *to = xasprintf("%s%s", copy, suffix);
	int result = rename(from, to);

	if (result < 0 && errno == ENOENT)
		result = 0;
	free(from);
	free(to);
	return result;
}

int store_file_put_aside(const char *path, char **ret_copy, struct err *err)
{
	char *copy = choose_copy(path);

	if (move_with(path, copy, "-wal") < 0 || move_with(path, copy, "-journal") < 0 ||
	    move_with(path, copy, "") < 0) {
		err_set(err, "store.path: %s: damaged, and cannot be renamed: %s", path, strerror(errno));
		free(copy);
		return -1;
	}
	free(*ret_copy);
	*ret_copy = copy;
	return 0;
}

static int remove_one(const char *name, const char *suffix, struct err *err)
{
	char *path = xasprintf("%s%s", name, suffix);
	int result = 0;

	if (unlink(path) < 0 && errno != ENOENT)
		result = err_set(err, "%s: cannot be removed: %s", path, strerror(errno));
	free(path);
	return result;
}

int store_file_remove_copies(const char *path, unsigned *ret_count, struct err *err)
{
	int result = 0;

	*ret_count = 0;
	for (int number = 0; number < COPIES_MAX; number++) {
		char *name = copy_name(path, number);
		bool there = exists(name);

		if (remove_one(name, "", err) < 0 || remove_one(name, "-wal", err) < 0 ||
		    remove_one(name, "-journal", err) < 0)
			result = -1;
		else
			*ret_count += there;
		free(name);
	}
	return result;
}
