/* Names of pipes: they are the same for the service and for a program that a user runs, since only
 * one of them can listen. */
#include "daemon/server/socket_path.h"

#include <stdlib.h>

#define CONTROL "\\\\.\\pipe\\ai-ticketd"
#define READ "\\\\.\\pipe\\ai-ticketd-read"

int socket_path_default(struct socket_paths *ret, struct err *err)
{
	*ret = (struct socket_paths){.control = xstrdup(CONTROL), .read = xstrdup(READ)};
	return 0;
}

void socket_path_free(struct socket_paths *paths)
{
	free(paths->control);
	free(paths->read);
	*paths = (struct socket_paths){0};
}

size_t socket_path_list(char *ret[SOCKET_PATH_PLACES])
{
	ret[0] = xstrdup(CONTROL);
	ret[1] = xstrdup(READ);
	return 2;
}
