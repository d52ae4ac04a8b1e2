/* One connection, from accept to the last byte: its states, its time limits and its place. */
#include "daemon/server/http_connection.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "daemon/server/http_clock.h"

#define CHUNK (8 * 1024)
/* Nothing is expected from the reader of a stream. */
#define STREAM_INPUT_MAX (64 * 1024)

/* Connection counts of one door. */
struct places {
	size_t served, lingering;
};

struct http_connections {
	uv_loop_t *loop;
	const struct http_limits *limits;
	http_handler handler;
	void *arg;
	http_answered answered; /* NULL = nobody wants to know */
	void *answered_arg;
	struct list list;
	struct http_clock clock;
	struct places places[HTTP_DOORS];
	struct http_streams streams;
	/* `served` and `lingering` are not used: they are sums of the places */
	struct http_stats stats;
};

/* The usual course: bytes arrive and are fed to the parser. With a complete request reading stops
 * and the handler is called. Its answer is sent with one write. When that is done, bytes that came
 * after the request are fed, and reading continues.
 *
 * Failures: the peer sends bad or too large requests (refused, then lingering); is slow (408);
 * disconnects (closed); does not read its answer (closed by the time limit); gets no place (503,
 * then lingering). An answer after which we close is never lost by a reset: we shut down our side,
 * and for a moment read and discard what still comes. */

/*      RECEIVING ─► ANSWERING ─► SENDING ─► RECEIVING (keep-alive)
 *          │ refused    │ 504       ▲  └────► LINGERING ─► CLOSING
 *          └────────────┴───────────┘
 *      ANSWERING ─► STREAMING ─► LINGERING
 *      any state ─► CLOSING (peer gone, time over, server closed) */
enum connection_state { RECEIVING, ANSWERING, SENDING, STREAMING, LINGERING, CLOSING };

struct connection {
	struct http_connections *all;
	struct places *places; /* those of its door */
	enum connection_state state;
	struct list link;
	union {
		uv_handle_t any;
		uv_stream_t stream;
		uv_pipe_t pipe;
		uv_tcp_t tcp;
	} handle;
	struct http_peer peer;
	struct heap_node deadline;
	size_t *counted; /* the counter of `places` that includes it; NULL = none */
	bool fresh;      /* its first request was not answered yet */
	bool head_only;  /* the request is HEAD */
	bool is_order;   /* the request is POST */
	bool last;       /* close after this answer */
	struct http_parser *parser;
	struct buf unread;              /* bytes after the request that is being answered */
	struct http_exchange *exchange; /* set in ANSWERING */
	struct http_stream *stream;     /* set from STREAMING to the end */
	size_t streamed_in;             /* bytes from its reader */
	char *bytes;                    /* the answer that is being sent */
	uv_write_t write;
	uv_shutdown_t shutdown;
};

static void set_deadline(struct connection *connection, msec span)
{
	http_clock_set(&connection->all->clock, &connection->deadline, span);
}

/* --- closing --- */

static void on_closed(uv_handle_t *handle)
{
	struct connection *connection = handle->data;

	list_remove(&connection->link);
	http_parser_free(connection->parser);
	buf_free(&connection->unread);
	free(connection->bytes);
	if (connection->stream != NULL)
		http_stream_over(connection->stream);
	free(connection);
}

static void count_in(struct connection *connection, size_t *counter)
{
	if (connection->counted != NULL)
		(*connection->counted)--;
	connection->counted = counter;
	if (counter != NULL)
		(*counter)++;
}

static void close_connection(struct connection *connection)
{
	if (connection->state == CLOSING)
		return;
	connection->state = CLOSING;
	count_in(connection, NULL);
	http_clock_remove(&connection->all->clock, &connection->deadline);
	http_exchange_abandon(connection->exchange);
	uv_close(&connection->handle.any, on_closed);
}

/* --- reading --- */

static void receive_bytes(struct connection *connection, struct str bytes);

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
	static char shared[CHUNK]; /* shared: there is one loop, and one read at a time */

	*ret = uv_buf_init(shared, sizeof(shared));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *bytes)
{
	struct connection *connection = stream->data;

	if (count == 0 || connection->state == CLOSING)
		return;
	if (count < 0)
		close_connection(connection);
	else if (connection->state == RECEIVING)
		receive_bytes(connection, str_make(bytes->base, (size_t)count));
	else if (connection->state == STREAMING &&
	         (connection->streamed_in += (size_t)count) > STREAM_INPUT_MAX)
		close_connection(connection);
}

static void start_reading(struct connection *connection)
{
	int code = uv_read_start(&connection->handle.stream, on_alloc, on_read);

	if (code < 0 && code != UV_EALREADY)
		close_connection(connection);
}

/* --- lingering --- */

static void on_shutdown(uv_shutdown_t *shutdown, int status)
{
}

/* Gives the place back and waits for the peer to close; closes at once when too many linger. */
static void start_lingering(struct connection *connection)
{
	struct http_connections *all = connection->all;

	count_in(connection, &connection->places->lingering);
	if (connection->places->lingering > all->limits->connections ||
	    uv_shutdown(&connection->shutdown, &connection->handle.stream, on_shutdown) < 0) {
		close_connection(connection);
		return;
	}
	connection->state = LINGERING;
	set_deadline(connection, all->limits->linger);
	start_reading(connection);
}

/* --- sending --- */

/* Feeds what is left of the last read; only then may more be read. */
static void receive_next_request(struct connection *connection)
{
	struct buf unread = connection->unread;

	buf_init(&connection->unread, CHUNK);
	http_parser_reset(connection->parser);
	connection->state = RECEIVING;
	connection->fresh = false;
	set_deadline(connection, connection->all->limits->idle);
	if (unread.len > 0)
		receive_bytes(connection, buf_str(&unread));
	buf_free(&unread);
	if (connection->state == RECEIVING)
		start_reading(connection);
}

static void on_written(uv_write_t *write, int status)
{
	struct connection *connection = write->data;

	if (connection->state == CLOSING)
		return;
	free(connection->bytes);
	connection->bytes = NULL;
	if (status < 0)
		close_connection(connection);
	else if (connection->last)
		start_lingering(connection);
	else
		receive_next_request(connection);
}

static void send_bytes(struct connection *connection, char *bytes, size_t len)
{
	uv_buf_t part = uv_buf_init(bytes, (unsigned)len);

	connection->state = SENDING;
	connection->bytes = bytes;
	connection->all->stats.requests += connection->counted == &connection->places->served;
	set_deadline(connection, connection->all->limits->request);
	if (uv_write(&connection->write, &connection->handle.stream, &part, 1, on_written) < 0)
		close_connection(connection);
}

static bool is_tcp(const struct connection *connection)
{
	return !http_door_is_local(connection->peer.door);
}

static void tell_answer(const struct connection *connection, const struct http_message *message,
                        int status)
{
	const struct http_connections *all = connection->all;

	if (all->answered != NULL)
		all->answered(all->answered_arg, message, status);
}

static void refuse_request(struct connection *connection, int status, const char *reason)
{
	size_t len;
	char *bytes = http_answer_write_refusal(status, reason, connection->head_only,
	                                        is_tcp(connection), &len);

	(void)uv_read_stop(&connection->handle.stream);
	connection->last = true;
	tell_answer(connection, NULL, status);
	send_bytes(connection, bytes, len);
}

/* --- streaming --- */

static void end_stream(void *owner, bool at_once)
{
	struct connection *connection = owner;

	if (at_once)
		close_connection(connection);
	else if (connection->state == STREAMING)
		start_lingering(connection);
}

/* Reading goes on, to learn that the reader has gone. */
static struct http_line on_lent(void *arg, struct http_stream *stream)
{
	struct connection *connection = arg;

	connection->all->stats.requests++;
	tell_answer(connection, http_parser_message(connection->parser), 200);
	count_in(connection, NULL);
	buf_reset(&connection->unread);
	connection->exchange = NULL;
	connection->stream = stream;
	connection->state = STREAMING;
	set_deadline(connection, http_stream_rhythm(stream));
	start_reading(connection);
	return (struct http_line){&connection->handle.stream, end_stream, connection};
}

/* --- requests --- */

static void on_answered(void *arg, const struct http_answer *given)
{
	struct connection *connection = arg;
	struct http_answer answer = *given;
	size_t len;

	answer.head_only = connection->head_only;
	answer.last = connection->last;
	answer.tcp = is_tcp(connection);
	char *bytes = http_answer_write(&answer, &len);
	connection->exchange = NULL;
	tell_answer(connection, http_parser_message(connection->parser), answer.status);
	connection->head_only = false; /* whatever is refused before the next request is complete */
	send_bytes(connection, bytes, len);
}

static void ask_handler(struct connection *connection, struct str rest)
{
	const struct http_message *message = http_parser_message(connection->parser);

	(void)uv_read_stop(&connection->handle.stream);
	buf_add_str(&connection->unread, rest);
	connection->state = ANSWERING;
	connection->head_only = strcmp(message->method, "HEAD") == 0;
	connection->is_order = strcmp(message->method, "POST") == 0;
	connection->last = !message->keep_alive;
	connection->exchange =
	        http_exchange_new(message, &connection->peer, on_answered, connection);
	http_exchange_allow_streams(connection->exchange, &connection->all->streams, on_lent);
	set_deadline(connection, connection->all->limits->answer);
	connection->all->handler(connection->all->arg, connection->exchange);
}

/* A partial write would spoil the answer that follows, so the connection is closed then. */
static void send_continue(struct connection *connection)
{
	static char line[] = "HTTP/1.1 100 Continue\r\n\r\n";
	uv_buf_t part = uv_buf_init(line, sizeof(line) - 1);
	int sent = uv_try_write(&connection->handle.stream, &part, 1);

	if (sent != (int)part.len && sent != UV_EAGAIN)
		close_connection(connection);
}

static void receive_bytes(struct connection *connection, struct str bytes)
{
	struct http_connections *all = connection->all;
	bool begun = http_parser_begun(connection->parser);
	const char *reason;
	size_t used;
	int status;

	switch (http_parser_feed(connection->parser, bytes, &used)) {
	case HTTP_MORE:
		if (!begun && http_parser_begun(connection->parser) && !connection->fresh)
			set_deadline(connection, all->limits->request);
		if (http_parser_wants_continue(connection->parser))
			send_continue(connection);
		break;
	case HTTP_COMPLETE: ask_handler(connection, str_skip(bytes, used)); break;
	case HTTP_REFUSED:
		all->stats.wrong++;
		status = http_parser_refusal(connection->parser, &reason);
		refuse_request(connection, status, reason);
		break;
	}
}

/* --- time limits --- */

static void expire_connection(struct heap_node *deadline)
{
	struct connection *connection = container_of(deadline, struct connection, deadline);
	struct http_connections *all = connection->all;

	if (connection->state == RECEIVING && http_parser_begun(connection->parser)) {
		all->stats.timed_out++;
		refuse_request(connection, 408, "the request took too long to arrive");
	} else if (connection->state == ANSWERING) {
		all->stats.timed_out++;
		http_exchange_abandon(connection->exchange);
		connection->exchange = NULL;
		refuse_request(connection, 504,
		               connection->is_order
		                       ? "still in progress; the log will show the outcome"
		                       : "not ready within the time limit: the service is busy or "
		                         "there is much to read; try again");
	} else if (connection->state == STREAMING &&
	           http_stream_tick(connection->stream, (msec)uv_now(all->loop))) {
		set_deadline(connection, http_stream_rhythm(connection->stream));
	} else {
		close_connection(connection);
	}
}

/* --- accepting --- */

static int accept_handle(struct connection *connection, uv_stream_t *listener, enum http_door door)
{
	uv_loop_t *loop = connection->all->loop;

	if (http_door_is_local(door))
		ENSURE(uv_pipe_init(loop, &connection->handle.pipe, 0) == 0);
	else
		ENSURE(uv_tcp_init(loop, &connection->handle.tcp) == 0);
	connection->handle.any.data = connection->write.data = connection;
	int code = uv_accept(listener, &connection->handle.stream);
	if (code == 0 && !http_door_is_local(door))
		(void)uv_tcp_nodelay(&connection->handle.tcp, 1);
	if (code == 0)
		http_door_peer(door, &connection->handle.any, &connection->peer);
	return code;
}

void http_connections_watch(struct http_connections *all, http_answered answered, void *arg)
{
	all->answered = answered;
	all->answered_arg = arg;
}

bool http_connections_full(const struct http_connections *all, enum http_door door)
{
	return all->places[door].served >= all->limits->connections;
}

/* Answers 503 to a connection that got no place. When too many linger already, one attempt to
 * write must be enough. */
static void refuse_connection(struct connection *connection)
{
	struct http_connections *all = connection->all;
	static const char *const reason = "too many connections; try again in a moment";
	size_t len;

	all->stats.turned_away++;
	if (connection->places->lingering <= all->limits->connections) {
		refuse_request(connection, 503, reason);
		return;
	}
	char *bytes = http_answer_write_refusal(503, reason, false, is_tcp(connection), &len);
	uv_buf_t part = uv_buf_init(bytes, (unsigned)len);
	(void)uv_try_write(&connection->handle.stream, &part, 1);
	free(bytes);
	close_connection(connection);
}

void http_connections_accept(struct http_connections *all, uv_stream_t *listener,
                             enum http_door door)
{
	struct connection *connection = xcalloc(1, sizeof(*connection));
	bool served = !http_connections_full(all, door);

	connection->all = all;
	connection->fresh = true;
	connection->places = &all->places[door];
	count_in(connection, served ? &connection->places->served : &connection->places->lingering);
	buf_init(&connection->unread, CHUNK);
	list_push_back(&all->list, &connection->link);
	if (accept_handle(connection, listener, door) < 0) {
		close_connection(connection);
	} else if (served) {
		connection->parser = http_parser_new();
		set_deadline(connection, all->limits->request);
		start_reading(connection);
	} else {
		refuse_connection(connection);
	}
}

/* --- all connections --- */

struct http_connections *http_connections_new(uv_loop_t *loop, const struct http_limits *limits,
                                              http_handler handler, void *arg)
{
	struct http_connections *all = xmalloc(sizeof(*all));

	*all = (struct http_connections){
	        .loop = loop, .limits = limits, .handler = handler, .arg = arg};
	list_init(&all->list);
	http_clock_init(&all->clock, loop, expire_connection);
	http_streams_init(&all->streams, &limits->stream);
	return all;
}

void http_connections_stats(const struct http_connections *all, struct http_stats *ret)
{
	*ret = all->stats;
	ret->streams = all->streams.count;
	for (size_t i = 0; i < HTTP_DOORS; i++) {
		ret->served += all->places[i].served;
		ret->lingering += all->places[i].lingering;
	}
}

void http_connections_close(struct http_connections *all)
{
	list_each(node, next, &all->list)
	        close_connection(container_of(node, struct connection, link));
	http_clock_close(&all->clock);
}

void http_connections_free(struct http_connections *all)
{
	ENSURE(list_empty(&all->list));
	http_clock_free(&all->clock);
	free(all);
}
