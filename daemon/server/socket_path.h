/* The default paths of the Unix socket: one list for the daemon, which binds, and for
 * ai-ticketctl, which connects. */
#ifndef DAEMON_SERVER_SOCKET_PATH_H
#define DAEMON_SERVER_SOCKET_PATH_H

#include "base/base.h"

#define SOCKET_PATH_PLACES 4

/* The path that the daemon binds without http.socket and without an inherited socket:
 * /run/ai-ticketd.sock for root, else below $XDG_RUNTIME_DIR, else in the state directory (which
 * must exist). To be freed; NULL with a reason. */
char *socket_path_default(struct err *err) MUST_CHECK;
/* All paths where a daemon may listen, the system's first; each to be freed. Returns their
 * number. */
size_t socket_path_list(char *ret[SOCKET_PATH_PLACES]) MUST_CHECK;

#endif
