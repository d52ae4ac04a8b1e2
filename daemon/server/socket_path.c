/* Composes the default paths of the Unix socket from the environment. */
#include "daemon/server/socket_path.h"

#include <stdlib.h>

#include "daemon/system/directories.h"

#define NAME "ai-ticketd.sock"

static char *in_runtime_directory(void)
{
	const char *folder = getenv("XDG_RUNTIME_DIR");

	return folder != NULL && folder[0] == '/' ? xasprintf("%s/" NAME, folder) : NULL;
}

static char *in_state_of_user(struct err *err)
{
	char *folder = directories_state_of_user(err), *path;

	if (folder == NULL)
		return NULL;
	path = xasprintf("%s/" NAME, folder);
	free(folder);
	return path;
}

char *socket_path_default(struct err *err)
{
	if (directories_for_root())
		return xstrdup("/run/" NAME);
	char *path = in_runtime_directory();
	if (path != NULL)
		return path;
	char *given = directories_given("STATE_DIRECTORY");
	if (given == NULL)
		return in_state_of_user(err);
	path = xasprintf("%s/" NAME, given);
	free(given);
	return path;
}

size_t socket_path_list(char *ret[SOCKET_PATH_PLACES])
{
	char *places[SOCKET_PATH_PLACES] = {xstrdup("/run/" NAME), in_runtime_directory(),
	                                    xstrdup("/var/lib/ai-ticketd/" NAME),
	                                    in_state_of_user(NULL)};
	size_t count = 0;

	for (size_t i = 0; i < SOCKET_PATH_PLACES; i++)
		if (places[i] != NULL)
			ret[count++] = places[i];
	return count;
}
