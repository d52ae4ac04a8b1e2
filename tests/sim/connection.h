/* One connection of the server: bytes in, requests to the world, answers out. */
#ifndef SIM_CONNECTION_H
#define SIM_CONNECTION_H

#include "parser.h"
#include "server.h"

struct server {
	uv_tcp_t listener;
	uv_timer_t world_timer; /* for world_deadline */
	struct world *world;
	FILE *record;
};

void connection_accept(struct server *server);
struct clock_reading clock_now(uv_loop_t *loop);
/* Sets the world's timer; to be called after every request, since the world may have planned
 * something. */
void server_arm(struct server *server);

/* record.c */
void record_request(FILE *file, enum http_method method, struct str target, struct str headers,
                    struct str body, const struct world_answer *answer);

#endif
