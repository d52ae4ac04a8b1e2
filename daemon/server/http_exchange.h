/* One request and its answer. The answer is given exactly once, at once or later, on the loop's
 * thread. The exchange exists until http_exchange_answer, which frees it, even when the connection
 * or the server is closed before. */
#ifndef DAEMON_SERVER_HTTP_EXCHANGE_H
#define DAEMON_SERVER_HTTP_EXCHANGE_H

#include "daemon/server/http_answer.h"
#include "daemon/server/http_door.h"
#include "daemon/server/http_parser.h"

struct http_exchange;

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

/* --- for the connection --- */

/* `peer` is copied. `message` is borrowed until the answer is given or the exchange is abandoned.
 * `answered` gets the answer, valid during the call, without head_only and last, which the
 * connection fills in. */
struct http_exchange *
http_exchange_new(const struct http_message *message, const struct http_peer *peer,
                  void (*answered)(void *arg, const struct http_answer *answer),
                  void *arg) MUST_CHECK;
/* The connection does not wait any more: the answer will be dropped. NULL is allowed. */
void http_exchange_abandon(struct http_exchange *exchange);

#endif
