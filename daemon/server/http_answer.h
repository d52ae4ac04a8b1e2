/* Formats an answer: status line, header lines and body in one block of bytes. Uses no socket. */
#ifndef DAEMON_SERVER_HTTP_ANSWER_H
#define DAEMON_SERVER_HTTP_ANSWER_H

#include "base/buf.h"

#define HTTP_TYPE_JSON "application/json"

/* How the reader knows where the body ends. */
enum http_length {
	HTTP_LENGTH_GIVEN,      /* Content-Length */
	HTTP_LENGTH_CHUNKED,    /* `body` is not used: chunks follow */
	HTTP_LENGTH_UNTIL_CLOSE /* neither: the end of the connection is its end */
};

struct http_answer {
	int status;       /* 204 and 304 have no body: neither type nor length is told */
	const char *type; /* Content-Type */
	/* Further header lines, each with CRLF. A Cache-Control among them takes the place of the
	 * usual "no-store". */
	struct str headers;
	struct str body;
	enum http_length length;
	/* answer to a HEAD request: the length of the body is given, the body is not sent */
	bool head_only;
	bool last; /* the connection is closed after this answer */
	bool tcp;  /* a browser may read it: with the header lines of HTTP_ANSWER_GUARD */
};

/* What keeps the page of another site, and whatever a ticket contains, from doing anything in the
 * browser of who looks at ours. Every answer over TCP has these lines, whatever it is. */
#define HTTP_ANSWER_GUARD                                                                          \
	"Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "       \
	"img-src 'self' data:; connect-src 'self'; font-src 'none'; base-uri 'none'; "             \
	"form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; "         \
	"trusted-types 'none'\r\n"                                                                 \
	"X-Content-Type-Options: nosniff\r\n"                                                      \
	"Referrer-Policy: no-referrer\r\n"                                                         \
	"Cross-Origin-Opener-Policy: same-origin\r\n"                                              \
	"Cross-Origin-Resource-Policy: same-origin\r\n"

/* Returns the bytes, to be freed. */
char *http_answer_write(const struct http_answer *answer, size_t *ret_len) MUST_CHECK;
/* Formats an error as the last answer of a connection; the bytes are to be freed. */
char *http_answer_write_refusal(int status, const char *reason, bool head_only, bool tcp,
                                size_t *ret_len) MUST_CHECK;
/* Writes {"error":"…"} to `out`, which this initialises and the caller frees. */
void http_answer_refusal_body(struct buf *out, const char *reason);

#endif
