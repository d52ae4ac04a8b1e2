/* Listens and accepts a few connections per turn of the loop; http_connection.c serves them. */
#include "daemon/server/http_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/list.h"
#include "daemon/system/address.h"

/* Connections accepted per turn: a flood of them must not keep the rest of the loop waiting. The
 * others are accepted in the next turn. */
#define ACCEPTS_A_TURN 16

const struct http_limits HTTP_LIMITS = {
        .connections = 64,
        .request = 10 * MSEC_SECOND,
        .answer = 60 * MSEC_SECOND,
        .idle = 30 * MSEC_SECOND,
        .linger = MSEC_SECOND,
        .stream = {
                .streams = 32, .a_peer = 4, .pulse = 15 * MSEC_SECOND, .stuck = 30 * MSEC_SECOND}};

struct http_server {
	uv_loop_t *loop;
	struct list listeners;
	struct http_connections *connections;
};

struct listener {
	struct http_server *server;
	struct list link;
	union {
		uv_handle_t any;
		uv_stream_t stream;
		uv_pipe_t pipe;
		uv_tcp_t tcp;
	} handle;
	uv_timer_t next_turn;
	enum http_door door;
	char *path; /* socket file to remove at the end; NULL = none */
	struct socket_file file;
	unsigned accepted; /* connections accepted in this turn */
	bool waiting;      /* a connection waits to be accepted; libuv reports no others before */
	int open_handles;
};

/* --- listening --- */

static void on_next_turn(uv_timer_t *timer)
{
	struct listener *listener = timer->data;

	listener->accepted = 0;
	if (!listener->waiting)
		return;
	listener->waiting = false;
	listener->accepted = 1;
	(void)uv_timer_start(timer, on_next_turn, 0, 0);
	http_connections_accept(listener->server->connections, &listener->handle.stream,
	                        listener->door);
}

/* A connection that finds no place is tried again in the next turn: another one that ends in the
 * same batch of events may free a place. */
static void on_connection(uv_stream_t *stream, int status)
{
	struct listener *listener = stream->data;

	if (status < 0)
		return;
	if (listener->accepted == 0)
		(void)uv_timer_start(&listener->next_turn, on_next_turn, 0, 0);
	if (listener->accepted == ACCEPTS_A_TURN ||
	    http_connections_full(listener->server->connections, listener->door)) {
		listener->waiting = true;
		return;
	}
	listener->accepted++;
	http_connections_accept(listener->server->connections, stream, listener->door);
}

static void on_listener_closed(uv_handle_t *handle)
{
	struct listener *listener = handle->data;

	if (--listener->open_handles > 0)
		return;
	free(listener->path);
	free(listener);
}

static void close_listener(struct listener *listener)
{
	if (listener->path != NULL)
		http_listener_unlink(listener->path, &listener->file);
	list_remove(&listener->link);
	uv_close(&listener->handle.any, on_listener_closed);
	uv_close((uv_handle_t *)&listener->next_turn, on_listener_closed);
}

static struct listener *new_listener(struct http_server *server, enum http_door door)
{
	struct listener *listener = xcalloc(1, sizeof(*listener));

	listener->server = server;
	listener->door = door;
	listener->open_handles = 2;
	if (http_door_is_local(door))
		ENSURE(uv_pipe_init(server->loop, &listener->handle.pipe, 0) == 0);
	else
		ENSURE(uv_tcp_init(server->loop, &listener->handle.tcp) == 0);
	ENSURE(uv_timer_init(server->loop, &listener->next_turn) == 0);
	listener->handle.any.data = listener->next_turn.data = listener;
	list_push_back(&server->listeners, &listener->link);
	return listener;
}

static int listen_on(struct listener *listener, int code, const char *where, struct err *err)
{
	if (code == 0)
		code = uv_listen(&listener->handle.stream, HTTP_BACKLOG, on_connection);
	if (code == 0)
		return 0;
	close_listener(listener);
	return err_set(err, "%s: %s", where, uv_strerror(code));
}

/* Opens the handle for `fd`; closes `fd` when libuv does not take it. */
static int open_listener(struct listener *listener, int fd)
{
	int code = http_door_is_local(listener->door) ? uv_pipe_open(&listener->handle.pipe, fd)
	                                              : uv_tcp_open(&listener->handle.tcp, fd);

	if (code < 0)
		(void)close(fd);
	return code;
}

int http_server_adopt(struct http_server *server, int fd, struct err *err)
{
	bool local;

	if (http_listener_inspect(fd, &local, err) < 0) {
		(void)close(fd);
		return -1;
	}
	struct listener *listener = new_listener(server, local ? HTTP_DOOR_CONTROL : HTTP_DOOR_TCP);
	return listen_on(listener, open_listener(listener, fd), "inherited socket", err);
}

int http_server_listen_path(struct http_server *server, enum http_door door,
                            const struct socket_place *place, int *ret_group, struct err *err)
{
	struct socket_file file;

	if (http_listener_bind(place, &file, err) < 0)
		return -1;
	*ret_group = file.group_failure;
	struct listener *listener = new_listener(server, door);
	listener->path = xstrdup(place->path);
	listener->file = file;
	return listen_on(listener, http_listener_open(&listener->handle.pipe, place, &file),
	                 place->option, err);
}

int http_server_listen_tcp(struct http_server *server, const char *address, struct err *err)
{
	struct sockaddr_storage parsed;
	char where[128];

	if (address_parse(address, &parsed, err) < 0)
		return -1;
	(void)snprintf(where, sizeof(where), "http.listen = %s", address);
	struct listener *listener = new_listener(server, HTTP_DOOR_TCP);
	return listen_on(listener,
	                 uv_tcp_bind(&listener->handle.tcp, (const struct sockaddr *)&parsed, 0),
	                 where, err);
}

/* --- beginning and end --- */

struct http_server *http_server_new(uv_loop_t *loop, const struct http_limits *limits,
                                    http_handler handler, void *arg)
{
	struct http_server *server = xcalloc(1, sizeof(*server));

	server->loop = loop;
	server->connections = http_connections_new(loop, limits, handler, arg);
	list_init(&server->listeners);
	return server;
}

void http_server_watch(struct http_server *server, http_answered answered, void *arg)
{
	http_connections_watch(server->connections, answered, arg);
}

void http_server_stats(const struct http_server *server, struct http_stats *ret)
{
	http_connections_stats(server->connections, ret);
}

void http_server_close(struct http_server *server)
{
	list_each(node, next, &server->listeners)
	        close_listener(container_of(node, struct listener, link));
	http_connections_close(server->connections);
}

void http_server_free(struct http_server *server)
{
	if (server == NULL)
		return;
	http_connections_free(server->connections);
	free(server);
}
