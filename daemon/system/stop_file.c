/* Keeps the file with calls that wait, because the order of syncing and renaming matters. */
#include "daemon/system/stop_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "daemon/system/disk.h"
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
	uv_stat_t stat;

	return disk_stat_path(path, &stat) == 0;
}

void stop_file_read(const char *folder, msec now, struct stop_file *ret)
{
	char *path = path_in(folder, NAME), text[FILE_BYTES];
	int fd = disk_open(
	        path, UV_FS_O_RDONLY | UV_FS_O_NOFOLLOW | UV_FS_O_NONBLOCK | UV_FS_O_NOCTTY, 0);
	int len = fd >= 0 ? disk_read(fd, text, sizeof(text), -1) : -1;
	uv_stat_t stat;

	*ret = (struct stop_file){.since = now};
	ret->stopped =
	        fd >= 0 || (fd == UV_EACCES ? is_named(path) : fd != UV_ENOENT && fd != UV_ENOTDIR);
	if (fd >= 0 && disk_stat(fd, &stat) == 0)
		ret->since = (msec)stat.st_mtim.tv_sec * MSEC_SECOND;
	/* a file that somebody made by hand says nothing */
	if (ret->stopped && (len < 0 || !parse(str_make(text, (size_t)len), ret)))
		snprintf(ret->by, sizeof(ret->by), "%s",
		         len < 0 ? TOUCHED ", which cannot be read" : TOUCHED);
	if (fd >= 0)
		file_close(fd);
	free(path);
}

/* Overwrites the file from its beginning, without giving up a byte of its room. 0 or a negative
 * code. */
static int fill(const char *path, const char *words)
{
	char text[FILE_BYTES + 1];
	int fd = disk_open(path, UV_FS_O_WRONLY | UV_FS_O_CREAT | UV_FS_O_NOFOLLOW, 0600);

	if (fd < 0)
		return fd;
	file_give_to_folder(fd, path);
	snprintf(text, sizeof(text), "%-*.*s\n", FILE_BYTES - 1, FILE_BYTES - 1, words);
	int code = disk_write(fd, text, FILE_BYTES, 0);
	if (code >= 0 && code < FILE_BYTES)
		code = UV_ENOSPC;
	if (code >= 0)
		code = disk_sync_data(fd);
	file_close(fd);
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
	uv_stat_t stat;

	return disk_stat_path(path, &stat) == 0 && disk_is_regular(&stat);
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
	int code = disk_rename(spare, path);
	if (code < 0)
		code = fill(path, words);
	if (code < 0 && is_there(path))
		code = 0;
	if (code == 0)
		code = disk_sync_folder(folder);
	if (code < 0)
		err_set(err, "%s: %s", path, disk_words(code));
	free(words);
	free(path);
	free(spare);
	return code < 0 ? -1 : 0;
}

int stop_file_remove(const char *folder, struct err *err)
{
	char *path = path_in(folder, NAME);
	int code = disk_remove(path);

	if (code == UV_ENOENT)
		code = 0;
	if (code == 0)
		code = disk_sync_folder(folder);
	if (code < 0)
		err_set(err, "%s: %s", path, disk_words(code));
	free(path);
	if (code == 0)
		stop_file_prepare(folder);
	return code < 0 ? -1 : 0;
}
