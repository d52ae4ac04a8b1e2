/* Serves a world over HTTP on loopback: many keep-alive connections, one write per answer, delays
 * by timers, and misbehaving connections. */
#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include <stdio.h>
#include <uv.h>

#include "world.h"

struct server;
/* Starts the server. `port` 0 = any. `record`: gets one JSON line per request; NULL = none. 0, or
 * a negative libuv code. */
int server_start(struct server **ret, uv_loop_t *loop, struct world *world, int port,
                 FILE *record) MUST_CHECK;
int server_port(const struct server *server);

#endif
