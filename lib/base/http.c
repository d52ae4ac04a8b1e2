/* Requests, replies, and the header and URL rules that the protocol modules share. */
#include "base/http.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/json.h"

#define REDIRECT_HOST_MAX 100
#define RETRY_AFTER_MAX (24 * MSEC_HOUR)

const char *http_method_name(enum http_method method)
{
	static const char *const names[] = {[HTTP_GET] = "GET",
	                                    [HTTP_POST] = "POST",
	                                    [HTTP_PUT] = "PUT",
	                                    [HTTP_DELETE] = "DELETE"};

	ENSURE(method < ARRAY_LEN(names));
	return names[method];
}

const char *http_result_name(enum http_result result)
{
	static const char *const names[] = {
	        [HTTP_DONE] = "done",
	        [HTTP_TIMEOUT] = "timeout",
	        [HTTP_NO_CONNECT] = "no connection",
	        [HTTP_NO_HOST] = "no connection",
	        [HTTP_TLS_REFUSED] = "TLS refused",
	        [HTTP_BROKEN] = "connection broken",
	        [HTTP_TOO_LARGE] = "reply too large",
	        [HTTP_CANCELLED] = "cancelled",
	        [HTTP_RECALLED] = "recalled",
	};

	ENSURE(result < ARRAY_LEN(names));
	return names[result];
}

bool http_result_unknown(enum http_result result)
{
	return result != HTTP_DONE && !http_result_unsent(result);
}

bool http_result_unsent(enum http_result result)
{
	return result == HTTP_NO_CONNECT || result == HTTP_NO_HOST || result == HTTP_TLS_REFUSED ||
	       result == HTTP_RECALLED;
}

void http_request_free(struct http_request *request)
{
	free(request->url);
	for (size_t i = 0; i < request->header_count; i++) {
		crypto_wipe(request->headers[i], strlen(request->headers[i]));
		free(request->headers[i]);
	}
	free(request->body);
	*request = (struct http_request){0};
}

void http_request_add_header(struct http_request *request, const char *format, ...)
{
	ENSURE(request->header_count < HTTP_REQUEST_HEADERS_MAX);
	va_list args;
	va_start(args, format);
	char *line = xvasprintf(format, args);
	va_end(args);
	for (char *c = line; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7F)
			*c = ' ';
	request->headers[request->header_count++] = line;
}

void http_request_take_body(struct http_request *request, struct buf *body)
{
	ENSURE(!body->overflow);
	free(request->body);
	request->body = buf_take(body, &request->body_len);
}

void http_reply_free(struct http_reply *reply)
{
	for (size_t i = 0; i < reply->header_count; i++) {
		free(reply->headers[i].name);
		free(reply->headers[i].value);
	}
	free(reply->headers);
	free(reply->body);
	json_free(reply->json);
	free(reply->json_error);
	*reply = (struct http_reply){0};
}

void http_reply_add_header(struct http_reply *reply, struct str name, struct str value)
{
	size_t count = reply->header_count;
	if (count == HTTP_REPLY_HEADERS_MAX)
		return;
	/* The array is full exactly when the count is a power of two. */
	if ((count & (count - 1)) == 0)
		reply->headers =
		        xrealloc(reply->headers, (count ? 2 * count : 1) * sizeof(*reply->headers));
	name = str_trim(name);
	value = str_trim(value);
	struct http_header *header = &reply->headers[reply->header_count++];
	header->name = xmemdup0(name.data, name.len);
	header->value = xmemdup0(value.data, value.len);
	for (char *c = header->name; *c; c++)
		*c = ascii_lower(*c);
}

struct str http_reply_header(const struct http_reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->header_count; i++)
		if (strcmp(reply->headers[i].name, name) == 0)
			return str_of(reply->headers[i].value);
	return (struct str){0};
}

struct str http_reply_body(const struct http_reply *reply)
{
	return str_make(reply->body, reply->body_len);
}

bool http_reply_ok(const struct http_reply *reply)
{
	return reply->result == HTTP_DONE && reply->status >= 200 && reply->status <= 299;
}

bool http_reply_is_redirect(const struct http_reply *reply)
{
	return reply->result == HTTP_DONE && reply->status / 100 == 3;
}

static bool is_host(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!ascii_is_alnum(text.data[i]) && str_find_char(STR(".-_:[]"), text.data[i]) < 0)
			return false;
	return text.len > 0 && text.len <= REDIRECT_HOST_MAX;
}

struct str http_reply_redirect_host(const struct http_reply *reply)
{
	struct str location = http_reply_header(reply, "location");
	ptrdiff_t scheme = str_find(location, STR("://"));

	if (scheme <= 0 || !str_istarts(location, STR("http")) || !http_reply_is_redirect(reply))
		return (struct str){0};
	size_t start = (size_t)scheme + 3, end = start, host = start;
	for (; end < location.len && str_find_char(STR("/?#\\"), location.data[end]) < 0; end++)
		if (location.data[end] == '@')
			host = end + 1;
	struct str name = str_make(location.data + host, end - host);
	return is_host(name) ? name : (struct str){0};
}

msec http_reply_date(const struct http_reply *reply)
{
	msec wall;
	return clock_parse_http_date(http_reply_header(reply, "date"), &wall) < 0 ? -1 : wall;
}

/* Parses digits with an optional fraction as a number of `unit` milliseconds, rounded up; -1 when
 * it is no number. */
static msec parse_span(struct str text, msec unit)
{
	size_t digits = 0;
	while (digits < text.len && ascii_is_digit(text.data[digits]))
		digits++;
	struct str fraction = str_skip(text, digits);
	if (digits == 0 || (fraction.len > 0 && fraction.data[0] != '.') || fraction.len == 1)
		return -1;
	msec part = 0, weight = unit;
	bool more = false;
	for (size_t i = 1; i < fraction.len; i++) {
		if (!ascii_is_digit(fraction.data[i]))
			return -1;
		weight /= 10;
		part += (fraction.data[i] - '0') * weight;
		more |= weight == 0 && fraction.data[i] != '0';
	}
	uint64_t whole;
	if (str_to_u64(str_make(text.data, digits), &whole) < 0 ||
	    whole > (uint64_t)RETRY_AFTER_MAX)
		return RETRY_AFTER_MAX;
	return (msec)whole * unit + part + more;
}

msec http_reply_retry_after(const struct http_reply *reply, msec wall)
{
	msec span = parse_span(http_reply_header(reply, "retry-after-ms"), 1);
	struct str text = http_reply_header(reply, "retry-after");
	if (span < 0)
		span = parse_span(text, MSEC_SECOND);
	if (span < 0) {
		msec until, now = http_reply_date(reply);
		if (clock_parse_http_date(text, &until) < 0)
			return -1;
		span = until - (now < 0 ? wall : now);
	}
	return span < 0 ? 0 : span > RETRY_AFTER_MAX ? RETRY_AFTER_MAX : span;
}

void http_add_query_escaped(struct buf *buf, struct str text)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.data[i];
		if (ascii_is_alnum(text.data[i]) || c == '-' || c == '.' || c == '_' || c == '~')
			buf_putc(buf, text.data[i]);
		else
			buf_add(buf, (char[]){'%', hex[c >> 4], hex[c & 15]}, 3);
	}
}

static int hex_digit(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes and removes the first byte of a query: "%5B", "+" (a blank, as in forms) or itself. -1
 * for a broken escape. */
static int decode_byte(struct str *encoded)
{
	char c = encoded->data[0];
	if (c == '%') {
		int high = encoded->len > 2 ? hex_digit(encoded->data[1]) : -1;
		int low = encoded->len > 2 ? hex_digit(encoded->data[2]) : -1;
		*encoded = str_skip(*encoded, 3);
		return high < 0 || low < 0 ? -1 : high << 4 | low;
	}
	*encoded = str_skip(*encoded, 1);
	return c == '+' ? ' ' : (unsigned char)c;
}

static bool decodes_to(struct str encoded, struct str plain)
{
	while (encoded.len > 0) {
		int byte = decode_byte(&encoded);
		if (byte < 0 || plain.len == 0 || byte != (unsigned char)plain.data[0])
			return false;
		plain = str_skip(plain, 1);
	}
	return plain.len == 0;
}

static bool add_decoded(struct buf *out, struct str encoded)
{
	for (struct str rest = encoded; rest.len > 0;)
		if (decode_byte(&rest) < 0)
			return false;
	while (encoded.len > 0)
		buf_putc(out, (char)decode_byte(&encoded));
	return true;
}

bool http_query_parameter(struct str url, struct str name, struct buf *out)
{
	struct str query = str_split(&url, '#');
	(void)str_split(&query, '?');
	while (query.len > 0) {
		struct str value = str_split(&query, '&');
		struct str found = str_split(&value, '=');
		if (decodes_to(found, name))
			return add_decoded(out, value);
	}
	return false;
}
