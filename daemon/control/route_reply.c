/* A reply is the exchange, with the forms of answers that routes and views give. */
#include "daemon/control/route_reply.h"

#include <stdlib.h>

#include "base/json.h"

#define SENTENCE_BYTES_MAX 4096

struct route_reply {
	struct http_exchange *exchange;
};

struct route_reply *route_reply_new(struct http_exchange *exchange)
{
	struct route_reply *reply = xcalloc(1, sizeof(*reply));

	reply->exchange = exchange;
	return reply;
}

struct str route_reply_body(const struct route_reply *reply)
{
	return buf_str(&http_exchange_request(reply->exchange)->body);
}

struct str route_reply_query(const struct route_reply *reply)
{
	struct str rest = buf_str(&http_exchange_request(reply->exchange)->target);

	(void)str_split(&rest, '?');
	return rest;
}

void route_reply_header(struct route_reply *reply, const char *line)
{
	http_exchange_header(reply->exchange, line);
}

struct http_exchange *route_reply_release(struct route_reply *reply)
{
	struct http_exchange *exchange = reply->exchange;

	free(reply);
	return exchange;
}

void route_reply_answer(struct route_reply *reply, int status, const char *type, struct str body)
{
	http_exchange_answer(route_reply_release(reply), status, type, body);
}

void route_reply_send(struct route_reply *reply, int status, const char *json)
{
	route_reply_answer(reply, status, HTTP_TYPE_JSON, str_of(json));
}

void route_reply_say(struct route_reply *reply, int status, const char *sentence)
{
	struct buf json;

	buf_init(&json, SENTENCE_BYTES_MAX);
	buf_putc(&json, '{');
	json_add_member(&json, status < 400 ? "message" : "error", str_of(sentence));
	buf_putc(&json, '}');
	route_reply_send(reply, status, buf_cstr(&json));
	buf_free(&json);
}
