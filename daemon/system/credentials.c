/* The environment that a service manager prepares. Only systemd's way so far. */
#include "daemon/system/credentials.h"

#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *credential_path(const char *name)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");

	return folder != NULL && folder[0] == '/' ? xasprintf("%s/%s", folder, name) : NULL;
}

char *service_directory(const char *variable)
{
	const char *list = getenv(variable);

	return list != NULL && list[0] == '/' ? xmemdup0(list, strcspn(list, ":")) : NULL;
}

char *group_of_file(const char *path)
{
	const struct group *group;
	struct stat status;

	if (stat(path, &status) < 0 || status.st_gid == 0 || (status.st_mode & 0060) != 0060)
		return NULL;
	group = getgrgid(status.st_gid);
	return group != NULL ? xstrdup(group->gr_name) : NULL;
}

bool running_as_root(void)
{
	return geteuid() == 0;
}
