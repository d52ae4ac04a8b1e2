/* Keeps the file with plain system calls, because the order of syncing and renaming matters. */
#include "daemon/system/stop_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "daemon/system/file.h"

#define NAME "stop-writing"
#define SPARE NAME ".ready"
#define FILE_BYTES 512 /* one sector: overwritten as a whole, or not at all */
#define TOUCHED "the file " NAME " beside the database"

static char *path_in(const char *folder, const char *name)
{
	return xasprintf("%s/%s", folder, name);
}

/* "2026-11-22T10:00:00Z by alice" and blanks. False: it says something else. */
static bool parse(struct str text, struct stop_file *ret)
{
	struct str words = str_trim(text), when = str_split(&words, ' '),
	           by = str_split(&words, ' '), name = str_trim(words);

	if (clock_parse_iso(when, &ret->since) < 0 || !str_eq(by, STR("by")) || name.len == 0)
		return false;
	name = utf8_cut(name, sizeof(ret->by) - 1);
	for (size_t i = 0; i < name.len; i++)
		ret->by[i] = (unsigned char)name.data[i] < ' ' ? '?' : name.data[i];
	ret->by[name.len] = '\0';
	return true;
}

/* Of a file that must not be read, its name can still be seen: only a folder that is closed to us
 * is not the one of this service. */
static bool is_named(const char *path)
{
	struct stat stat;

	return lstat(path, &stat) == 0;
}

void stop_file_read(const char *folder, msec now, struct stop_file *ret)
{
	char *path = path_in(folder, NAME), text[FILE_BYTES];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	ssize_t len = fd >= 0 ? read(fd, text, sizeof(text)) : -1;
	int reason = errno;
	struct stat stat;

	*ret = (struct stop_file){.since = now};
	ret->stopped = fd >= 0 ||
	               (reason == EACCES ? is_named(path) : reason != ENOENT && reason != ENOTDIR);
	if (fd >= 0 && fstat(fd, &stat) == 0)
		ret->since = (msec)stat.st_mtim.tv_sec * MSEC_SECOND;
	/* a file that somebody made by hand says nothing */
	if (ret->stopped && (len < 0 || !parse(str_make(text, (size_t)len), ret)))
		snprintf(ret->by, sizeof(ret->by), "%s",
		         len < 0 ? TOUCHED ", which cannot be read" : TOUCHED);
	if (fd >= 0)
		(void)close(fd);
	free(path);
}

/* Overwrites the file from its beginning, without giving up a byte of its room. 0 or -errno. */
static int fill(const char *path, const char *words)
{
	char text[FILE_BYTES + 1];
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), code = 0;

	if (fd < 0)
		return -errno;
	file_give_to_folder(fd, path);
	snprintf(text, sizeof(text), "%-*.*s\n", FILE_BYTES - 1, FILE_BYTES - 1, words);
	ssize_t written = pwrite(fd, text, FILE_BYTES, 0);
	if (written < 0 || fdatasync(fd) < 0)
		code = -errno;
	else if (written != FILE_BYTES)
		code = -ENOSPC;
	(void)close(fd);
	return code;
}

static int sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), code = 0;

	if (fd < 0 || fsync(fd) < 0)
		code = -errno;
	if (fd >= 0)
		(void)close(fd);
	return code;
}

void stop_file_prepare(const char *folder)
{
	char *spare = path_in(folder, SPARE);

	(void)fill(spare, "");
	free(spare);
}

static bool is_there(const char *path)
{
	struct stat stat;

	return lstat(path, &stat) == 0 && S_ISREG(stat.st_mode);
}

/* Without its words the file is still a stop: so what the disk does not take is no failure as long
 * as the file gets its name, or has it. */
int stop_file_write(const char *folder, const struct stop_file *stop, struct err *err)
{
	char *spare = path_in(folder, SPARE), *path = path_in(folder, NAME);
	char when[CLOCK_ISO_SIZE];

	clock_format_iso(stop->since, when);
	char *words = xasprintf("%s by %s", when, stop->by);
	(void)fill(spare, words);
	int code = rename(spare, path) < 0 ? -errno : 0;
	if (code < 0)
		code = fill(path, words);
	if (code < 0 && is_there(path))
		code = 0;
	if (code == 0)
		code = sync_folder(folder);
	if (code < 0)
		err_set(err, "%s: %s", path, strerror(-code));
	free(words);
	free(path);
	free(spare);
	return code < 0 ? -1 : 0;
}

int stop_file_remove(const char *folder, struct err *err)
{
	char *path = path_in(folder, NAME);
	int code = unlink(path) < 0 && errno != ENOENT ? -errno : 0;

	if (code == 0)
		code = sync_folder(folder);
	if (code < 0)
		err_set(err, "%s: %s", path, strerror(-code));
	free(path);
	if (code == 0)
		stop_file_prepare(folder);
	return code < 0 ? -1 : 0;
}
