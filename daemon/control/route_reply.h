/* The answer to one request that is given later, or by hand: exactly once, at once or within
 * http_limits.answer, on the loop's thread. The peer may have disconnected before. */
#ifndef DAEMON_CONTROL_ROUTE_REPLY_H
#define DAEMON_CONTROL_ROUTE_REPLY_H

#include "daemon/server/http_exchange.h"

struct route_reply;
/* Takes over the exchange. */
struct route_reply *route_reply_new(struct http_exchange *exchange) MUST_CHECK;

/* What came with the request: its body, or what follows the "?" of its path. Valid until the
 * callback returns that got the reply. */
struct str route_reply_body(const struct route_reply *reply);
struct str route_reply_query(const struct route_reply *reply);

/* Adds a header line to the answer, such as "Retry-After: 1". It is not checked. */
void route_reply_header(struct route_reply *reply, const char *line);

/* Each of the following answers and frees the reply; what is sent is copied. */

void route_reply_answer(struct route_reply *reply, int status, const char *type, struct str body);
void route_reply_send(struct route_reply *reply, int status, const char *json);
/* {"message":"…"}, or {"error":"…"} from status 400 on. */
void route_reply_say(struct route_reply *reply, int status, const char *sentence);
/* Gives the exchange back, to answer it in another way. */
struct http_exchange *route_reply_release(struct route_reply *reply) MUST_CHECK;

#endif
