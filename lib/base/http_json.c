/* The document or the reason why there is none stays with the reply until the reply goes. */
#include "base/http_json.h"

#define BIG (32 * 1024) /* a few tenths of a millisecond: about what handing it over costs at worst */

bool http_reply_is_big(const struct http_reply *reply)
{
	return http_reply_ok(reply) && reply->body_len >= BIG;
}

void http_reply_read_ahead(struct http_reply *reply)
{
	struct err reason;

	reply->json = json_parse(http_reply_body(reply), &reason);
	if (!reply->json)
		reply->json_error = xstrdup(reason.text);
}

json_t *http_reply_json(const struct http_reply *reply, struct err *err)
{
	if (reply->json)
		return json_incref(reply->json);
	if (!reply->json_error)
		return json_parse(http_reply_body(reply), err);
	err_set(err, "%s", reply->json_error);
	return NULL;
}
