/* The peers of a server: each from accept to the last byte, one request after the other, and who
 * answers them.
 *
 * A connection is served while it holds one of the places; the one more gets 503. The Unix socket
 * has as many places of its own as TCP, so that nobody on the network can keep out who may command.
 * A connection receives a request, the handler answers it, the answer is sent; then it waits idle
 * for the next request, or lingers: the last word is said, and the peer has a moment to hang up, so
 * that the answer is not lost by a reset. Each of these has its own end by the clock:
 *
 *     receiving a request   limits.request, counted from its first byte (for the first request from
 *                           the begin of the connection), however slowly bytes arrive: 408
 *     the handler's answer  limits.answer: 504; the handler may go on, its answer goes nowhere
 *     sending the answer    limits.request
 *     idle, lingering       limits.idle, limits.linger
 *
 * Requests of one connection are answered one after the other, one a turn of the loop; pipelined
 * ones wait unread. Sizes are bounded by http_parser.h. */
#ifndef DAEMON_SERVER_HTTP_CONNECTION_H
#define DAEMON_SERVER_HTTP_CONNECTION_H

#include <uv.h>

#include "base/clock.h"
#include "daemon/server/http_exchange.h"

struct http_limits {
	size_t connections; /* served at once over the Unix socket, and as many over TCP */
	msec request, answer, idle, linger;
};

/* All connections of one server. */
struct http_connections;
/* `limits` and `arg` outlive them. */
struct http_connections *http_connections_new(uv_loop_t *loop, const struct http_limits *limits,
                                              http_handler handler, void *arg) MUST_CHECK;
/* Accepts what waits at the listener; `local`: it is a Unix socket. */
void http_connections_accept(struct http_connections *all, uv_stream_t *listener, bool local);
/* The next one would be turned away. */
bool http_connections_full(const struct http_connections *all, bool local);

struct http_stats {
	size_t served, lingering;  /* connections now */
	uint64_t requests;         /* answered, refused ones too */
	uint64_t turned_away;      /* connections over the limit */
	uint64_t timed_out, wrong; /* 408 and 504; 4xx by the grammar and the bounds */
};
void http_connections_stats(const struct http_connections *all, struct http_stats *ret);
/* Cuts all of them; handlers that have not answered may do so later, in vain. */
void http_connections_close(struct http_connections *all);
void http_connections_free(struct http_connections *all); /* after the loop has run out */

#endif
