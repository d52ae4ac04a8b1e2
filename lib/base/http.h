/* HTTP as data: requests before they are sent, and replies. Protocol modules build requests and
 * read replies; who transfers the bytes (libcurl, or the simulated world) does not matter to
 * them. */
#ifndef BASE_HTTP_H
#define BASE_HTTP_H

#include "base/buf.h"
#include "base/clock.h"

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_DELETE };
const char *http_method_name(enum http_method method);

#define HTTP_REQUEST_HEADERS_MAX 12

/* Owns all its bytes; http_request_free() releases them, but not the struct. A zeroed one is empty.
 * Header lines are "Name: value" and may hold credentials: never log them. */
struct http_request {
	enum http_method method;
	char *url; /* absolute; never holds credentials */
	char *headers[HTTP_REQUEST_HEADERS_MAX];
	size_t header_count;
	char *body; /* NULL = none */
	size_t body_len;
	/* bytes of decoded body that are accepted; a longer one ends as HTTP_TOO_LARGE */
	size_t reply_max;
	msec timeout; /* for the whole exchange */
	/* the reply's body will be read by http_reply_json(), so a big one may be parsed in
	 * advance */
	bool json;
};
void http_request_free(struct http_request *request);
/* Appends a header line. Control bytes become blanks, so that no value can begin another header. */
void http_request_add_header(struct http_request *request, const char *format, ...)
        PRINTF_LIKE(2, 3);
/* Takes the buffer's bytes and empties it. It must not have overflowed: half a body is never
 * sent. */
void http_request_take_body(struct http_request *request, struct buf *body);

/* How an exchange ended. Only HTTP_DONE has a status. */
enum http_result {
	HTTP_DONE,
	HTTP_TIMEOUT,    /* no answer, or not all of it, within the timeout */
	HTTP_NO_CONNECT, /* no connection: the request was certainly not sent */
	/* the name of the host, or of the proxy on the way, does not exist: not sent either, and
	 * asking again at once is in vain */
	HTTP_NO_HOST,
	/* certificate, pin or protocol version refused: not sent either; not retried silently */
	HTTP_TLS_REFUSED,
	/* the connection ended early or sent garbage: the server may have acted on the request */
	HTTP_BROKEN,
	HTTP_TOO_LARGE, /* body over reply_max */
	HTTP_CANCELLED, /* cancelled by us; the server may have acted on the request */
	HTTP_RECALLED   /* taken back by us before a byte of it was sent */
};
const char *http_result_name(enum http_result result);
/* True when the server may have acted on the request although we hold no answer. */
bool http_result_unknown(enum http_result result);
/* True when nothing of the request has left this machine for the server. */
bool http_result_unsent(enum http_result result);

struct http_header {
	char *name; /* lower case */
	char *value;
};

/* Owns all its bytes; http_reply_free() releases them. The body is followed by a NUL. */
struct http_reply {
	enum http_result result;
	int status; /* 0 unless HTTP_DONE */
	struct http_header *headers;
	size_t header_count;
	char *body; /* never NULL when HTTP_DONE */
	size_t body_len;
	char error[200]; /* message for people; empty when HTTP_DONE */
	/* What was parsed in advance, see base/http_json.h; both NULL when nothing was. */
	struct json *json;
	char *json_error;
};
void http_reply_free(struct http_reply *reply);
/* Appends a header: lower-cases the name and trims both. Headers after the first
 * HTTP_REPLY_HEADERS_MAX are dropped. */
#define HTTP_REPLY_HEADERS_MAX 128
void http_reply_add_header(struct http_reply *reply, struct str name, struct str value);
/* Value of the first header of that (lower-case) name, or the empty slice with data == NULL. Valid
 * as long as the reply. */
struct str http_reply_header(const struct http_reply *reply, const char *name);
struct str http_reply_body(const struct http_reply *reply);
bool http_reply_ok(const struct http_reply *reply); /* HTTP_DONE and 2xx */
/* The host, with its port, that a redirect leads to: it names what is in the way, while the rest of
 * the link may hold anything. Empty when there is none or it is no host name. Valid as long as the
 * reply. */
struct str http_reply_redirect_host(const struct http_reply *reply);
bool http_reply_is_redirect(const struct http_reply *reply); /* HTTP_DONE and 3xx */
/* The server's wall time from the Date header; -1 when absent or unparsable. */
msec http_reply_date(const struct http_reply *reply);
/* Span of Retry-After in both forms, or of retry-after-ms, which has precedence; -1 when absent or
 * unparsable, 0 also for a date in the past. The date form is relative to the reply's own Date, or
 * to `wall` when there is none. At most 24 hours. */
msec http_reply_retry_after(const struct http_reply *reply, msec wall);

/* Appends `text`, percent-encoding everything but RFC 3986 unreserved characters. */
void http_add_query_escaped(struct buf *buf, struct str text);
/* Appends the value of the first query parameter of that name to `out`, percent-decoded ('+' is a
 * blank); false when it is absent or badly encoded. Used to take a cursor or a page number from a
 * link without ever following the link itself. `name` is given decoded, e.g. "page[after]". */
bool http_query_parameter(struct str url, struct str name, struct buf *out);

#endif
