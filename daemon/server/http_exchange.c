/* One answer: put together here, as one block of bytes, and handed to the connection if it is still there. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/server/http_inside.h"
#include "daemon/system/clock.h"

#define ANSWER_HEAD_MAX 2048
#define JSON_TYPE "application/json"

static const char *reason_phrase(int status)
{
	static const struct {
		int status;
		const char *phrase;
	} phrases[] = {{200, "OK"},
	               {202, "Accepted"},
	               {400, "Bad Request"},
	               {401, "Unauthorized"},
	               {403, "Forbidden"},
	               {404, "Not Found"},
	               {405, "Method Not Allowed"},
	               {408, "Request Timeout"},
	               {409, "Conflict"},
	               {410, "Gone"},
	               {411, "Length Required"},
	               {413, "Content Too Large"},
	               {414, "URI Too Long"},
	               {421, "Misdirected Request"},
	               {422, "Unprocessable Content"},
	               {431, "Request Header Fields Too Large"},
	               {500, "Internal Server Error"},
	               {503, "Service Unavailable"},
	               {504, "Gateway Timeout"},
	               {505, "HTTP Version Not Supported"}};

	for (size_t i = 0; i < ARRAY_LEN(phrases); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "";
}

char *http_answer_write(const struct http_answer *answer, size_t *ret_len)
{
	char date[CLOCK_HTTP_DATE_SIZE];
	struct buf out;

	buf_init(&out, ANSWER_HEAD_MAX + answer->headers.len + answer->body.len);
	clock_format_http_date(clock_now().wall, date);
	buf_printf(&out, "HTTP/1.1 %d %s\r\nDate: %s\r\n", answer->status, reason_phrase(answer->status), date);
	buf_printf(&out, "Content-Type: %s\r\nContent-Length: %zu\r\n", answer->type, answer->body.len);
	buf_puts(&out, "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n");
	if (answer->last)
		buf_puts(&out, "Connection: close\r\n");
	buf_add_str(&out, answer->headers);
	buf_puts(&out, "\r\n");
	if (!answer->head_only)
		buf_add_str(&out, answer->body);
	ENSURE(!out.overflow);
	return buf_take(&out, ret_len);
}

static void write_reason(struct buf *out, const char *reason)
{
	buf_init(out, 4096);
	buf_putc(out, '{');
	json_add_member(out, "error", str_of(reason));
	buf_puts(out, "}\n");
}

char *http_refusal_write(int status, const char *reason, bool head_only, size_t *ret_len)
{
	struct buf body;
	char *bytes;

	write_reason(&body, reason);
	bytes = http_answer_write(&(struct http_answer){.status = status,
	                                                .type = JSON_TYPE,
	                                                .body = buf_str(&body),
	                                                .head_only = head_only,
	                                                .last = true},
	                          ret_len);
	buf_free(&body);
	return bytes;
}

struct http_exchange *http_exchange_new(struct http_connection *connection)
{
	struct http_exchange *exchange = xcalloc(1, sizeof(*exchange));

	exchange->connection = connection;
	exchange->local = connection->local;
	buf_init(&exchange->headers, ANSWER_HEAD_MAX);
	return exchange;
}

const struct http_message *http_exchange_request(const struct http_exchange *exchange)
{
	ENSURE(exchange->connection != NULL);
	return http_parser_message(exchange->connection->parser);
}

bool http_exchange_is_local(const struct http_exchange *exchange)
{
	return exchange->local;
}

void http_exchange_header(struct http_exchange *exchange, const char *line)
{
	buf_puts(&exchange->headers, line);
	buf_puts(&exchange->headers, "\r\n");
}

void http_exchange_answer(struct http_exchange *exchange, int status, const char *type, struct str body)
{
	struct http_connection *connection = exchange->connection;

	if (connection != NULL) {
		struct http_answer answer = {.status = status,
		                             .type = type,
		                             .headers = buf_str(&exchange->headers),
		                             .body = body,
		                             .head_only = connection->head_only,
		                             .last = connection->last};
		size_t len;
		char *bytes = http_answer_write(&answer, &len);

		connection->exchange = NULL;
		http_connection_send(connection, bytes, len);
	}
	buf_free(&exchange->headers);
	free(exchange);
}

void http_exchange_refuse(struct http_exchange *exchange, int status, const char *reason)
{
	struct buf body;

	write_reason(&body, reason);
	http_exchange_answer(exchange, status, JSON_TYPE, buf_str(&body));
	buf_free(&body);
}
