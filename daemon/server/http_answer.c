/* The reason phrases of RFC 9110, and the header lines that every answer has. */
#include "daemon/server/http_answer.h"

#include "base/json.h"
#include "daemon/system/clock.h"

#define HEAD_MAX 2048
#define REFUSAL_MAX 4096

static const char *reason_phrase(int status)
{
	static const struct {
		int status;
		const char *phrase;
	} phrases[] = {{200, "OK"},
	               {202, "Accepted"},
	               {204, "No Content"},
	               {304, "Not Modified"},
	               {400, "Bad Request"},
	               {401, "Unauthorized"},
	               {403, "Forbidden"},
	               {404, "Not Found"},
	               {405, "Method Not Allowed"},
	               {408, "Request Timeout"},
	               {409, "Conflict"},
	               {410, "Gone"},
	               {411, "Length Required"},
	               {413, "Content Too Large"},
	               {414, "URI Too Long"},
	               {415, "Unsupported Media Type"},
	               {421, "Misdirected Request"},
	               {422, "Unprocessable Content"},
	               {429, "Too Many Requests"},
	               {431, "Request Header Fields Too Large"},
	               {500, "Internal Server Error"},
	               {502, "Bad Gateway"},
	               {503, "Service Unavailable"},
	               {504, "Gateway Timeout"},
	               {505, "HTTP Version Not Supported"}};

	for (size_t i = 0; i < ARRAY_LEN(phrases); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "";
}

static bool has_header(struct str lines, struct str begin)
{
	while (lines.len > 0)
		if (str_istarts(str_split(&lines, '\n'), begin))
			return true;
	return false;
}

static void add_description(struct buf *out, const struct http_answer *answer)
{
	if (answer->status == 204 || answer->status == 304)
		return;
	buf_printf(out, "Content-Type: %s\r\n", answer->type);
	if (answer->length == HTTP_LENGTH_GIVEN)
		buf_printf(out, "Content-Length: %zu\r\n", answer->body.len);
	else if (answer->length == HTTP_LENGTH_CHUNKED)
		buf_puts(out, "Transfer-Encoding: chunked\r\n");
}

char *http_answer_write(const struct http_answer *answer, size_t *ret_len)
{
	char date[CLOCK_HTTP_DATE_SIZE];
	struct buf out;

	buf_init(&out, HEAD_MAX + answer->headers.len + answer->body.len);
	clock_format_http_date(clock_now().wall, date);
	buf_printf(&out, "HTTP/1.1 %d %s\r\nDate: %s\r\n", answer->status,
	           reason_phrase(answer->status), date);
	add_description(&out, answer);
	if (!has_header(answer->headers, STR("cache-control:")))
		buf_puts(&out, "Cache-Control: no-store\r\n");
	buf_puts(&out, answer->tcp ? HTTP_ANSWER_GUARD : "X-Content-Type-Options: nosniff\r\n");
	if (answer->last)
		buf_puts(&out, "Connection: close\r\n");
	buf_add_str(&out, answer->headers);
	buf_puts(&out, "\r\n");
	if (!answer->head_only && answer->length == HTTP_LENGTH_GIVEN)
		buf_add_str(&out, answer->body);
	ENSURE(!out.overflow);
	return buf_take(&out, ret_len);
}

void http_answer_refusal_body(struct buf *out, const char *reason)
{
	buf_init(out, REFUSAL_MAX);
	buf_putc(out, '{');
	json_add_member(out, "error", str_of(reason));
	buf_puts(out, "}\n");
}

char *http_answer_write_refusal(int status, const char *reason, bool head_only, bool tcp,
                                size_t *ret_len)
{
	struct buf body;

	http_answer_refusal_body(&body, reason);
	char *bytes = http_answer_write(&(struct http_answer){.status = status,
	                                                      .type = HTTP_TYPE_JSON,
	                                                      .body = buf_str(&body),
	                                                      .head_only = head_only,
	                                                      .last = true,
	                                                      .tcp = tcp},
	                                ret_len);
	buf_free(&body);
	return bytes;
}
