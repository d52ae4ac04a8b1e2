/* Views: what can be read with GET and changes nothing. A table with a row per path; a view may be
 * JSON, text or a file of a web page. */
#ifndef DAEMON_CONTROL_VIEWS_H
#define DAEMON_CONTROL_VIEWS_H

#include "daemon/control/rights.h"
#include "daemon/server/http_exchange.h"

#define VIEW_BYTES_MAX (4 * 1024 * 1024) /* a longer body becomes an answer 500 */

#define VIEW_JSON HTTP_TYPE_JSON

struct view {
	const char *path; /* "/health"; NULL ends a table */
	const char *type; /* Content-Type */
	/* Appends the body, which ends with a newline (for people who use curl), and returns the
	 * HTTP status. */
	int (*write)(void *arg, struct buf *out);
	enum right right; /* what it takes to read it */
};

/* The row of the path, or NULL. */
const struct view *view_find(const struct view *table, struct str path);
/* Answers the exchange with the view; `arg` is given to `write`. */
void view_answer(const struct view *view, void *arg, struct http_exchange *exchange);

#endif
