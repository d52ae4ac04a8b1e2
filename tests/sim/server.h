/* HTTP on loopback around a world: many keep-alive connections, one write an answer, delays by
 * timers, and the ways a connection can misbehave. */
#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include <stdio.h>
#include <uv.h>

#include "world.h"

struct server;
/* port 0 = any. record: one JSON line a request goes there; NULL = nowhere. 0, or a negative libuv
 * error. */
int server_start(struct server **ret, uv_loop_t *loop, struct world *world, int port,
                 FILE *record) MUST_CHECK;
int server_port(const struct server *server);

#endif
