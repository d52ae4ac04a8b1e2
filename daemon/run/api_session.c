/* Says what the gates found out about the caller: a page shows its buttons by it. */
#include "daemon/run/api_session.h"

#include "base/json.h"
#include "daemon/control/query.h"

static const char *word_of(enum right may)
{
	return may == RIGHT_ORDER ? "command" : may == RIGHT_READ ? "read" : "look";
}

int api_session(void *arg, const struct view_request *request, struct buf *out)
{
	const char *name = request->peer->token;
	struct err err;

	if (query_none(request->query, &err) < 0)
		return view_refuse(out, 400, err.text);
	buf_putc(out, '{');
	if (name[0] != '\0') {
		json_add_member(out, "name", str_of(name));
	} else {
		json_add_key(out, "name");
		buf_puts(out, "null");
	}
	json_add_member(out, "may", str_of(word_of(request->may)));
	buf_puts(out, "}\n");
	return 200;
}
