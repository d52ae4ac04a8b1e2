/* The connections of a server, each from accept to the last byte, and the handler that answers
 * their requests.
 *
 * A connection is served while it has one of the places; a connection without a place gets 503.
 * Each door has as many places of its own, so that peers on the network, and users who may only
 * look, cannot keep out those who may give orders. A connection receives a request, the handler
 * answers it, the answer is sent. Then the connection waits idle for the next request, or lingers:
 * it has sent its last bytes and gives the peer a moment to close, so that the answer is not lost
 * by a reset. Each state has its time limit:
 *
 *     receiving a request   limits.request, counted from its first byte (for the first request from
 *                           the begin of the connection), however slowly bytes arrive: 408
 *     the handler's answer  limits.answer: 504; the handler may go on, its answer is dropped
 *     sending the answer    limits.request
 *     idle, lingering       limits.idle, limits.linger
 *
 * An answer may be a stream (http_stream.h): its connection gives its place back.
 *
 * Requests of one connection are answered one after the other, one per turn of the loop; pipelined
 * requests wait unread. http_parser.h limits sizes. */
#ifndef DAEMON_SERVER_HTTP_CONNECTION_H
#define DAEMON_SERVER_HTTP_CONNECTION_H

#include <uv.h>

#include "base/clock.h"
#include "daemon/server/http_stream.h"

struct http_limits {
	size_t connections; /* places of each door */
	msec request, answer, idle, linger;
	struct http_stream_limits stream;
};

/* All connections of one server. */
struct http_connections;
/* `limits` and `arg` must outlive the connections. */
struct http_connections *http_connections_new(uv_loop_t *loop, const struct http_limits *limits,
                                              http_handler handler, void *arg) MUST_CHECK;
/* Each answer that is given is told to `answered`: its request, valid during the call (NULL: what
 * came was no request), and its status. */
typedef void (*http_answered)(void *arg, const struct http_message *message, int status);
void http_connections_watch(struct http_connections *all, http_answered answered, void *arg);
/* Accepts one connection that waits at the listener of this door. */
void http_connections_accept(struct http_connections *all, uv_stream_t *listener,
                             enum http_door door);
/* Whether the next connection through this door would get no place. */
bool http_connections_full(const struct http_connections *all, enum http_door door);

struct http_stats {
	size_t served, lingering;  /* connections now */
	size_t streams;            /* further connections now, each with a stream */
	uint64_t requests;         /* answered requests, including refused ones */
	uint64_t turned_away;      /* connections that got no place */
	uint64_t timed_out, wrong; /* answers 408 and 504; requests refused by the parser */
};
/* Sums over all connections so far. */
void http_connections_stats(const struct http_connections *all, struct http_stats *ret);
/* Closes all connections at once. Handlers may still answer; their answers are dropped. */
void http_connections_close(struct http_connections *all);
void http_connections_free(struct http_connections *all); /* after the loop has run out */

#endif
