/* One request and its answer, which is given once: at once or later, from the loop's thread. It
 * outlives the connection and even the server: until http_exchange_answer, which frees it. */
#ifndef DAEMON_SERVER_HTTP_EXCHANGE_H
#define DAEMON_SERVER_HTTP_EXCHANGE_H

#include "daemon/server/http_answer.h"
#include "daemon/server/http_parser.h"

struct http_exchange;

/* --- for handlers --- */

typedef void (*http_handler)(void *arg, struct http_exchange *exchange);

/* Only before the handler returns or has answered. */
const struct http_message *http_exchange_request(const struct http_exchange *exchange);
/* It came over the Unix socket, whose mode says who may. */
bool http_exchange_is_local(const struct http_exchange *exchange);
/* A line of the answer's head, "Allow: GET, HEAD"; text of our own. */
void http_exchange_header(struct http_exchange *exchange, const char *line);
/* The body is copied; for HEAD its length is told and nothing is sent. `type`: Content-Type. */
void http_exchange_answer(struct http_exchange *exchange, int status, const char *type,
                          struct str body);
/* {"error":"…"} */
void http_exchange_refuse(struct http_exchange *exchange, int status, const char *reason);

/* --- for the connection --- */

/* `message` is borrowed until the answer is given or the exchange is abandoned. `answered` gets the
 * answer, valid for the call, without head_only and last, which the connection knows. */
struct http_exchange *http_exchange_new(const struct http_message *message, bool local,
                                        void (*answered)(void *arg,
                                                         const struct http_answer *answer),
                                        void *arg) MUST_CHECK;
/* The connection waits no longer: the answer goes nowhere. NULL is fine. */
void http_exchange_abandon(struct http_exchange *exchange);

#endif
