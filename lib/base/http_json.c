/* Parsing a reply's body, now or in advance; the result stays with the reply until the reply is
 * freed. */
#include "base/http_json.h"

#include <stdlib.h>

#include "base/json_mend.h"

bool http_reply_is_big(const struct http_reply *reply)
{
	return http_reply_ok(reply) && reply->body_len > json_quick_bytes();
}

/* The body is repaired only when it cannot be parsed as it is, so that repairs cost nothing
 * otherwise. */
static struct json *parse_or_mend(struct str body, struct err *err)
{
	struct json *tree = json_parse(body, err);

	if (tree || body.len == 0)
		return tree;
	char *copy = xmemdup0(body.data, body.len);
	if (json_mend(copy, body.len))
		tree = json_parse(str_make(copy, body.len), err);
	free(copy);
	return tree;
}

void http_reply_read_ahead(struct http_reply *reply)
{
	struct err reason;

	reply->json = parse_or_mend(http_reply_body(reply), &reason);
	if (!reply->json)
		reply->json_error = xstrdup(reason.text);
}

struct json *http_reply_json(const struct http_reply *reply, struct err *err)
{
	if (reply->json)
		return json_share(reply->json);
	if (!reply->json_error)
		return parse_or_mend(http_reply_body(reply), err);
	err_set(err, "%s", reply->json_error);
	return NULL;
}
