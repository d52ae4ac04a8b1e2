/* Any bytes as what a peer sends: requests one behind the other, and what each of them asks for.
 * However the bytes are cut into pieces, the same requests come out. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/server/http_parser.h"
#include "daemon/control/origin.h"
#include "daemon/control/query.h"
#include "daemon/control/route_parts.h"
#include "daemon/control/tokens.h"
#include "fuzz.h"

struct trace {
	struct buf text;
	int refusal;
};

static void look_at_request(const struct http_message *message, struct trace *trace)
{
	static const char *const names[] = {"from", "to", "outcome", NULL};
	static const struct tokens tokens = {.count = 1, .list = {{.name = "a"}}};
	struct ticket_key ids[ROUTE_IDS_MAX];
	struct err err;
	struct query query;
	struct str path, token, question = buf_str(&message->target);
	size_t count;

	ENSURE(message->target.len <= HTTP_HEAD_MAX && message->body.len <= HTTP_BODY_MAX);
	buf_printf(&trace->text, "%s %zu %zu %d %d\n", message->method, message->target.len,
	           message->headers.len, message->has_length, message->keep_alive);
	buf_add_str(&trace->text, buf_str(&message->target));
	buf_add_str(&trace->text, buf_str(&message->headers));
	buf_add_str(&trace->text, buf_str(&message->body));
	if (route_target_parse(question, &path))
		ENSURE(path.len > 0 && path.data[0] == '/' && str_find_char(path, '?') < 0);
	(void)str_split(&question, '?');
	if (query_parse(question, names, &query, &err) == 0)
		ENSURE(query.count < ARRAY_LEN(names));
	(void)route_host_allowed(http_message_header(message, STR("host")),
	                         STR("a.example, [::2]:80"));
	if (tokens_read_header(http_message_header(message, STR("authorization")), &token))
		(void)tokens_find(&tokens, token);
	(void)origin_refusal(message);
	(void)origin_is_json(message);
	if (route_ids_parse(buf_str(&message->body), ids, &count, NULL) == 0)
		ENSURE(count > 0 && count <= ROUTE_IDS_MAX);
}

static void run(struct str bytes, size_t piece, struct trace *trace)
{
	struct http_parser *parser = http_parser_new();
	const char *reason;

	buf_init(&trace->text, 4 * 1024 * 1024);
	trace->refusal = 0;
	while (bytes.len > 0 && trace->refusal == 0) {
		size_t used = 0;

		switch (http_parser_feed(
		        parser, str_make(bytes.data, bytes.len < piece ? bytes.len : piece),
		        &used)) {
		case HTTP_MORE: ENSURE(used == (bytes.len < piece ? bytes.len : piece)); break;
		case HTTP_COMPLETE:
			look_at_request(http_parser_message(parser), trace);
			http_parser_reset(parser);
			break;
		case HTTP_REFUSED:
			trace->refusal = http_parser_refusal(parser, &reason);
			ENSURE(trace->refusal >= 400 && trace->refusal < 600 && reason[0] != '\0');
			break;
		}
		bytes = str_skip(bytes, used);
	}
	http_parser_free(parser);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = str_make((const char *)data, size);
	struct trace whole, pieces;
	size_t piece = size > 0 ? 1 + data[size - 1] % 64 : 1;

	json_seed(1);
	run(bytes, size > 0 ? size : 1, &whole);
	run(bytes, piece, &pieces);
	ENSURE(whole.refusal == pieces.refusal &&
	       str_eq(buf_str(&whole.text), buf_str(&pieces.text)));
	buf_free(&whole.text);
	buf_free(&pieces.text);
	return 0;
}
