/* The table of rights.h. */
#include "daemon/control/rights.h"

#include "daemon/control/route_parts.h"

enum way right_way(const struct http_peer *peer, struct str host)
{
	if (peer->door == HTTP_DOOR_CONTROL)
		return WAY_CONTROL;
	if (peer->door == HTTP_DOOR_READ)
		return WAY_READ;
	if (!peer->loopback)
		return WAY_BEYOND;
	return route_host_is_loopback(host) ? WAY_LOOPBACK : WAY_PROXY;
}

enum right right_without_token(enum way way)
{
	static const enum right rights[WAYS] = {[WAY_CONTROL] = RIGHT_ORDER,
	                                        [WAY_READ] = RIGHT_READ,
	                                        [WAY_LOOPBACK] = RIGHT_LOOK,
	                                        [WAY_PROXY] = RIGHT_SHELL,
	                                        [WAY_BEYOND] = RIGHT_STATE};

	return rights[way];
}
