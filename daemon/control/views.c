/* Answers with a view. The whole body is composed before anything is sent, so that one that is too
 * long becomes a proper error. */
#include "daemon/control/views.h"

#include "base/json.h"

const struct view *view_find(const struct view *table, struct str path)
{
	for (; table->path != NULL; table++)
		if (str_eq(path, str_of(table->path)))
			return table;
	return NULL;
}

static void write_view(const struct view *view, void *arg, const struct view_request *request,
                       struct http_exchange *exchange)
{
	struct buf body;

	buf_init(&body, VIEW_BYTES_MAX);
	int status = view->write(arg, request, &body);
	if (body.overflow)
		http_exchange_refuse(exchange, 500, "the answer is too large");
	else
		http_exchange_answer(exchange, status, status < 400 ? view->type : VIEW_JSON,
		                     buf_str(&body));
	buf_free(&body);
}

void view_answer(const struct view *view, void *arg, enum right may, struct http_exchange *exchange)
{
	struct view_request request = {.may = may,
	                               .peer = http_exchange_peer(exchange),
	                               .message = http_exchange_request(exchange)};

	request.query = buf_str(&request.message->target);
	(void)str_split(&request.query, '?');
	if (view->begin != NULL)
		view->begin(arg, &request, route_reply_new(exchange));
	else
		write_view(view, arg, &request, exchange);
}

int view_refuse(struct buf *out, int status, const char *sentence)
{
	buf_putc(out, '{');
	json_add_member(out, "error", str_of(sentence));
	buf_puts(out, "}\n");
	return status;
}
