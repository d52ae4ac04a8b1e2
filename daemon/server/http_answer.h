/* An answer as text: status line, header lines and body in one block of bytes. No socket. */
#ifndef DAEMON_SERVER_HTTP_ANSWER_H
#define DAEMON_SERVER_HTTP_ANSWER_H

#include "base/buf.h"

#define HTTP_TYPE_JSON "application/json"

struct http_answer {
	int status;
	const char *type;   /* Content-Type */
	struct str headers; /* more lines, each with CRLF */
	struct str body;
	/* of a HEAD request: the length of the body is told, nothing of it is sent */
	bool head_only;
	bool last; /* the connection is closed after it */
};

/* The bytes, to be freed. */
char *http_answer_write(const struct http_answer *answer, size_t *ret_len) MUST_CHECK;
/* A refusal as a last answer. */
char *http_answer_write_refusal(int status, const char *reason, bool head_only,
                                size_t *ret_len) MUST_CHECK;
/* {"error":"…"}: initialises `out`, which the caller frees. */
void http_answer_refusal_body(struct buf *out, const char *reason);

#endif
