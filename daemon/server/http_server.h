/* The HTTP server: health, status and control over a Unix socket, and over TCP where that is
 * wanted. Its whole purpose is to stay harmless: whatever peers do, they cannot make the process
 * slow, big or dead.
 *
 *     server = http_server_new(loop, &HTTP_LIMITS, handle, arg);
 *     http_server_adopt(server, fd, &err) or http_server_listen_path(server, path, &err)
 *     http_server_listen_tcp(server, address, &err)
 *     … the loop runs; handle(arg, exchange) is called for each request
 *     http_server_close(server); the loop runs out; http_server_free(server)
 *
 * What a handler may do with an exchange is in http_exchange.h; what becomes of peers that are
 * slow, wrong or too many, in http_connection.h. */
#ifndef DAEMON_SERVER_HTTP_SERVER_H
#define DAEMON_SERVER_HTTP_SERVER_H

#include "daemon/server/http_connection.h"

extern const struct http_limits HTTP_LIMITS; /* 64 connections; 10 s, 60 s, 30 s, 1 s */

struct http_server;
/* `limits` and `arg` outlive the server. SIGPIPE is ignored by the process. */
struct http_server *http_server_new(uv_loop_t *loop, const struct http_limits *limits,
                                    http_handler handler, void *arg) MUST_CHECK;
/* A listening socket from the service manager, used as it is and never unlinked; ours from now on,
 * also upon an error. */
int http_server_adopt(struct http_server *server, int fd, struct err *err) MUST_CHECK;
int http_server_listen_path(struct http_server *server, const char *path,
                            struct err *err) MUST_CHECK;
/* "address:port", see http_listener.h. */
int http_server_listen_tcp(struct http_server *server, const char *address,
                           struct err *err) MUST_CHECK;
void http_server_stats(const struct http_server *server, struct http_stats *ret);

/* Stops listening and cuts all connections. */
void http_server_close(struct http_server *server);
void http_server_free(struct http_server *server); /* after the loop has run out; NULL is fine */

#endif
