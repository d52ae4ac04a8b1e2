/* Asks the kernel who is at the other end of a connection. */
#include "daemon/server/http_door.h"

#include <stdio.h>
#include <sys/socket.h>

#include "daemon/system/address.h"

bool http_door_credentials(int fd, struct http_peer *ret)
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

static void format_address(const struct sockaddr_storage *address, char ret[HTTP_ADDRESS_SIZE])
{
	bool six = address->ss_family == AF_INET6;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)address;
	const struct sockaddr_in *in4 = (const struct sockaddr_in *)(const void *)address;
	char name[INET6_ADDRSTRLEN];
	int code =
	        six ? uv_ip6_name(in6, name, sizeof(name)) : uv_ip4_name(in4, name, sizeof(name));

	if (code == 0)
		snprintf(ret, HTTP_ADDRESS_SIZE, six ? "[%s]:%u" : "%s:%u", name,
		         (unsigned)ntohs(six ? in6->sin6_port : in4->sin_port));
}

void http_door_peer(enum http_door door, const uv_handle_t *connection, struct http_peer *ret)
{
	struct sockaddr_storage address = {0};
	int size = sizeof(address);
	uv_os_fd_t fd;

	*ret = (struct http_peer){.door = door};
	if (http_door_is_local(door)) {
		if (uv_fileno(connection, &fd) == 0)
			(void)http_door_credentials(fd, ret);
	} else if (uv_tcp_getpeername((const uv_tcp_t *)connection, (struct sockaddr *)&address,
	                              &size) == 0) {
		format_address(&address, ret->address);
		address_host(&address, ret->host);
		ret->loopback = address_is_loopback(&address);
	}
}
