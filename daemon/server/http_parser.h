/* Turns bytes into complete HTTP requests of limited size; hides llhttp. Uses no socket and no
 * clock.
 *
 *     while (bytes.len > 0) {
 *             what = http_parser_feed(parser, bytes, &used);
 *             bytes = str_skip(bytes, used);
 *             HTTP_MORE      all bytes were used: read more
 *             HTTP_COMPLETE  answer http_parser_message(), then http_parser_reset(); bytes that
 *                            were not used belong to the next request
 *             HTTP_REFUSED   answer http_parser_refusal() and close: it is not known where the next
 *                            request begins
 *     }
 *
 * Refused with the status of RFC 9110 and 9112: what is not HTTP/1.x (400, 505), a head of more
 * than HTTP_HEAD_MAX bytes (431; 414 when the target alone is too long), a body of more than
 * HTTP_BODY_MAX bytes (413, sent before the body arrives when its length is announced), no or
 * several Host headers (400). */
#ifndef DAEMON_SERVER_HTTP_PARSER_H
#define DAEMON_SERVER_HTTP_PARSER_H

#include "base/buf.h"

#define HTTP_HEAD_MAX (8 * 1024)
#define HTTP_BODY_MAX (64 * 1024)

/* Owned by the parser; valid until it is fed or reset. */
struct http_message {
	const char *method; /* "GET"; static */
	struct buf target;  /* as received: "/health?x=1", "http://host/health", "*" */
	struct buf headers; /* "Name: value\n" lines; see http_message_header */
	struct buf body;    /* chunks are joined; trailers are dropped */
	bool has_length;    /* it has Content-Length or Transfer-Encoding */
	bool may_chunk;     /* HTTP/1.1: the answer may be chunked */
	bool keep_alive;    /* the connection may be used for another request */
};
/* The value of the first header of that name (case-insensitive), trimmed; data == NULL when there
 * is none. */
struct str http_message_header(const struct http_message *message, struct str name);

enum http_progress { HTTP_MORE, HTTP_COMPLETE, HTTP_REFUSED };

struct http_parser;
struct http_parser *http_parser_new(void) MUST_CHECK;
void http_parser_free(struct http_parser *parser); /* NULL is allowed */
/* Parses bytes; `*ret_used` of them were used: all, unless a request is complete. Must not be
 * called after COMPLETE or REFUSED without a reset. */
enum http_progress http_parser_feed(struct http_parser *parser, struct str bytes,
                                    size_t *ret_used) MUST_CHECK;
/* The request, after HTTP_COMPLETE. */
const struct http_message *http_parser_message(const struct http_parser *parser);
/* prepares for the next request of the same peer */
void http_parser_reset(struct http_parser *parser);
/* The status for the answer after HTTP_REFUSED, and a text in `*ret_reason` (static). */
int http_parser_refusal(const struct http_parser *parser, const char **ret_reason);
/* Whether a request has begun and is not complete. */
bool http_parser_begun(const struct http_parser *parser);
/* Whether the head is complete and the peer waits for "100 Continue" before it sends the body.
 * True once per request. */
bool http_parser_wants_continue(struct http_parser *parser);

#endif
