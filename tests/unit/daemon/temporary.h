/* Folders of their own for tests, on every system. */
#ifndef TEST_DAEMON_TEMPORARY_H
#define TEST_DAEMON_TEMPORARY_H

#ifndef _WIN32
#include <ftw.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/base.h"

#define TEMPORARY_PATH_SIZE 64

/* Makes a folder in `above`, or in that of temporary files on Windows; its path is left in `ret`.
 * 0, or -1. */
static inline int temporary_make(char ret[TEMPORARY_PATH_SIZE], const char *above, const char *name)
{
	char place[TEMPORARY_PATH_SIZE];
	uv_fs_t req;

	snprintf(place, sizeof(place), "%s", above);
#ifdef _WIN32
	size_t size = sizeof(place);
	if (uv_os_tmpdir(place, &size) < 0)
		return -1;
#endif
	char *form = xasprintf("%s/%s-XXXXXX", place, name);
	int code = uv_fs_mkdtemp(NULL, &req, form, NULL);
	if (code == 0)
		snprintf(ret, TEMPORARY_PATH_SIZE, "%s", req.path);
	uv_fs_req_cleanup(&req);
	free(form);
	return code < 0 ? -1 : 0;
}

/* Removes it with all that is in it; 0 when that is gone. */
#ifdef _WIN32
static inline int temporary_remove(const char *path)
{
	char *command = xasprintf("rmdir /s /q \"%s\"", path);

	for (char *at = strchr(command, '"'); *at != '\0'; at++)
		*at = *at == '/' ? '\\' : *at;
	int code = system(command);
	free(command);
	return code;
}
#else
static inline int temporary_remove_one(const char *path, const struct stat *stat, int flag,
                                       struct FTW *ftw)
{
	return remove(path);
}

static inline int temporary_remove(const char *path)
{
	return nftw(path, temporary_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
#endif

#endif
