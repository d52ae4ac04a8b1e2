/* Opens the server's listening sockets and applies the rules for socket paths; on Windows named
 * pipes stand for Unix sockets.
 *
 * An existing path is examined before it is used: when a live instance listens there, the start is
 * refused with the number of its process; the socket of a dead instance is replaced; a file that
 * is not a socket is never touched. */
#ifndef DAEMON_SERVER_HTTP_LISTENER_H
#define DAEMON_SERVER_HTTP_LISTENER_H

#include <uv.h>

#include "base/base.h"

/* Size of sun_path without its NUL: the system would cut or refuse a longer path. */
#define SOCKET_PATH_MAX 107

/* Where a Unix socket is to be, and whose it is. */
struct socket_place {
	const char *option; /* how errors begin: "http.socket" */
	const char *path;
	int64_t group;          /* number of the group that may connect too; -1 = none */
	const char *group_name; /* the same by name, which Windows needs */
};

/* Checks only the length of the path: 0, or -1 with a reason that gives the limit. */
int http_listener_check_path(const struct socket_place *place, struct err *err) MUST_CHECK;

#define HTTP_BACKLOG 1024

/* A listening Unix socket with mode 0660. It listens at once, so that other instances that examine
 * its path find it alive. Device and inode identify its file later. While the socket is set up,
 * there is a file PATH.lock beside it. */
struct socket_file {
	int fd;
	int group_failure; /* errno: why the socket could not be given to the group; 0 = it was */
	uint64_t device, inode;
};
/* Binds and listens there. -1 with a reason. On Windows, where the place is a named pipe, it only
 * sees that nobody listens there. */
int http_listener_bind(const struct socket_place *place, struct socket_file *ret,
                       struct err *err) MUST_CHECK;
/* Gives what was bound to the handle, which is initialised; the socket is closed when that fails. 0
 * or a code of libuv. */
int http_listener_open(uv_pipe_t *pipe, const struct socket_place *place,
                       const struct socket_file *file) MUST_CHECK;
/* Removes the socket's file, unless the path belongs to another socket by now. */
void http_listener_unlink(const char *path, const struct socket_file *file);

/* Whether this socket is bound to the path. */
bool http_listener_is_at(int fd, const char *path);
/* Checks that an inherited descriptor is a listening stream socket, and whether it is a Unix
 * socket. 0, or -1 with a reason. */
int http_listener_inspect(int fd, bool *ret_local, struct err *err) MUST_CHECK;

#endif
