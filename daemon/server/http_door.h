/* The doors of the service: through which socket a request came, and who is at its other end.
 *
 * What a door opens is decided elsewhere (daemon/control/rights.h); here it is only known. */
#ifndef DAEMON_SERVER_HTTP_DOOR_H
#define DAEMON_SERVER_HTTP_DOOR_H

#include <uv.h>

#include "base/base.h"

enum http_door {
	HTTP_DOOR_CONTROL, /* the Unix socket of those who may give orders */
	HTTP_DOOR_READ,    /* the Unix socket of those who may only look */
	HTTP_DOOR_TCP
};
#define HTTP_DOORS 3

#define HTTP_ADDRESS_SIZE 64    /* "[address]:port" with its NUL */
#define HTTP_TOKEN_NAME_SIZE 33 /* with its NUL */

/* The process at the other end, as the kernel knows it (SO_PEERCRED): that of the moment when it
 * connected; on Windows, the client of the pipe, and of its user the last part of the SID. Over TCP
 * only the address is known. */
struct http_peer {
	enum http_door door;
	bool known; /* uid and pid are valid */
	uint32_t uid;
	int64_t pid;                     /* 0: in another namespace of process numbers */
	char address[HTTP_ADDRESS_SIZE]; /* TCP; else "" */
	/* TCP: the address in bytes, an IPv4 one mapped into IPv6; else zeros */
	uint8_t host[16];
	bool loopback; /* TCP: the other end is on this machine */
	/* The name of the token that came with the request; "" = none. Not a secret. */
	char token[HTTP_TOKEN_NAME_SIZE];
};

static inline bool http_door_is_local(enum http_door door)
{
	return door != HTTP_DOOR_TCP;
}

/* Sets uid and pid of the other end of a local connection, if the system tells them. */
void http_door_local_peer(const uv_handle_t *connection, struct http_peer *ret);
/* Who is at the other end of an accepted connection. */
void http_door_peer(enum http_door door, const uv_handle_t *connection, struct http_peer *ret);

#endif
