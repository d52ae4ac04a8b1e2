/* One request and its answer. The answer is given exactly once, at once or later, on the loop's
 * thread. The exchange exists until http_exchange_answer, which frees it, even when the connection
 * or the server is closed before. */
#ifndef DAEMON_SERVER_HTTP_EXCHANGE_H
#define DAEMON_SERVER_HTTP_EXCHANGE_H

#include "daemon/server/http_answer.h"
#include "daemon/server/http_door.h"
#include "daemon/server/http_parser.h"

struct http_exchange;
struct http_stream;
struct http_streams;

/* --- for handlers --- */

typedef void (*http_handler)(void *arg, struct http_exchange *exchange);

/* The request. May only be called before the handler returns and before the answer is given. */
const struct http_message *http_exchange_request(const struct http_exchange *exchange);
/* Through which door the request came, and from whom; valid until the answer is given. */
const struct http_peer *http_exchange_peer(const struct http_exchange *exchange);
/* Notes in the peer the name of the token that came with the request. */
void http_exchange_name_token(struct http_exchange *exchange, const char *name);
/* Adds a header line to the answer, such as "Allow: GET, HEAD". It is not checked. */
void http_exchange_header(struct http_exchange *exchange, const char *line);
/* Answers and frees the exchange. The body is copied; for HEAD only its length is sent. `type`:
 * Content-Type. */
void http_exchange_answer(struct http_exchange *exchange, int status, const char *type,
                          struct str body);
/* Answers with {"error":"…"} and frees the exchange. */
void http_exchange_refuse(struct http_exchange *exchange, int status, const char *reason);

/* --- for http_stream.c --- */

/* A connection that was given to a stream. */
struct http_line {
	uv_stream_t *handle;
	/* Closes the connection, `at_once` or after what was written has arrived. */
	void (*end)(void *owner, bool at_once);
	void *owner;
};
/* NULL: the connection does not wait any more. */
struct http_streams *http_exchange_streams(const struct http_exchange *exchange);
bool http_exchange_is_head(const struct http_exchange *exchange);
bool http_exchange_may_chunk(const struct http_exchange *exchange);
/* Gives the connection, which must still wait, to the stream, and frees the exchange. Its header
 * lines are moved to `ret_headers`. */
struct http_line http_exchange_lend(struct http_exchange *exchange, struct http_stream *stream,
                                    struct buf *ret_headers);

/* --- for the connection --- */

/* `peer` is copied. `message` is borrowed until the answer is given or the exchange is abandoned.
 * `answered` gets the answer, valid during the call, without head_only and last, which the
 * connection fills in. */
struct http_exchange *
http_exchange_new(const struct http_message *message, const struct http_peer *peer,
                  void (*answered)(void *arg, const struct http_answer *answer),
                  void *arg) MUST_CHECK;
/* Allows the handler to stream. `lent` gives the connection to the stream. */
void http_exchange_allow_streams(struct http_exchange *exchange, struct http_streams *streams,
                                 struct http_line (*lent)(void *arg, struct http_stream *stream));
/* The connection does not wait any more: the answer will be dropped. NULL is allowed. */
void http_exchange_abandon(struct http_exchange *exchange);

#endif
