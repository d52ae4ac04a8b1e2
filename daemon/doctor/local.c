/* Looks at files and never opens them for writing. */
#include "daemon/doctor/local.h"

#include <stdlib.h>
#include <uv.h>

#include "config/proxy.h"
#include "config/remedy.h"
#include "daemon/doctor/lines.h"
#include "daemon/system/directories.h"
#include "daemon/system/filesystem.h"
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

/* Takes the path. */
static void show_disk(const char *what, char *path)
{
	struct filesystem disk;

	if (path == NULL || filesystem_of(path, &disk) < 0)
		lines_add(LINE_LOOK, what, "it is not known how much is free");
	else
		lines_add(disk.free_bytes < HEALTH_DISK_NEEDED ? LINE_WRONG
		          : disk.free_bytes < HEALTH_DISK_LOW  ? LINE_LOOK
		                                               : LINE_OK,
		          what, "%lld MiB free for %s%s", (long long)(disk.free_bytes >> 20), path,
		          disk.free_bytes < HEALTH_DISK_LOW ? ": free some space" : "");
	free(path);
}

void local_show(const struct config *config)
{
	config_each_secret_set(config, show_secret, NULL);
	show_proxy(config);
	show_disk("disk of the logs", directories_log_chosen(config));
	show_disk("disk of the store", directories_store_chosen(config));
}
