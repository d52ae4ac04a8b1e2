/* Formats an answer: status line, header lines and body in one block of bytes. Uses no socket. */
#ifndef DAEMON_SERVER_HTTP_ANSWER_H
#define DAEMON_SERVER_HTTP_ANSWER_H

#include "base/buf.h"

#define HTTP_TYPE_JSON "application/json"

struct http_answer {
	int status;
	const char *type;   /* Content-Type */
	struct str headers; /* further header lines, each with CRLF */
	struct str body;
	/* answer to a HEAD request: the length of the body is given, the body is not sent */
	bool head_only;
	bool last; /* the connection is closed after this answer */
};

/* Returns the bytes, to be freed. */
char *http_answer_write(const struct http_answer *answer, size_t *ret_len) MUST_CHECK;
/* Formats an error as the last answer of a connection; the bytes are to be freed. */
char *http_answer_write_refusal(int status, const char *reason, bool head_only,
                                size_t *ret_len) MUST_CHECK;
/* Writes {"error":"…"} to `out`, which this initialises and the caller frees. */
void http_answer_refusal_body(struct buf *out, const char *reason);

#endif
