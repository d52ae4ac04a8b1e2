/* Streaming answers: an answer without an end, of which a piece is sent whenever there is news.
 *
 *     static const struct http_stream_events events = {":\n\n", on_drained, on_closed};
 *
 *     stream = http_stream_open(exchange, "text/event-stream", &events, arg);
 *     if (stream != NULL)
 *             http_stream_send(stream, greeting);
 *     … http_stream_send(stream, news); …
 *     http_stream_close(stream);
 *
 * It is chunked for HTTP/1.1 and ends with the connection for HTTP/1.0. Its connection has no time
 * limit and does not need one of the places of its door. There are limits.streams of them, and
 * limits.a_peer for one address without a token (all of loopback is one), or one user of the read
 * socket; beyond that the request gets 503 with Retry-After.
 *
 * A reader that is slow never makes the process large and never gets stale news late: while more
 * than HTTP_STREAM_SKIP bytes wait to be sent, http_stream_send sends nothing; once they are sent,
 * `drained` is called, to send what is true then. The connection is closed when more than
 * HTTP_STREAM_BACKLOG_MAX bytes wait, or when nothing could be sent for limits.stuck. Dead peers
 * are found by the pulse, which is sent each limits.pulse, and by TCP's own means.
 *
 * A stream ends once: `closed` is called from the loop, never within a call of a function of this
 * header. Until then the stream may be used, whatever has happened to its peer; so a peer that goes
 * away during the greeting needs no care. */
#ifndef DAEMON_SERVER_HTTP_STREAM_H
#define DAEMON_SERVER_HTTP_STREAM_H

#include "base/clock.h"
#include "base/list.h"
#include "daemon/server/http_exchange.h"

#define HTTP_STREAM_SKIP (64 * 1024)
#define HTTP_STREAM_BACKLOG_MAX (256 * 1024)

struct http_stream;

struct http_stream_events {
	const char *pulse; /* bytes that mean nothing to the reader */
	/* What waited is sent, after http_stream_send has skipped something. May be NULL. */
	void (*drained)(void *arg, struct http_stream *stream);
	/* The stream is over and freed. */
	void (*closed)(void *arg);
};

/* --- for handlers --- */

/* Answers with status 200 and the header lines of the exchange, and frees the exchange. NULL: there
 * is no stream, and nothing of `events` is called: the peer has gone, no place was left (it was
 * refused), or the request was HEAD. `events` must outlive the stream. */
struct http_stream *http_stream_open(struct http_exchange *exchange, const char *type,
                                     const struct http_stream_events *events, void *arg);
/* Sends a copy of the bytes. False: it was skipped, since the reader is slow or the stream ends. */
bool http_stream_send(struct http_stream *stream, struct str bytes);
/* Bytes that wait to be sent. */
size_t http_stream_backlog(const struct http_stream *stream);
/* Ends the answer: what waits is still sent. Repeated calls have no effect. */
void http_stream_close(struct http_stream *stream);

/* --- for the connections --- */

struct http_stream_limits {
	size_t streams, a_peer;
	msec pulse, stuck;
};

/* All streams of one server. `limits` must outlive them. */
struct http_streams {
	const struct http_stream_limits *limits;
	struct list list;
	size_t count;
};
void http_streams_init(struct http_streams *streams, const struct http_stream_limits *limits);

/* How often a stream wants http_stream_tick. */
msec http_stream_rhythm(const struct http_stream *stream);
/* False: the reader is stuck, close the connection. `now`: of the loop. */
bool http_stream_tick(struct http_stream *stream, msec now) MUST_CHECK;
/* The connection is closed, and its callbacks are over: frees the stream and tells its owner. */
void http_stream_over(struct http_stream *stream);

#endif
