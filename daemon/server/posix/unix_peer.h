/* Who is at the other end of a Unix socket, for those who have its descriptor. */
#ifndef DAEMON_SERVER_POSIX_UNIX_PEER_H
#define DAEMON_SERVER_POSIX_UNIX_PEER_H

#include "daemon/server/http_door.h"

/* Sets uid and pid; false when the system does not tell. */
bool unix_peer_credentials(int fd, struct http_peer *ret);

#endif
