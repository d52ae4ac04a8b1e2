/* A stream writes frames to the connection that it was given. What a peer may cost is bounded by
 * the bytes that wait here and by a small send buffer of the kernel, where news would grow old.
 *
 * Each third of a pulse the connection asks whether bytes still move. */
#include "daemon/server/http_stream.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/system/socket.h"

#define SEND_BUFFER (64 * 1024)
#define TICKS_A_PULSE 3
#define RETRY_AFTER "Retry-After: 10"
#define CHUNK_SIZE_MAX 20 /* the length of a chunk in hex, CRLF, and NUL */

struct http_stream {
	struct http_streams *all;
	struct list link;
	struct http_line line;
	struct http_peer peer;
	const struct http_stream_events *events;
	void *arg;
	bool chunked;
	bool ending;    /* http_stream_close was called */
	bool skipped;   /* something was not sent since the queue was last empty */
	size_t frames;  /* writes that are not over */
	uint64_t given; /* bytes given to the connection */
	/* For finding out whether bytes move. */
	uint64_t sent_then;
	msec moved;
	unsigned ticks;
};

/* One write. */
struct frame {
	uv_write_t write;
	struct http_stream *stream;
	size_t len;
	char bytes[];
};

/* --- places --- */

void http_streams_init(struct http_streams *streams, const struct http_stream_limits *limits)
{
	*streams = (struct http_streams){.limits = limits};
	list_init(&streams->list);
}

static struct str host_of(const struct http_peer *peer)
{
	const char *colon = strrchr(peer->address, ':');

	return str_make(peer->address,
	                colon != NULL ? (size_t)(colon - peer->address) : strlen(peer->address));
}

/* Who may give orders, or brought a token, is never counted: there is a place while there is one at
 * all. All who come through one proxy have one address; and a user of this machine, who has all of
 * 127.0.0.0/8, is one peer, not as many as there are places. */
static bool is_same_peer(const struct http_peer *a, const struct http_peer *b)
{
	if (a->door != b->door || a->door == HTTP_DOOR_CONTROL || a->token[0] != '\0' ||
	    b->token[0] != '\0')
		return false;
	if (a->door != HTTP_DOOR_TCP)
		return a->uid == b->uid;
	return (a->loopback && b->loopback) || str_eq(host_of(a), host_of(b));
}

static size_t count_of_peer(struct http_streams *all, const struct http_peer *peer)
{
	size_t count = 0;

	list_each(node, next, &all->list) count +=
	        is_same_peer(&container_of(node, struct http_stream, link)->peer, peer);
	return count;
}

/* NULL: there is a place. */
static const char *why_no_place(struct http_streams *all, const struct http_peer *peer)
{
	if (all->count >= all->limits->streams)
		return "too many streams are open; try again later, or ask for the state now and "
		       "then";
	if (count_of_peer(all, peer) >= all->limits->a_peer)
		return "too many streams are open to this address; close one, or ask for the state "
		       "now and then";
	return NULL;
}

/* --- writing --- */

static bool is_over(const struct http_stream *stream)
{
	return uv_is_closing((const uv_handle_t *)stream->line.handle) != 0;
}

static void on_frame_written(uv_write_t *write, int status)
{
	struct frame *frame = container_of(write, struct frame, write);
	struct http_stream *stream = frame->stream;

	free(frame);
	stream->frames--;
	if (is_over(stream))
		return;
	if (status < 0) {
		stream->line.end(stream->line.owner, true);
	} else if (stream->frames == 0 && stream->ending) {
		stream->line.end(stream->line.owner, false);
	} else if (stream->frames == 0 && stream->skipped) {
		stream->skipped = false;
		if (stream->events->drained != NULL)
			stream->events->drained(stream->arg, stream);
	}
}

/* Takes the bytes. */
static void write_frame(struct http_stream *stream, struct frame *frame)
{
	uv_buf_t part = uv_buf_init(frame->bytes, (unsigned)frame->len);

	frame->stream = stream;
	if (uv_write(&frame->write, stream->line.handle, &part, 1, on_frame_written) < 0) {
		free(frame);
		stream->line.end(stream->line.owner, true);
		return;
	}
	stream->frames++;
	stream->given += part.len;
	if (http_stream_backlog(stream) > HTTP_STREAM_BACKLOG_MAX)
		stream->line.end(stream->line.owner, true);
}

static struct frame *new_frame(size_t room)
{
	struct frame *frame = xmalloc(sizeof(*frame) + room);

	frame->len = 0;
	return frame;
}

static void add_to_frame(struct frame *frame, const char *bytes, size_t len)
{
	memcpy(frame->bytes + frame->len, bytes, len);
	frame->len += len;
}

/* An empty chunk would be the last one. */
static void send_piece(struct http_stream *stream, struct str bytes)
{
	struct frame *frame = new_frame(bytes.len + 2 * CHUNK_SIZE_MAX);

	if (stream->chunked)
		frame->len = (size_t)snprintf(frame->bytes, CHUNK_SIZE_MAX, "%zx\r\n", bytes.len);
	add_to_frame(frame, bytes.data, bytes.len);
	if (stream->chunked)
		add_to_frame(frame, "\r\n", 2);
	write_frame(stream, frame);
}

size_t http_stream_backlog(const struct http_stream *stream)
{
	return uv_stream_get_write_queue_size(stream->line.handle);
}

bool http_stream_send(struct http_stream *stream, struct str bytes)
{
	if (bytes.len == 0)
		return true;
	if (stream->ending || is_over(stream))
		return false;
	if (http_stream_backlog(stream) > HTTP_STREAM_SKIP) {
		stream->skipped = true;
		return false;
	}
	send_piece(stream, bytes);
	return true;
}

void http_stream_close(struct http_stream *stream)
{
	if (stream->ending || is_over(stream))
		return;
	stream->ending = true;
	if (stream->chunked) {
		struct frame *frame = new_frame(CHUNK_SIZE_MAX);

		add_to_frame(frame, "0\r\n\r\n", 5);
		write_frame(stream, frame);
	}
	if (stream->frames == 0 && !is_over(stream))
		stream->line.end(stream->line.owner, false);
}

/* --- beginning --- */

/* A peer that vanishes while bytes are on the way to it is not found by keep-alive probes: the
 * kernel would repeat those bytes for a quarter of an hour. */
static void find_dead_peers(struct http_stream *stream)
{
	int size = SEND_BUFFER;

	(void)uv_send_buffer_size((uv_handle_t *)stream->line.handle, &size);
	if (stream->peer.door != HTTP_DOOR_TCP)
		return;
	(void)uv_tcp_keepalive((uv_tcp_t *)stream->line.handle, 1,
	                       (unsigned)(stream->all->limits->pulse / MSEC_SECOND + 1));
	socket_limit_silence((uv_tcp_t *)stream->line.handle,
	                     stream->all->limits->stuck + stream->all->limits->pulse);
}

static void send_head(struct http_stream *stream, const char *type, struct str headers)
{
	struct http_answer answer = {.status = 200,
	                             .type = type,
	                             .headers = headers,
	                             .length = stream->chunked ? HTTP_LENGTH_CHUNKED
	                                                       : HTTP_LENGTH_UNTIL_CLOSE,
	                             .last = true,
	                             .tcp = !http_door_is_local(stream->peer.door)};
	size_t len;
	char *bytes = http_answer_write(&answer, &len);
	struct frame *frame = new_frame(len);

	add_to_frame(frame, bytes, len);
	free(bytes);
	write_frame(stream, frame);
}

static void begin(struct http_stream *stream, struct http_exchange *exchange, const char *type)
{
	struct buf headers;

	stream->peer = *http_exchange_peer(exchange);
	stream->chunked = http_exchange_may_chunk(exchange);
	stream->line = http_exchange_lend(exchange, stream, &headers);
	stream->moved = (msec)uv_now(stream->line.handle->loop);
	list_push_back(&stream->all->list, &stream->link);
	stream->all->count++;
	find_dead_peers(stream);
	send_head(stream, type, buf_str(&headers));
	buf_free(&headers);
}

struct http_stream *http_stream_open(struct http_exchange *exchange, const char *type,
                                     const struct http_stream_events *events, void *arg)
{
	struct http_streams *all = http_exchange_streams(exchange);
	const char *reason = all != NULL ? why_no_place(all, http_exchange_peer(exchange)) : NULL;

	if (all != NULL && reason != NULL) {
		http_exchange_header(exchange, RETRY_AFTER);
		http_exchange_refuse(exchange, 503, reason);
		return NULL;
	}
	if (all == NULL || http_exchange_is_head(exchange)) {
		http_exchange_answer(exchange, 200, type, (struct str){"", 0});
		return NULL;
	}
	struct http_stream *stream = xcalloc(1, sizeof(*stream));
	stream->all = all;
	stream->events = events;
	stream->arg = arg;
	begin(stream, exchange, type);
	return stream;
}

/* --- for the connection --- */

msec http_stream_rhythm(const struct http_stream *stream)
{
	return stream->all->limits->pulse / TICKS_A_PULSE + 1;
}

bool http_stream_tick(struct http_stream *stream, msec now)
{
	size_t backlog = http_stream_backlog(stream);
	uint64_t sent = stream->given - backlog;

	if (backlog == 0 || sent != stream->sent_then)
		stream->moved = now;
	stream->sent_then = sent;
	if (now - stream->moved >= stream->all->limits->stuck)
		return false;
	if (++stream->ticks % TICKS_A_PULSE == 0 && !stream->ending && backlog <= HTTP_STREAM_SKIP)
		send_piece(stream, str_of(stream->events->pulse));
	return true;
}

void http_stream_over(struct http_stream *stream)
{
	const struct http_stream_events *events = stream->events;
	void *arg = stream->arg;

	ENSURE(stream->frames == 0);
	list_remove(&stream->link);
	stream->all->count--;
	free(stream);
	events->closed(arg);
}
