/* The listener, and the timer that keeps the world's people at work between requests. */
#include "connection.h"

#include <stdlib.h>

#define BACKLOG 1024

struct clock_reading clock_now(uv_loop_t *loop)
{
	uv_timeval64_t wall;
	uv_update_time(loop);
	if (uv_gettimeofday(&wall) < 0)
		fatal("gettimeofday failed");
	return (struct clock_reading){.mono = (msec)uv_now(loop),
	                              .wall = wall.tv_sec * MSEC_SECOND + wall.tv_usec / 1000};
}

static void tick(uv_timer_t *timer)
{
	struct server *server = timer->data;
	world_tick(server->world, clock_now(timer->loop));
	server_arm(server);
}

void server_arm(struct server *server)
{
	msec deadline = world_deadline(server->world), now = (msec)uv_now(server->listener.loop);
	if (deadline == MSEC_NEVER)
		uv_timer_stop(&server->world_timer);
	else
		uv_timer_start(&server->world_timer, tick,
		               deadline > now ? (uint64_t)(deadline - now) : 0, 0);
}

static void on_connection(uv_stream_t *listener, int status)
{
	if (status == 0)
		connection_accept(listener->data);
}

int server_start(struct server **ret, uv_loop_t *loop, struct world *world, int port, FILE *record)
{
	struct sockaddr_in address;
	struct server *server = xcalloc(1, sizeof(*server));
	server->world = world;
	server->record = record;
	uv_tcp_init(loop, &server->listener);
	uv_timer_init(loop, &server->world_timer);
	server->listener.data = server->world_timer.data = server;
	uv_ip4_addr("127.0.0.1", port, &address);
	int error = uv_tcp_bind(&server->listener, (const struct sockaddr *)&address, 0);
	if (error == 0)
		error = uv_listen((uv_stream_t *)&server->listener, BACKLOG, on_connection);
	server_arm(server);
	*ret = server;
	return error;
}

int server_port(const struct server *server)
{
	struct sockaddr_in address;
	int size = sizeof(address);
	if (uv_tcp_getsockname(&server->listener, (struct sockaddr *)&address, &size) < 0)
		return -1;
	return ntohs(address.sin_port);
}
