/* Where the server listens: the rules about socket paths and addresses, and the descriptors that
 * come of them.
 *
 * A path that exists is looked at before it is used: a live instance behind it is refused by name,
 * a dead one's is replaced, what is no socket is never touched. */
#ifndef DAEMON_SERVER_HTTP_LISTENER_H
#define DAEMON_SERVER_HTTP_LISTENER_H

#include <sys/socket.h>
#include <sys/types.h>

#include "base/base.h"

/* sun_path without its NUL: a longer name would be cut or refused by the system. */
#define SOCKET_PATH_MAX 107

/* Length, and nothing else: 0, or -1 with what would be right. */
int http_listener_check_path(const char *path, struct err *err) MUST_CHECK;

#define HTTP_BACKLOG 1024

/* A Unix socket, mode 0660, that listens already: from then on it answers for itself when others
 * look at its name. The name in the file system is known again by device and inode. While the name
 * is taken there is a file PATH.lock beside it. */
struct socket_file {
	int fd;
	dev_t device;
	ino_t inode;
};
int http_listener_bind(const char *path, struct socket_file *ret, struct err *err) MUST_CHECK;
/* Removes the name, unless a successor has put its own there. */
void http_listener_unlink(const char *path, const struct socket_file *file);

/* What was handed to us must be a listening stream socket; says whether it is a Unix socket. 0, or
 * -1. */
int http_listener_inspect(int fd, bool *ret_local, struct err *err) MUST_CHECK;

#endif
