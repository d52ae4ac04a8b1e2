/* Looks at files and never opens them for writing. */
#include "daemon/doctor/local.h"

#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "config/proxy.h"
#include "config/remedy.h"
#include "daemon/doctor/lines.h"
#include "daemon/system/directories.h"
#include "daemon/system/file.h"
#include "observe/health.h"

#define OTHERS_READ 0004

static bool others_read(const char *path)
{
	uv_fs_t req;
	bool readable =
	        uv_fs_stat(NULL, &req, path, NULL) == 0 && (req.statbuf.st_mode & OTHERS_READ) != 0;

	uv_fs_req_cleanup(&req);
	return readable;
}

static void show_secret(void *arg, const char *dotted, const char *where, const char *file)
{
	(void)arg;
	if (file != NULL && others_read(file))
		lines_add(LINE_LOOK, dotted, "every user can read %s: chmod 0600 %s", file, file);
	else
		lines_add(LINE_OK, dotted, "set (%s)", where);
}

static void show_proxy(const struct config *config)
{
	struct config_proxy proxy = config_proxy(config);

	if (proxy.url == NULL)
		lines_add(LINE_OK, "proxy", "none");
	else
		lines_add(LINE_OK, "proxy", "%s, from %s%s", proxy.url,
		          proxy.of_the_environment ? "HTTPS_PROXY, for https" : "tls.proxy",
		          proxy.login != NULL ? ", with a login" : "");
}

static int64_t free_bytes(const char *path)
{
	uv_fs_t req;
	int64_t free = -1;

	if (uv_fs_statfs(NULL, &req, path, NULL) == 0 && req.ptr != NULL) {
		const uv_statfs_t *stat = req.ptr;

		free = (int64_t)(stat->f_bavail * stat->f_bsize);
	}
	uv_fs_req_cleanup(&req);
	return free;
}

/* Of the nearest folder above it that is there. Takes the path. */
static void show_disk(const char *what, char *path)
{
	int64_t free_there = path != NULL ? free_bytes(path) : -1;
	char *place = xstrdup(path);

	while (free_there < 0 && place != NULL && strlen(place) > 1) {
		char *above = file_folder(place);

		free(place);
		place = above;
		free_there = free_bytes(place);
		if (strcmp(place, ".") == 0)
			break;
	}
	free(place);
	if (free_there < 0)
		lines_add(LINE_LOOK, what, "it is not known how much is free");
	else
		lines_add(free_there < HEALTH_DISK_NEEDED ? LINE_WRONG
		          : free_there < HEALTH_DISK_LOW  ? LINE_LOOK
		                                          : LINE_OK,
		          what, "%lld MiB free for %s%s", (long long)(free_there >> 20), path,
		          free_there < HEALTH_DISK_LOW ? ": free some space" : "");
	free(path);
}

void local_show(const struct config *config)
{
	config_each_secret_set(config, show_secret, NULL);
	show_proxy(config);
	show_disk("disk of the logs", directories_log_chosen(config));
	show_disk("disk of the store", directories_store_chosen(config));
}
