/* Bytes in, whole and bounded HTTP requests out: llhttp behind one file. No socket, no clock.
 *
 *     while (bytes.len > 0) {
 *             what = http_parser_feed(parser, bytes, &used);
 *             bytes = str_skip(bytes, used);
 *             HTTP_MORE      everything was used: read on
 *             HTTP_COMPLETE  answer http_parser_message(), then http_parser_reset(); what was not
 *                            used is the next request
 *             HTTP_REFUSED   answer http_parser_refusal() and hang up: nobody knows where the next
 *                            request begins
 *     }
 *
 * Refused with the status that RFC 9110 and 9112 have for it: what is no HTTP/1.x (400, 505), a
 * head of more than HTTP_HEAD_MAX bytes (431; 414 when it is the target alone), a body of more than
 * HTTP_BODY_MAX bytes (413, said before the body comes when its length is announced), no or several
 * Host headers (400). */
#ifndef DAEMON_SERVER_HTTP_PARSER_H
#define DAEMON_SERVER_HTTP_PARSER_H

#include "base/buf.h"

#define HTTP_HEAD_MAX (8 * 1024)
#define HTTP_BODY_MAX (64 * 1024)

/* Belongs to the parser; valid until it is fed or reset. */
struct http_message {
	const char *method; /* "GET"; static */
	struct buf target;  /* as it came: "/health?x=1", "http://host/health", "*" */
	struct buf headers; /* "Name: value\n" lines; see http_message_header */
	struct buf body;    /* chunks put together; trailers are dropped */
	bool has_length;    /* Content-Length or Transfer-Encoding was there */
	bool keep_alive;    /* the peer would send another request */
};
/* The value of the first header of that name (case ignored), trimmed; data == NULL when there is
 * none. */
struct str http_message_header(const struct http_message *message, struct str name);

enum http_progress { HTTP_MORE, HTTP_COMPLETE, HTTP_REFUSED };

struct http_parser;
struct http_parser *http_parser_new(void) MUST_CHECK;
void http_parser_free(struct http_parser *parser); /* NULL is fine */
/* `*ret_used` of the bytes were taken, all of them unless a request is complete. Not after COMPLETE
 * or REFUSED. */
enum http_progress http_parser_feed(struct http_parser *parser, struct str bytes,
                                    size_t *ret_used) MUST_CHECK;
const struct http_message *http_parser_message(const struct http_parser *parser);
void http_parser_reset(struct http_parser *parser); /* for the next request of the same peer */
/* The status that says why, and words in `*ret_reason` (static). */
int http_parser_refusal(const struct http_parser *parser, const char **ret_reason);
/* A request has begun and is not complete. */
bool http_parser_begun(const struct http_parser *parser);
/* True once per request: the head is complete and the peer waits for "100 Continue" before it sends
 * the body. */
bool http_parser_wants_continue(struct http_parser *parser);

#endif
