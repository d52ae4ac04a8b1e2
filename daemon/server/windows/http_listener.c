/* Named pipes, which libuv opens; here are the rules for their names. A pipe vanishes with its last
 * handle, so there is nothing to remove and nothing that a dead instance could leave. */
#include "daemon/server/http_listener.h"

#include <stdlib.h>

#include "base/str.h"
#include "daemon/server/windows/pipe_access.h"
#include "daemon/system/windows/wide.h"

#define PIPES "\\\\.\\pipe\\"

static bool is_name_of_pipe(struct str path)
{
	return str_starts(path, STR(PIPES)) && path.len > sizeof(PIPES) - 1;
}

int http_listener_check_path(const struct socket_place *place, struct err *err)
{
	struct str path = str_of(place->path);

	if (!is_name_of_pipe(path))
		return err_set(err, "%s: %s: the name of a pipe is required: " PIPES "NAME",
		               place->option, place->path);
	if (path.len > SOCKET_PATH_MAX)
		return err_set(err,
		               "%s: the name has %zu bytes; at most %d are used: choose a shorter "
		               "one",
		               place->option, path.len, SOCKET_PATH_MAX);
	return 0;
}

/* A pipe whose instances are all busy exists as well. */
static bool is_served(const char *path)
{
	wchar_t *name = wide_of(path);
	bool served = WaitNamedPipeW(name, 1) || GetLastError() == ERROR_SEM_TIMEOUT;

	free(name);
	return served;
}

int http_listener_bind(const struct socket_place *place, struct socket_file *ret, struct err *err)
{
	*ret = (struct socket_file){.fd = -1};
	if (http_listener_check_path(place, err) < 0)
		return -1;
	if (is_served(place->path))
		return err_set(err,
		               "%s: %s: another process listens there already; stop it, or choose "
		               "another %s",
		               place->option, place->path, place->option);
	return 0;
}

int http_listener_open(uv_pipe_t *pipe, const struct socket_place *place,
                       const struct socket_file *file)
{
	int code = uv_pipe_bind(pipe, place->path);

	return code == 0 ? pipe_access_limit(pipe, place->group >= 0 ? place->group_name : NULL)
	                 : code;
}

void http_listener_unlink(const char *path, const struct socket_file *file)
{
}

bool http_listener_is_at(int fd, const char *path)
{
	return false;
}

int http_listener_inspect(int fd, bool *ret_local, struct err *err)
{
	return err_set(err, "inherited descriptor %d: Windows hands over no sockets", fd);
}
