/* Where the Unix socket is when nobody says: one list, for the daemon that binds and for the
 * program that connects. */
#ifndef DAEMON_SERVER_SOCKET_PATH_H
#define DAEMON_SERVER_SOCKET_PATH_H

#include "base/base.h"

#define SOCKET_PATH_PLACES 4

/* Where the daemon binds without http.socket and without an inherited socket: /run/ai-ticketd.sock
 * for root, else below $XDG_RUNTIME_DIR, else in the state directory (which must be made first). To
 * be freed; or NULL with a reason. */
char *socket_path_default(struct err *err) MUST_CHECK;
/* All places where a daemon may be found, the system's own first; each to be freed. */
size_t socket_path_list(char *ret[SOCKET_PATH_PLACES]) MUST_CHECK;

#endif
