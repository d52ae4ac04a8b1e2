/* One peer, from accept to the last byte.
 *
 * The happy path: bytes arrive and are fed to the parser; with a whole request reading stops and the handler is called; its answer
 * leaves with one write; when that is out, what came behind the request is fed, and reading goes on.
 *
 * What goes wrong: the peer sends no HTTP or too much of it (refused, then lingering); is slow (408); goes away in the middle (closed,
 * nothing to say); does not read its answer (closed when the time is over); is one too many (503, then lingering). An answer that
 * is followed by hanging up is never lost to a reset: we say that nothing more comes, and read on for a moment without looking. */
#include <stdlib.h>
#include <string.h>

#include "daemon/server/http_inside.h"

#define CHUNK (8 * 1024)

/* --- the end --- */

static void on_closed(uv_handle_t *handle)
{
	struct http_connection *connection = handle->data;

	list_remove(&connection->link);
	http_parser_free(connection->parser);
	buf_free(&connection->unread);
	free(connection->bytes);
	free(connection);
}

static void leave_count(struct http_connection *connection)
{
	if (connection->served)
		connection->places->served--;
	else
		connection->places->lingering--;
}

void http_connection_close(struct http_connection *connection)
{
	if (connection->state == CLOSING)
		return;
	connection->state = CLOSING;
	leave_count(connection);
	heap_remove(&connection->server->deadlines, &connection->deadline);
	if (connection->exchange != NULL)
		connection->exchange->connection = NULL;
	connection->exchange = NULL;
	uv_close(&connection->handle.any, on_closed);
}

/* --- reading --- */

static void receive(struct http_connection *connection, struct str bytes);

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
	static char shared[CHUNK]; /* one loop, one read at a time */

	*ret = uv_buf_init(shared, sizeof(shared));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *bytes)
{
	struct http_connection *connection = stream->data;

	if (count == 0 || connection->state == CLOSING)
		return;
	if (count < 0)
		http_connection_close(connection);
	else if (connection->state == RECEIVING)
		receive(connection, str_make(bytes->base, (size_t)count));
}

static void start_reading(struct http_connection *connection)
{
	int code = uv_read_start(&connection->handle.stream, on_alloc, on_read);

	if (code < 0 && code != UV_EALREADY)
		http_connection_close(connection);
}

/* --- the last word --- */

static void on_shutdown(uv_shutdown_t *shutdown, int status)
{
}

/* Gives the place back. Whoever finds too many lingering is cut off. */
static void linger(struct http_connection *connection)
{
	struct http_server *server = connection->server;

	if (connection->served) {
		connection->served = false;
		connection->places->served--;
		connection->places->lingering++;
	}
	if (connection->places->lingering > server->limits->connections ||
	    uv_shutdown(&connection->shutdown, &connection->handle.stream, on_shutdown) < 0) {
		http_connection_close(connection);
		return;
	}
	connection->state = LINGERING;
	http_server_set_deadline(connection, server->limits->linger);
	start_reading(connection);
}

/* --- sending --- */

/* What is left of the last read is fed first; only then may more be read. */
static void next_request(struct http_connection *connection)
{
	struct buf unread = connection->unread;

	buf_init(&connection->unread, CHUNK);
	http_parser_reset(connection->parser);
	connection->state = RECEIVING;
	connection->fresh = false;
	http_server_set_deadline(connection, connection->server->limits->idle);
	if (unread.len > 0)
		receive(connection, buf_str(&unread));
	buf_free(&unread);
	if (connection->state == RECEIVING)
		start_reading(connection);
}

static void on_written(uv_write_t *write, int status)
{
	struct http_connection *connection = write->data;

	if (connection->state == CLOSING)
		return;
	free(connection->bytes);
	connection->bytes = NULL;
	if (status < 0)
		http_connection_close(connection);
	else if (connection->last)
		linger(connection);
	else
		next_request(connection);
}

void http_connection_send(struct http_connection *connection, char *bytes, size_t len)
{
	uv_buf_t part = uv_buf_init(bytes, (unsigned)len);

	connection->state = SENDING;
	connection->bytes = bytes;
	connection->server->stats.requests += connection->served;
	http_server_set_deadline(connection, connection->server->limits->request);
	if (uv_write(&connection->write, &connection->handle.stream, &part, 1, on_written) < 0)
		http_connection_close(connection);
}

static void refuse(struct http_connection *connection, int status, const char *reason)
{
	size_t len;
	char *bytes = http_refusal_write(status, reason, connection->head_only, &len);

	(void)uv_read_stop(&connection->handle.stream);
	connection->last = true;
	http_connection_send(connection, bytes, len);
}

/* --- requests --- */

static void answer(struct http_connection *connection, struct str rest)
{
	const struct http_message *message = http_parser_message(connection->parser);

	(void)uv_read_stop(&connection->handle.stream);
	buf_add_str(&connection->unread, rest);
	connection->state = ANSWERING;
	connection->head_only = strcmp(message->method, "HEAD") == 0;
	connection->last = !message->keep_alive;
	connection->exchange = http_exchange_new(connection);
	http_server_set_deadline(connection, connection->server->limits->answer);
	connection->server->handler(connection->server->arg, connection->exchange);
}

/* Half of these few bytes would spoil the answer behind them. */
static void send_continue(struct http_connection *connection)
{
	static char line[] = "HTTP/1.1 100 Continue\r\n\r\n";
	uv_buf_t part = uv_buf_init(line, sizeof(line) - 1);
	int sent = uv_try_write(&connection->handle.stream, &part, 1);

	if (sent != (int)part.len && sent != UV_EAGAIN)
		http_connection_close(connection);
}

static void receive(struct http_connection *connection, struct str bytes)
{
	struct http_server *server = connection->server;
	bool begun = http_parser_begun(connection->parser);
	const char *reason;
	size_t used;
	int status;

	switch (http_parser_feed(connection->parser, bytes, &used)) {
	case HTTP_MORE:
		if (!begun && http_parser_begun(connection->parser) && !connection->fresh)
			http_server_set_deadline(connection, server->limits->request);
		if (http_parser_wants_continue(connection->parser))
			send_continue(connection);
		break;
	case HTTP_COMPLETE: answer(connection, str_skip(bytes, used)); break;
	case HTTP_REFUSED:
		server->stats.wrong++;
		status = http_parser_refusal(connection->parser, &reason);
		refuse(connection, status, reason);
		break;
	}
}

/* --- time --- */

void http_connection_expire(struct http_connection *connection)
{
	struct http_server *server = connection->server;

	if (connection->state == RECEIVING && http_parser_begun(connection->parser)) {
		server->stats.timed_out++;
		refuse(connection, 408, "the request took too long to arrive");
	} else if (connection->state == ANSWERING) {
		server->stats.timed_out++;
		connection->exchange->connection = NULL;
		connection->exchange = NULL;
		refuse(connection, 504, "still at work on it; the log will tell how it ended");
	} else {
		http_connection_close(connection);
	}
}

/* --- the beginning --- */

static int accept_handle(struct http_connection *connection, uv_stream_t *listener)
{
	uv_loop_t *loop = connection->server->loop;
	int code;

	if (connection->local)
		ENSURE(uv_pipe_init(loop, &connection->handle.pipe, 0) == 0);
	else
		ENSURE(uv_tcp_init(loop, &connection->handle.tcp) == 0);
	connection->handle.any.data = connection->write.data = connection;
	code = uv_accept(listener, &connection->handle.stream);
	if (code == 0 && !connection->local)
		(void)uv_tcp_nodelay(&connection->handle.tcp, 1);
	return code;
}

/* One too many. With as many lingering already, one try must do. */
static void turn_away(struct http_connection *connection)
{
	struct http_server *server = connection->server;
	static const char *const reason = "too many connections; try again in a moment";
	size_t len;
	char *bytes;
	uv_buf_t part;

	server->stats.turned_away++;
	if (connection->places->lingering <= server->limits->connections) {
		refuse(connection, 503, reason);
		return;
	}
	bytes = http_refusal_write(503, reason, false, &len);
	part = uv_buf_init(bytes, (unsigned)len);
	(void)uv_try_write(&connection->handle.stream, &part, 1);
	free(bytes);
	http_connection_close(connection);
}

void http_connection_open(struct http_server *server, uv_stream_t *listener, bool local)
{
	struct http_connection *connection = xcalloc(1, sizeof(*connection));

	connection->server = server;
	connection->local = local;
	connection->fresh = true;
	connection->places = local ? &server->local : &server->remote;
	connection->served = connection->places->served < server->limits->connections;
	if (connection->served)
		connection->places->served++;
	else
		connection->places->lingering++;
	buf_init(&connection->unread, CHUNK);
	list_push_back(&server->connections, &connection->link);
	if (accept_handle(connection, listener) < 0) {
		http_connection_close(connection);
	} else if (connection->served) {
		connection->parser = http_parser_new();
		http_server_set_deadline(connection, server->limits->request);
		start_reading(connection);
	} else {
		turn_away(connection);
	}
}
