/* What systems call differently of sockets. */
#ifndef DAEMON_SYSTEM_SOCKET_H
#define DAEMON_SYSTEM_SOCKET_H

#include <uv.h>

#include "base/clock.h"

/* Closes a socket that no handle of the loop owns; 0, or another number. */
int socket_close(uv_os_sock_t socket);
/* The connection breaks when the other end has acknowledged nothing of what was sent for so long;
 * where the system cannot do that, its own limit stays. */
void socket_limit_silence(uv_tcp_t *connection, msec limit);

#endif
