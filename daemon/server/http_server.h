/* The HTTP server: health, status and control over Unix sockets, and over TCP if configured.
 * Whatever peers do, they must not make the process slow or large, or end it.
 *
 *     server = http_server_new(loop, &HTTP_LIMITS, handle, arg);
 *     http_server_adopt(server, fd, &err)
 *     http_server_listen_path(server, door, &place, &group, &err)
 *     http_server_listen_tcp(server, address, &err)
 *     … the loop runs; handle(arg, exchange) is called for each request
 *     http_server_close(server); the loop runs out; http_server_free(server)
 *
 * http_exchange.h says what a handler may do with an exchange; http_connection.h, what happens to
 * peers that are slow, wrong or too many. */
#ifndef DAEMON_SERVER_HTTP_SERVER_H
#define DAEMON_SERVER_HTTP_SERVER_H

#include "daemon/server/http_connection.h"
#include "daemon/server/http_listener.h"

/* 64 connections a door; 10 s, 60 s, 30 s, 1 s; 32 streams, 4 a peer; 15 s, 30 s */
extern const struct http_limits HTTP_LIMITS;

struct http_server;
/* `limits` and `arg` must outlive the server. The process must ignore SIGPIPE. */
struct http_server *http_server_new(uv_loop_t *loop, const struct http_limits *limits,
                                    http_handler handler, void *arg) MUST_CHECK;
/* Serves a listening socket from the service manager, whose file is never removed; a Unix socket is
 * the control door. The server owns `fd` from now on, also upon an error. */
int http_server_adopt(struct http_server *server, int fd, struct err *err) MUST_CHECK;
/* Listens on a Unix socket. -1 with a reason. `*ret_group`: errno, why
 * the socket could not be given to its group and is open to fewer; 0 = it was. */
int http_server_listen_path(struct http_server *server, enum http_door door,
                            const struct socket_place *place, int *ret_group,
                            struct err *err) MUST_CHECK;
/* Listens on TCP; `address` is "address:port" (daemon/system/address.h). -1 with a reason. */
int http_server_listen_tcp(struct http_server *server, const char *address,
                           struct err *err) MUST_CHECK;
/* Tells each answer: see http_connections_watch(). */
void http_server_watch(struct http_server *server, http_answered answered, void *arg);
/* Sums over all connections so far. */
void http_server_stats(const struct http_server *server, struct http_stats *ret);

/* Stops listening, removes our socket files and closes all connections at once. */
void http_server_close(struct http_server *server);
/* after the loop has run out; NULL is allowed */
void http_server_free(struct http_server *server);

#endif
