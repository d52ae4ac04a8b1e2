/* llhttp checks the grammar; this file adds the limits. The head is limited by the bytes fed while
 * it is incomplete, so that every byte that a peer sends is counted. */
#include "daemon/server/http_parser.h"

#include <llhttp.h>
#include <stdlib.h>

/* Most bytes for chunk sizes, chunk extensions and trailers, besides the body itself. */
#define FRAMING_MAX HTTP_BODY_MAX

struct http_parser {
	llhttp_t llhttp;
	struct http_message message;
	bool begun, target_complete, head_complete, complete;
	bool wants_continue;
	size_t head_bytes, body_bytes; /* as received, before decoding */
	int status;                    /* 0 = not refused */
	const char *reason;
};

struct str http_message_header(const struct http_message *message, struct str name)
{
	struct str lines = buf_str(&message->headers);

	while (lines.len > 0) {
		struct str value = str_split(&lines, '\n');
		struct str found = str_split(&value, ':');

		if (str_ieq(found, name))
			return str_trim(value);
	}
	return (struct str){NULL, 0};
}

static int set_refusal(struct http_parser *parser, int status, const char *reason)
{
	if (parser->status == 0) {
		parser->status = status;
		parser->reason = reason;
	}
	return -1;
}

/* --- callbacks of llhttp; -1 ends the parsing --- */

static int on_url(llhttp_t *llhttp, const char *at, size_t len)
{
	struct http_parser *parser = llhttp->data;

	buf_add(&parser->message.target, at, len);
	return 0;
}

static int on_url_complete(llhttp_t *llhttp)
{
	struct http_parser *parser = llhttp->data;

	parser->target_complete = true;
	return 0;
}

static int on_header(llhttp_t *llhttp, const char *at, size_t len)
{
	struct http_parser *parser = llhttp->data;

	if (!parser->head_complete)
		buf_add(&parser->message.headers, at, len);
	return 0;
}

static int on_field_complete(llhttp_t *llhttp)
{
	struct http_parser *parser = llhttp->data;

	if (!parser->head_complete)
		buf_putc(&parser->message.headers, ':');
	return 0;
}

static int on_value_complete(llhttp_t *llhttp)
{
	struct http_parser *parser = llhttp->data;

	if (!parser->head_complete)
		buf_putc(&parser->message.headers, '\n');
	return 0;
}

static size_t count_hosts(const struct http_message *message)
{
	struct str lines = buf_str(&message->headers);
	size_t count = 0;

	while (lines.len > 0) {
		struct str line = str_split(&lines, '\n');

		if (str_istarts(line, STR("host:")))
			count++;
	}
	return count;
}

/* RFC 9112 §3.2: exactly one Host header; HTTP/1.0 may have none. */
static bool host_is_right(const struct http_parser *parser)
{
	size_t hosts = count_hosts(&parser->message);

	return hosts == 1 || (hosts == 0 && parser->llhttp.http_minor == 0);
}

static int on_headers_complete(llhttp_t *llhttp)
{
	struct http_parser *parser = llhttp->data;
	struct http_message *message = &parser->message;
	bool chunked = (llhttp->flags & F_CHUNKED) != 0;

	parser->head_complete = true;
	if (llhttp->http_major != 1)
		return set_refusal(parser, 505, "this server speaks HTTP/1.1");
	if (message->target.overflow || message->headers.overflow)
		return set_refusal(parser, 431, "the request headers are too large");
	if (!host_is_right(parser))
		return set_refusal(parser, 400, "a request must have exactly one Host header");
	if (!chunked && llhttp->content_length > HTTP_BODY_MAX)
		return set_refusal(parser, 413, "the request body is too large");
	message->method = llhttp_method_name((llhttp_method_t)llhttp_get_method(llhttp));
	message->may_chunk = llhttp->http_minor >= 1;
	message->has_length = chunked || (llhttp->flags & F_CONTENT_LENGTH) != 0;
	parser->wants_continue =
	        (chunked || llhttp->content_length > 0) &&
	        str_ieq(http_message_header(message, STR("expect")), STR("100-continue"));
	return 0;
}

static int on_body(llhttp_t *llhttp, const char *at, size_t len)
{
	struct http_parser *parser = llhttp->data;

	buf_add(&parser->message.body, at, len);
	return parser->message.body.overflow
	               ? set_refusal(parser, 413, "the request body is too large")
	               : 0;
}

/* Upgrades to other protocols are not supported: the request is answered as it is, and bytes after
 * it are not read. */
static int on_message_complete(llhttp_t *llhttp)
{
	struct http_parser *parser = llhttp->data;

	parser->complete = true;
	parser->message.keep_alive = llhttp_should_keep_alive(llhttp) && !llhttp->upgrade;
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
        .on_url = on_url,
        .on_url_complete = on_url_complete,
        .on_header_field = on_header,
        .on_header_field_complete = on_field_complete,
        .on_header_value = on_header,
        .on_header_value_complete = on_value_complete,
        .on_headers_complete = on_headers_complete,
        .on_body = on_body,
        .on_message_complete = on_message_complete,
};

/* --- the parser --- */

struct http_parser *http_parser_new(void)
{
	struct http_parser *parser = xcalloc(1, sizeof(*parser));

	buf_init(&parser->message.target, HTTP_HEAD_MAX);
	buf_init(&parser->message.headers, HTTP_HEAD_MAX);
	buf_init(&parser->message.body, HTTP_BODY_MAX);
	http_parser_reset(parser);
	return parser;
}

void http_parser_free(struct http_parser *parser)
{
	if (parser == NULL)
		return;
	buf_free(&parser->message.target);
	buf_free(&parser->message.headers);
	buf_free(&parser->message.body);
	free(parser);
}

void http_parser_reset(struct http_parser *parser)
{
	struct http_message message = parser->message;

	buf_reset(&message.target);
	buf_reset(&message.headers);
	buf_reset(&message.body);
	*parser = (struct http_parser){.message = {.method = "",
	                                           .target = message.target,
	                                           .headers = message.headers,
	                                           .body = message.body}};
	llhttp_init(&parser->llhttp, HTTP_REQUEST, &settings);
	parser->llhttp.data = parser;
}

static enum http_progress refuse_syntax(struct http_parser *parser, llhttp_errno_t code)
{
	if (code == HPE_INVALID_VERSION || code == HPE_PAUSED_H2_UPGRADE)
		(void)set_refusal(parser, 505, "this server speaks HTTP/1.1");
	else
		(void)set_refusal(parser, 400, "this is not an HTTP/1.1 request");
	return HTTP_REFUSED;
}

/* Parses a piece that does not exceed a limit. */
static enum http_progress parse_piece(struct http_parser *parser, struct str piece,
                                      size_t *ret_used)
{
	llhttp_errno_t code = llhttp_execute(&parser->llhttp, piece.data, piece.len);

	*ret_used = piece.len;
	if (code == HPE_OK)
		return HTTP_MORE;
	if (code == HPE_PAUSED && parser->complete) {
		*ret_used = (size_t)(llhttp_get_error_pos(&parser->llhttp) - piece.data);
		return HTTP_COMPLETE;
	}
	return refuse_syntax(parser, code);
}

/* Skips empty lines before a request, which are not part of it (RFC 9112 §2.2). */
static size_t skip_blank_lines(const struct http_parser *parser, struct str bytes)
{
	size_t at = 0;

	while (!parser->begun && at < bytes.len &&
	       (bytes.data[at] == '\r' || bytes.data[at] == '\n'))
		at++;
	return at;
}

static enum http_progress feed_head(struct http_parser *parser, struct str bytes, size_t *ret_used)
{
	size_t room = HTTP_HEAD_MAX - parser->head_bytes;
	struct str piece = str_make(bytes.data, bytes.len < room ? bytes.len : room);
	enum http_progress progress = parse_piece(parser, piece, ret_used);

	parser->head_bytes += *ret_used;
	if (progress != HTTP_MORE || parser->head_complete || parser->head_bytes < HTTP_HEAD_MAX)
		return progress;
	if (parser->target_complete)
		(void)set_refusal(parser, 431, "the request headers are too large");
	else
		(void)set_refusal(parser, 414, "the request target is too long");
	return HTTP_REFUSED;
}

static enum http_progress feed_body(struct http_parser *parser, struct str bytes, size_t *ret_used)
{
	enum http_progress progress = parse_piece(parser, bytes, ret_used);

	parser->body_bytes += *ret_used;
	if (progress != HTTP_MORE || parser->body_bytes <= HTTP_BODY_MAX + FRAMING_MAX)
		return progress;
	(void)set_refusal(parser, 413, "the request body is too large");
	return HTTP_REFUSED;
}

enum http_progress http_parser_feed(struct http_parser *parser, struct str bytes, size_t *ret_used)
{
	size_t used = skip_blank_lines(parser, bytes);
	enum http_progress progress = HTTP_MORE;

	ENSURE(!parser->complete && parser->status == 0);
	while (progress == HTTP_MORE && used < bytes.len) {
		struct str rest = str_skip(bytes, used);
		size_t taken;

		parser->begun = true;
		progress = parser->head_complete ? feed_body(parser, rest, &taken)
		                                 : feed_head(parser, rest, &taken);
		used += taken;
	}
	*ret_used = used;
	return progress;
}

const struct http_message *http_parser_message(const struct http_parser *parser)
{
	return &parser->message;
}

int http_parser_refusal(const struct http_parser *parser, const char **ret_reason)
{
	*ret_reason = parser->reason;
	return parser->status;
}

bool http_parser_begun(const struct http_parser *parser)
{
	return parser->begun && !parser->complete;
}

bool http_parser_wants_continue(struct http_parser *parser)
{
	bool wants = parser->wants_continue;

	parser->wants_continue = false;
	return wants;
}
