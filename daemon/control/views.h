/* Views: what can be read with GET and changes nothing. A table with a row per path; a view may be
 * JSON, text or a file of a web page. A row has one of two functions: `write`, whose answer is
 * known at once, or `begin`, whose answer comes later or has a form of its own. */
#ifndef DAEMON_CONTROL_VIEWS_H
#define DAEMON_CONTROL_VIEWS_H

#include "daemon/control/rights.h"
#include "daemon/control/route_reply.h"

#define VIEW_BYTES_MAX (4 * 1024 * 1024) /* a longer body becomes an answer 500 */

#define VIEW_JSON HTTP_TYPE_JSON

/* What is asked, and by whom. Valid during the call. */
struct view_request {
	struct str query; /* what follows the "?" of the path; see query.h */
	enum right may;   /* the most that the caller may do: at least what the row demands */
	const struct http_peer *peer;       /* its `token` is the name of the token that came */
	const struct http_message *message; /* the request with its header lines */
};

struct view {
	const char *path; /* "/health"; NULL ends a table */
	const char *type; /* Content-Type of what `write` appends */
	/* Appends the body, which ends with a newline (for people who use curl), and returns the
	 * HTTP status. From 400 on the body is {"error":"…"}, see view_refuse(). */
	int (*write)(void *arg, const struct view_request *request, struct buf *out);
	enum right right; /* what it takes to read it */
	/* In place of `write`: answers by the reply, at once or later. */
	void (*begin)(void *arg, const struct view_request *request, struct route_reply *reply);
};

/* The row of the path, or NULL. */
const struct view *view_find(const struct view *table, struct str path);
/* Answers the exchange with the view, or lets it begin to; `arg` is given to its function. */
void view_answer(const struct view *view, void *arg, enum right may,
                 struct http_exchange *exchange);
/* For `write`: appends {"error":"…"} and returns `status`. */
int view_refuse(struct buf *out, int status, const char *sentence);

#endif
