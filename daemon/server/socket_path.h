/* The default paths of the Unix sockets: one list for the daemon, which binds, and for
 * ai-ticketctl, which connects. The control socket and the read socket stand in one folder. */
#ifndef DAEMON_SERVER_SOCKET_PATH_H
#define DAEMON_SERVER_SOCKET_PATH_H

#include "base/base.h"

struct socket_paths {
	char *control, *read; /* owned */
};

/* The paths that the daemon binds without http.socket: in $RUNTIME_DIRECTORY, which a service
 * manager sets; else for root in /run/ai-ticketd; else in $XDG_RUNTIME_DIR/ai-ticketd; else in the
 * state directory, which must exist. The folder is made when it is missing, that of root open to
 * all: the sockets' own modes say who may connect. To be freed (socket_path_free); -1 with a
 * reason. */
int socket_path_default(struct socket_paths *ret, struct err *err) MUST_CHECK;
void socket_path_free(struct socket_paths *paths);

#define SOCKET_PATH_PLACES 12
/* All paths where a daemon may listen, in the order in which they are to be tried, each to be
 * freed: per place the control socket, then the read socket, the system's place first; then, for a
 * service of an earlier version, its one socket. Returns their number. */
size_t socket_path_list(char *ret[SOCKET_PATH_PLACES]) MUST_CHECK;

#endif
