/* What can be read with GET and changes nothing: a table with a row a path, whatever it shows,
 * JSON, text or a file of a page. routes.h says who may read it. */
#ifndef DAEMON_CONTROL_VIEWS_H
#define DAEMON_CONTROL_VIEWS_H

#include "daemon/server/http_exchange.h"

#define VIEW_BYTES_MAX (4 * 1024 * 1024) /* a longer body is answered with 500 */

#define VIEW_JSON HTTP_TYPE_JSON

struct view {
	const char *path; /* "/health"; NULL ends a table */
	const char *type; /* Content-Type */
	/* Appends the body, a text with a line break at its end (for people with curl), and returns
	 * the HTTP status. */
	int (*write)(void *arg, struct buf *out);
};

/* The row of that path, or NULL. */
const struct view *view_find(const struct view *table, struct str path);
void view_answer(const struct view *view, void *arg, struct http_exchange *exchange);

#endif
