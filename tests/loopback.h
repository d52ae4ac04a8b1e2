/* A port of the loopback address that nobody else has, listened on, for servers under test. */
#ifndef TEST_LOOPBACK_H
#define TEST_LOOPBACK_H

#include <arpa/inet.h>
#include <sys/socket.h>

#include "base/base.h"

/* The caller owns the descriptor. */
static inline int loopback_listen(int *ret_port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
	                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	ENSURE(fd >= 0 && bind(fd, (const struct sockaddr *)&address, size) == 0 &&
	       listen(fd, SOMAXCONN) == 0);
	ENSURE(getsockname(fd, (struct sockaddr *)&address, &size) == 0);
	*ret_port = ntohs(address.sin_port);
	return fd;
}

#endif
