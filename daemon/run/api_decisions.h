/* GET /api/v1/decisions: how tickets ended, the newest first, searched by what is known of them.
 *
 *     {"decisions":[rows of api_row.h],"next":"CURSOR"|null}
 *
 * All parameters may be left out: ticket, outcome, root_cause, urgency, sentiment, by (model or
 * rules), from, to (wall ms; from <= at < to), limit (1 to 200, 50 when not given), and after, the
 * `next` of the page before. A cursor stays valid for ever: it names a place, and the page behind
 * it holds what stands there. */
#ifndef DAEMON_RUN_API_DECISIONS_H
#define DAEMON_RUN_API_DECISIONS_H

#include "daemon/control/views.h"
#include "daemon/store/store_listed.h"

struct app;

/* The view's `begin`. 503 with Retry-After when too many pages wait for the database. */
void api_decisions_begin(void *arg, const struct view_request *request, struct route_reply *reply);

/* A page as the answer to any question about the list: sends {"NAME":[rows],"next":…}, later. */
struct api_decisions_page {
	const char *name; /* "decisions" */
	struct store_listed_filter filter;
};
void api_decisions_send(struct app *app, const struct api_decisions_page *page,
                        struct route_reply *reply);
/* Reads a cursor of ours. 0, or -1 with a sentence that begins with the parameter's name. */
int api_decisions_read_cursor(struct str text, struct store_cursor *ret,
                              struct err *err) MUST_CHECK;

/* Answers that the store cannot be asked, and why: 503. False: it can. */
bool api_decisions_refused(struct app *app, struct route_reply *reply);
/* Answers that too many wait for it: 503, Retry-After. */
void api_decisions_busy(struct route_reply *reply);

#endif
