/* Sockets are descriptors. */
#include "daemon/system/socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

int socket_close(uv_os_sock_t socket)
{
	return close(socket);
}

void socket_limit_silence(uv_tcp_t *connection, msec limit)
{
#ifdef TCP_USER_TIMEOUT
	unsigned ms = (unsigned)limit;
	uv_os_fd_t fd;

	if (uv_fileno((const uv_handle_t *)connection, &fd) == 0)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof(ms));
#endif
}
