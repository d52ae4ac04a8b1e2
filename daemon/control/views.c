/* Answers with a view. The whole body is composed before anything is sent, so that one that is too
 * long becomes a proper error. */
#include "daemon/control/views.h"

const struct view *view_find(const struct view *table, struct str path)
{
	for (; table->path != NULL; table++)
		if (str_eq(path, str_of(table->path)))
			return table;
	return NULL;
}

void view_answer(const struct view *view, void *arg, struct http_exchange *exchange)
{
	struct buf body;

	buf_init(&body, VIEW_BYTES_MAX);
	int status = view->write(arg, &body);
	if (body.overflow)
		http_exchange_refuse(exchange, 500, "the answer is too large");
	else
		http_exchange_answer(exchange, status, view->type, buf_str(&body));
	buf_free(&body);
}
