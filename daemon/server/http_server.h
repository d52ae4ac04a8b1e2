/* The HTTP server: health, status and control over a Unix socket, and over TCP where that is wanted. Its whole purpose is to stay
 * harmless: whatever peers do, they cannot make the process slow, big or dead.
 *
 *     server = http_server_new(loop, &HTTP_LIMITS, handle, arg);
 *     http_server_adopt(server, fd, &err) or http_server_listen_path(server, path, &err)
 *     http_server_listen_tcp(server, address, &err)
 *     … the loop runs; handle(arg, exchange) is called for each request
 *     http_server_close(server); the loop runs out; http_server_free(server)
 *
 * Words: a connection is served while it holds one of the places; the one more gets 503. The Unix socket has as many of its own as
 * TCP, so that nobody on the network can keep out who may command. It receives a request, the handler
 * answers it, the answer is sent; then it waits idle for the next request, or lingers: it has said its last word and waits a
 * moment for the peer to hang up, so that the answer is not lost by a reset. Each of these has its own end by the clock:
 *
 *     receiving a request   limits.request, counted from its first byte (from the connection's begin for the first one),
 *                           however slowly bytes arrive: 408
 *     the handler's answer  limits.answer: 504; the handler may go on, its answer goes nowhere
 *     sending the answer    limits.request
 *     idle, lingering       limits.idle, limits.linger
 *
 * Requests of one connection are answered one after the other, one a turn of the loop; pipelined ones wait unread. Sizes are
 * bounded by http_parser.h. Nothing wakes the loop while there is no connection. */
#ifndef DAEMON_SERVER_HTTP_SERVER_H
#define DAEMON_SERVER_HTTP_SERVER_H

#include <uv.h>

#include "base/clock.h"
#include "daemon/server/http_parser.h"

struct http_limits {
	size_t connections; /* served at once over the Unix socket, and as many over TCP */
	msec request, answer, idle, linger;
};
extern const struct http_limits HTTP_LIMITS; /* 64 connections; 10 s, 60 s, 30 s, 1 s */

/* One request and its answer, which is given once: at once or later, from the loop's thread. It outlives the connection and
 * even the server: until http_exchange_answer, which frees it. */
struct http_exchange;
typedef void (*http_handler)(void *arg, struct http_exchange *exchange);

/* Only before the handler returns or has answered. */
const struct http_message *http_exchange_request(const struct http_exchange *exchange);
/* It came over the Unix socket, whose mode says who may. */
bool http_exchange_is_local(const struct http_exchange *exchange);
/* A line of the answer's head, "Allow: GET, HEAD"; text of our own. */
void http_exchange_header(struct http_exchange *exchange, const char *line);
/* The body is copied; for HEAD its length is told and nothing is sent. `type` is the Content-Type. */
void http_exchange_answer(struct http_exchange *exchange, int status, const char *type, struct str body);
/* {"error":"…"} */
void http_exchange_refuse(struct http_exchange *exchange, int status, const char *reason);

struct http_server;
/* `limits` and `arg` outlive the server. SIGPIPE is ignored by the process. */
struct http_server *http_server_new(uv_loop_t *loop, const struct http_limits *limits, http_handler handler,
                                    void *arg) MUST_CHECK;
/* A listening socket from the service manager, used as it is and never unlinked; ours from now on, also upon an error. */
int http_server_adopt(struct http_server *server, int fd, struct err *err) MUST_CHECK;
int http_server_listen_path(struct http_server *server, const char *path, struct err *err) MUST_CHECK;
/* "address:port", see http_listener.h. */
int http_server_listen_tcp(struct http_server *server, const char *address, struct err *err) MUST_CHECK;
/* The TCP port in use, 0 when there is none: for tests that ask for any. */
int http_server_port(const struct http_server *server);

struct http_server_stats {
	size_t served, lingering;  /* connections now */
	uint64_t requests;         /* answered, refused ones too */
	uint64_t turned_away;      /* connections over the limit */
	uint64_t timed_out, wrong; /* 408 and 504; 4xx by the grammar and the bounds */
};
void http_server_stats(const struct http_server *server, struct http_server_stats *ret);

/* Stops listening and cuts all connections; handlers that have not answered may do so later, in vain. */
void http_server_close(struct http_server *server);
void http_server_free(struct http_server *server); /* after the loop has run out; NULL is fine */

#endif
