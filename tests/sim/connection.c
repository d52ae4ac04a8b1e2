/* Serves one connection, one request at a time: reading stops while an answer is outstanding
 * (no client of these tests pipelines), the answer is delayed by a timer, and is sent with one
 * write. */
#include "connection.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK (256 * 1024)
#define DRIP_PAUSE 100 /* ms */
#define DRIP_PIECES 20

struct connection {
	uv_tcp_t stream;
	uv_timer_t timer;
	struct server *server;
	struct parser *parser;
	bool keep_alive, closing;
	int handles; /* open handles; closing the last one frees the connection */
	struct world_answer answer;
	char head[256];
	uint64_t padding_left;
	size_t dripped;
	uv_write_t write;
};

/* --- closing --- */

static void on_closed(uv_handle_t *handle)
{
	struct connection *connection = handle->data;
	if (--connection->handles > 0)
		return;
	parser_free(connection->parser);
	world_answer_free(&connection->answer);
	free(connection);
}

static void close_connection(struct connection *connection, bool reset)
{
	if (connection->closing)
		return;
	connection->closing = true;
	uv_close((uv_handle_t *)&connection->timer, on_closed);
	if (!reset || uv_tcp_close_reset(&connection->stream, on_closed) < 0)
		uv_close((uv_handle_t *)&connection->stream, on_closed);
}

/* --- answering --- */

static void after_answer(struct connection *connection)
{
	enum world_transport transport = connection->answer.transport;
	if (transport == TRANSPORT_RESET_BODY)
		close_connection(connection, true);
	else if (!connection->keep_alive || transport == TRANSPORT_CLOSE ||
	         transport == TRANSPORT_GARBAGE)
		close_connection(connection, false);
	else
		parser_answered(connection->parser);
}

static void on_written(uv_write_t *write, int status);

/* Writes blanks after the body: as many as were promised, or for ever. */
static bool write_padding(struct connection *connection)
{
	static char blanks[CHUNK];
	bool endless = connection->answer.transport == TRANSPORT_ENDLESS;
	if (!endless && connection->padding_left == 0)
		return false;
	if (!blanks[0])
		memset(blanks, ' ', sizeof(blanks));
	size_t len = endless || connection->padding_left > CHUNK ? CHUNK
	                                                         : (size_t)connection->padding_left;
	if (!endless)
		connection->padding_left -= len;
	uv_buf_t part = uv_buf_init(blanks, (unsigned)len);
	uv_write(&connection->write, (uv_stream_t *)&connection->stream, &part, 1, on_written);
	return true;
}

static void on_written(uv_write_t *write, int status)
{
	struct connection *connection = write->data;
	if (connection->closing)
		return;
	if (status < 0)
		close_connection(connection, false);
	else if (connection->answer.transport == TRANSPORT_DRIP)
		return;
	else if (!write_padding(connection))
		after_answer(connection);
}

static const char *reason_of(int status)
{
	return status < 300 ? "OK" : status < 400 ? "Found" : status < 500 ? "Refused" : "Failed";
}

static size_t write_status_line(struct connection *connection)
{
	struct world_answer *answer = &connection->answer;
	int len = snprintf(connection->head, sizeof(connection->head), "HTTP/1.1 %d %s\r\n",
	                   answer->status, reason_of(answer->status));
	if (answer->transport != TRANSPORT_ENDLESS)
		buf_printf(&answer->head, "Content-Length: %llu\r\n",
		           (unsigned long long)(answer->body.len + answer->padding));
	if (!connection->keep_alive)
		buf_puts(&answer->head, "Connection: close\r\n");
	buf_puts(&answer->head, "\r\n");
	return (size_t)len;
}

/* Writes once: what the socket accepts at once, the rest when it is writable. */
static void write_answer(struct connection *connection, size_t body_len)
{
	struct world_answer *answer = &connection->answer;
	uv_stream_t *stream = (uv_stream_t *)&connection->stream;
	size_t line = write_status_line(connection);
	uv_buf_t parts[] = {uv_buf_init(connection->head, (unsigned)line),
	                    uv_buf_init(answer->head.data, (unsigned)answer->head.len),
	                    uv_buf_init(answer->body.data, (unsigned)body_len)};
	connection->padding_left = answer->padding;
	int sent = uv_try_write(stream, parts, 3);
	size_t left = sent > 0 ? (size_t)sent : 0;
	for (int i = 0; i < 3; i++) {
		size_t gone = left < parts[i].len ? left : parts[i].len;
		parts[i].base += gone;
		parts[i].len -= gone;
		left -= gone;
	}
	if (answer->padding == 0 && answer->transport == TRANSPORT_NORMAL &&
	    parts[1].len + parts[2].len == 0)
		after_answer(connection);
	else
		uv_write(&connection->write, stream, parts, 3, on_written);
}

static void drip(uv_timer_t *timer)
{
	struct connection *connection = timer->data;
	struct world_answer *answer = &connection->answer;
	size_t piece = answer->body.len / DRIP_PIECES + 1;
	size_t len = answer->body.len - connection->dripped < piece
	                     ? answer->body.len - connection->dripped
	                     : piece;
	uv_buf_t part = uv_buf_init(answer->body.data + connection->dripped, (unsigned)len);
	if (len == 0) {
		uv_timer_stop(timer);
		after_answer(connection);
		return;
	}
	int sent = uv_try_write((uv_stream_t *)&connection->stream, &part, 1);
	if (sent < 0 && sent != UV_EAGAIN)
		close_connection(connection, false);
	else if (sent > 0)
		connection->dripped += (size_t)sent;
}

static void write_garbage(struct connection *connection)
{
	static char garbage[] = "\x16\x03\x01\x02garbage\xff\xfe\r\n\r\n";
	uv_buf_t part = uv_buf_init(garbage, sizeof(garbage) - 1);
	uv_write(&connection->write, (uv_stream_t *)&connection->stream, &part, 1, on_written);
}

static void deliver(struct connection *connection)
{
	struct world_answer *answer = &connection->answer;
	switch (answer->transport) {
	case TRANSPORT_RESET: close_connection(connection, true); break;
	case TRANSPORT_STALL: break;
	case TRANSPORT_GARBAGE: write_garbage(connection); break;
	case TRANSPORT_RESET_BODY: write_answer(connection, answer->body.len / 2); break;
	case TRANSPORT_DRIP:
		write_answer(connection, 0);
		connection->dripped = 0;
		uv_timer_start(&connection->timer, drip, DRIP_PAUSE, DRIP_PAUSE);
		break;
	case TRANSPORT_NORMAL:
	case TRANSPORT_CLOSE:
	case TRANSPORT_ENDLESS: write_answer(connection, answer->body.len); break;
	}
}

static void on_delay(uv_timer_t *timer)
{
	deliver(timer->data);
}

static struct str header_value(struct str headers, struct str wanted)
{
	while (headers.len) {
		struct str value = str_split(&headers, '\n');
		struct str name = str_split(&value, ':');
		if (str_ieq(name, wanted))
			return str_trim(value);
	}
	return (struct str){NULL, 0};
}

static enum http_method method_of(const char *name)
{
	static const enum http_method methods[] = {HTTP_POST, HTTP_PUT, HTTP_DELETE};
	for (size_t i = 0; i < ARRAY_LEN(methods); i++)
		if (strcmp(name, http_method_name(methods[i])) == 0)
			return methods[i];
	return HTTP_GET;
}

static void on_request(void *arg, const struct parsed *parsed)
{
	struct connection *connection = arg;
	struct server *server = connection->server;
	struct str headers = buf_str(&parsed->headers);
	struct world_request request = {.method = method_of(parsed->method),
	                                .target = buf_str(&parsed->target),
	                                .authorization =
	                                        header_value(headers, STR("authorization")),
	                                .body = buf_str(&parsed->body)};
	connection->keep_alive = parsed->keep_alive;
	world_request(server->world, clock_now(connection->stream.loop), &request,
	              &connection->answer);
	server_arm(server);
	if (server->record && !str_starts(request.target, STR("/_sim/")))
		record_request(server->record, request.method, request.target, headers,
		               request.body, &connection->answer);
	if (connection->answer.delay > 0)
		uv_timer_start(&connection->timer, on_delay, (uint64_t)connection->answer.delay, 0);
	else
		deliver(connection);
}

/* --- libuv --- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
	static char shared[64 * 1024]; /* shared: there is one loop, and one read at a time */
	*ret = uv_buf_init(shared, sizeof(shared));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *bytes)
{
	struct connection *connection = stream->data;
	if (connection->closing || count == 0)
		return;
	if (count < 0 || !parser_feed(connection->parser, bytes->base, (size_t)count))
		close_connection(connection, false);
}

void connection_accept(struct server *server)
{
	uv_loop_t *loop = server->listener.loop;
	struct connection *connection = xcalloc(1, sizeof(*connection));
	connection->server = server;
	connection->handles = 2;
	connection->parser = parser_new(on_request, connection);
	uv_tcp_init(loop, &connection->stream);
	uv_timer_init(loop, &connection->timer);
	connection->stream.data = connection->timer.data = connection->write.data = connection;
	if (uv_accept((uv_stream_t *)&server->listener, (uv_stream_t *)&connection->stream) < 0) {
		close_connection(connection, false);
		return;
	}
	uv_tcp_nodelay(&connection->stream, 1);
	uv_read_start((uv_stream_t *)&connection->stream, on_alloc, on_read);
}
