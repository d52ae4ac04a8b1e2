/* HTTP as data: what a request is before anybody sends it, and what came back. Protocol modules
 * write requests and read replies; who moves the bytes (libcurl, or the simulated world) is none of
 * their business. */
#ifndef BASE_HTTP_H
#define BASE_HTTP_H

#include "base/buf.h"
#include "base/clock.h"

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_DELETE };
const char *http_method_name(enum http_method method);

#define HTTP_REQUEST_HEADERS_MAX 12

/* Owns all its bytes; http_request_free releases them, not the struct. A zeroed one is empty.
 * Header lines are "Name: value" and may hold credentials: never log them. */
struct http_request {
	enum http_method method;
	char *url; /* absolute; never holds credentials */
	char *headers[HTTP_REQUEST_HEADERS_MAX];
	size_t header_count;
	char *body; /* NULL = none */
	size_t body_len;
	size_t reply_max; /* bytes of decoded body that are accepted; more ends as HTTP_TOO_LARGE */
	msec timeout;     /* for the whole exchange */
	/* the reply's body is read by http_reply_json: a big one may be read ahead */
	bool json;
};
void http_request_free(struct http_request *request);
/* Control bytes become blanks, so that no value can begin a header of its own. */
void http_request_add_header(struct http_request *request, const char *format, ...)
        PRINTF_LIKE(2, 3);
/* Empties the buffer, which must not have overflowed: half a body is never sent. */
void http_request_take_body(struct http_request *request, struct buf *body);

/* How an exchange ended. Only HTTP_DONE has a status. */
enum http_result {
	HTTP_DONE,
	HTTP_TIMEOUT,    /* nothing, or not everything, within the time given */
	HTTP_NO_CONNECT, /* name, address or connection: the request certainly never left */
	/* certificate, pin or protocol version: never left either; not retried silently */
	HTTP_TLS_REFUSED,
	/* the connection ended early or spoke garbage: the server may have acted on the request */
	HTTP_BROKEN,
	HTTP_TOO_LARGE, /* body over reply_max */
	HTTP_CANCELLED  /* we asked for it; the server may have acted */
};
const char *http_result_name(enum http_result result);
/* True when the server may have acted on the request although we hold no answer. */
bool http_result_unknown(enum http_result result);

struct http_header {
	char *name; /* lower case */
	char *value;
};

/* Owns all its bytes; http_reply_free releases them. The body has a NUL behind it. */
struct http_reply {
	enum http_result result;
	int status; /* 0 unless HTTP_DONE */
	struct http_header *headers;
	size_t header_count;
	char *body; /* never NULL when HTTP_DONE */
	size_t body_len;
	char error[200]; /* words for a person; empty when HTTP_DONE */
	/* What was read ahead, see base/http_json.h; both NULL when nothing was. */
	struct json_t *json;
	char *json_error;
};
void http_reply_free(struct http_reply *reply);
/* Lower-cases the name and trims both; what comes after the first HTTP_REPLY_HEADERS_MAX is
 * dropped. */
#define HTTP_REPLY_HEADERS_MAX 128
void http_reply_add_header(struct http_reply *reply, struct str name, struct str value);
/* First header of that (lower-case) name, or the empty slice with data == NULL. */
struct str http_reply_header(const struct http_reply *reply, const char *name);
struct str http_reply_body(const struct http_reply *reply);
bool http_reply_ok(const struct http_reply *reply); /* HTTP_DONE and 2xx */
/* The server's clock (Date header), or -1 when absent or unparsable. */
msec http_reply_date(const struct http_reply *reply);
/* Retry-After in both forms, and retry-after-ms which wins; -1 when absent or unparsable. The date
 * form is taken against the reply's own Date, or `wall` when there is none. Cut at 24 hours. */
msec http_reply_retry_after(const struct http_reply *reply, msec wall);

/* Appends `text` with everything but RFC 3986 unreserved characters percent-encoded. */
void http_add_query_escaped(struct buf *buf, struct str text);
/* Appends the value of the first query parameter of that name to `out`, percent-decoded ('+' is a
 * blank); false when absent or wrongly encoded. Used to take a cursor or a page number from a link
 * without ever following the link itself. `name` is given decoded, e.g. "page[after]". */
bool http_query_parameter(struct str url, struct str name, struct buf *out);

#endif
