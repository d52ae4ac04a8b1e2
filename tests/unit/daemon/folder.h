/* What the tests of the daemon's files share: cmocka, a temporary folder, small files in it, and a
 * clock to be set. */
#ifndef TEST_DAEMON_FOLDER_H
#define TEST_DAEMON_FOLDER_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "temporary.h"

#define FOLDER_FILE_MAX (64 * 1024 * 1024)

static char folder[TEMPORARY_PATH_SIZE];

static inline int folder_make(void **state)
{
	return temporary_make(folder, "/tmp", "ai-ticketd-test");
}

static inline int folder_remove(void **state)
{
	return temporary_remove(folder);
}

static inline char *folder_path(const char *name)
{
	return xasprintf("%s/%s", folder, name);
}

static inline void folder_write(const char *name, const char *text)
{
	char *path = folder_path(name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	free(path);
}

static inline bool folder_has(const char *name)
{
	char *path = folder_path(name);
	bool yes = access(path, F_OK) == 0;

	free(path);
	return yes;
}

/* The whole file, to be freed. */
static inline char *folder_read(const char *name)
{
	char *path = folder_path(name), piece[4096];
	FILE *file = fopen(path, "r");
	struct buf text;
	size_t got;

	if (file == NULL)
		fail_msg("%s is missing", name);
	buf_init(&text, FOLDER_FILE_MAX);
	while ((got = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_add(&text, piece, got);
	(void)fclose(file);
	free(path);
	return buf_take(&text, NULL);
}

static inline void assert_file(const char *name, const char *text)
{
	char *got = folder_read(name);

	assert_string_equal(got, text);
	free(got);
}

/* Last changed that many seconds ago. */
static inline void folder_age(const char *name, long seconds)
{
	char *path = folder_path(name);
	double then = (double)(time(NULL) - seconds);
	uv_fs_t req;

	assert_int_equal(uv_fs_utime(NULL, &req, path, then, then, NULL), 0);
	uv_fs_req_cleanup(&req);
	free(path);
}

static inline msec wall_of(const char *iso)
{
	msec wall;

	assert_int_equal(clock_parse_iso(str_of(iso), &wall), 0);
	return wall;
}

#endif
