/* Asks the kernel who is at the other end of a Unix socket. */
#include <sys/socket.h>

#include "daemon/server/http_door.h"
#include "daemon/server/posix/unix_peer.h"

bool unix_peer_credentials(int fd, struct http_peer *ret)
{
#ifdef SO_PEERCRED
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return false;
	ret->uid = (uint32_t)peer.uid;
	ret->pid = peer.pid;
	ret->known = true;
	return true;
#else
	return false;
#endif
}

void http_door_local_peer(const uv_handle_t *connection, struct http_peer *ret)
{
	uv_os_fd_t fd;

	if (uv_fileno(connection, &fd) == 0)
		(void)unix_peer_credentials(fd, ret);
}
