/* Asks the kernel who is at the other end of a connection. */
#include "daemon/server/http_door.h"

#include <stdio.h>

#include "daemon/system/address.h"

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

	*ret = (struct http_peer){.door = door};
	if (http_door_is_local(door)) {
		http_door_local_peer(connection, ret);
	} else if (uv_tcp_getpeername((const uv_tcp_t *)connection, (struct sockaddr *)&address,
	                              &size) == 0) {
		format_address(&address, ret->address);
		address_host(&address, ret->host);
		ret->loopback = address_is_loopback(&address);
	}
}
