/* Passes an answer to its connection. An exchange knows only whether its connection still
 * waits. */
#include "daemon/server/http_exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADERS_MAX 2048

struct http_exchange {
	const struct http_message *message;
	struct http_peer peer;
	struct buf headers;                                            /* lines, each with CRLF */
	void (*answered)(void *arg, const struct http_answer *answer); /* NULL = abandoned */
	void *arg;
	struct http_streams *streams; /* NULL = abandoned, or streams are not allowed */
	struct http_line (*lent)(void *arg, struct http_stream *stream);
	bool is_head, may_chunk;
};

struct http_exchange *
http_exchange_new(const struct http_message *message, const struct http_peer *peer,
                  void (*answered)(void *arg, const struct http_answer *answer), void *arg)
{
	struct http_exchange *exchange = xcalloc(1, sizeof(*exchange));

	*exchange = (struct http_exchange){.message = message,
	                                   .peer = *peer,
	                                   .answered = answered,
	                                   .arg = arg,
	                                   .is_head = strcmp(message->method, "HEAD") == 0,
	                                   .may_chunk = message->may_chunk};
	buf_init(&exchange->headers, HEADERS_MAX);
	return exchange;
}

void http_exchange_abandon(struct http_exchange *exchange)
{
	if (exchange == NULL)
		return;
	exchange->answered = NULL;
	exchange->streams = NULL;
	exchange->message = NULL;
}

const struct http_message *http_exchange_request(const struct http_exchange *exchange)
{
	ENSURE(exchange->message != NULL);
	return exchange->message;
}

const struct http_peer *http_exchange_peer(const struct http_exchange *exchange)
{
	return &exchange->peer;
}

void http_exchange_name_token(struct http_exchange *exchange, const char *name)
{
	snprintf(exchange->peer.token, sizeof(exchange->peer.token), "%s", name);
}

void http_exchange_header(struct http_exchange *exchange, const char *line)
{
	buf_puts(&exchange->headers, line);
	buf_puts(&exchange->headers, "\r\n");
}

void http_exchange_answer(struct http_exchange *exchange, int status, const char *type,
                          struct str body)
{
	struct http_answer answer = {.status = status,
	                             .type = type,
	                             .headers = buf_str(&exchange->headers),
	                             .body = body};

	if (exchange->answered != NULL)
		exchange->answered(exchange->arg, &answer);
	buf_free(&exchange->headers);
	free(exchange);
}

/* --- streams --- */

void http_exchange_allow_streams(struct http_exchange *exchange, struct http_streams *streams,
                                 struct http_line (*lent)(void *arg, struct http_stream *stream))
{
	exchange->streams = streams;
	exchange->lent = lent;
}

struct http_streams *http_exchange_streams(const struct http_exchange *exchange)
{
	return exchange->streams;
}

bool http_exchange_is_head(const struct http_exchange *exchange)
{
	return exchange->is_head;
}

bool http_exchange_may_chunk(const struct http_exchange *exchange)
{
	return exchange->may_chunk;
}

struct http_line http_exchange_lend(struct http_exchange *exchange, struct http_stream *stream,
                                    struct buf *ret_headers)
{
	struct http_line line = exchange->lent(exchange->arg, stream);

	*ret_headers = exchange->headers;
	free(exchange);
	return line;
}

/* --- refusals --- */

void http_exchange_refuse(struct http_exchange *exchange, int status, const char *reason)
{
	struct buf body;

	http_answer_refusal_body(&body, reason);
	http_exchange_answer(exchange, status, HTTP_TYPE_JSON, buf_str(&body));
	buf_free(&body);
}
