/* Sockets are no files here. */
#include "daemon/system/socket.h"

/* Of ws2ipdef.h, which mingw-w64 hides for the version of Windows that is compiled for. */
#ifndef TCP_MAXRT
#define TCP_MAXRT 5
#endif

int socket_close(uv_os_sock_t socket)
{
	return closesocket(socket);
}

void socket_limit_silence(uv_tcp_t *connection, msec limit)
{
	DWORD seconds = (DWORD)(limit / MSEC_SECOND);
	uv_os_fd_t handle;

	if (uv_fileno((const uv_handle_t *)connection, &handle) == 0)
		(void)setsockopt((SOCKET)handle, IPPROTO_TCP, TCP_MAXRT, (const char *)&seconds,
		                 sizeof(seconds));
}
