/* What ai-ticketctl top shows, as text: the state in a sentence, today beside yesterday, the queue,
 * what guards requests, alerts, and the last outcomes. */
#ifndef DAEMON_CTL_TOP_VIEW_H
#define DAEMON_CTL_TOP_VIEW_H

#include "base/json.h"

#define TOP_VIEW_OUTCOMES_MAX 50

struct top_view {
	const struct json *now;    /* answer of /api/v1/now */
	const struct json *alerts; /* answer of /api/v1/alerts; NULL = not known */
	const struct json *outcomes[TOP_VIEW_OUTCOMES_MAX]; /* rows of decisions, newest first */
	size_t outcome_count;
	const char *notice;   /* for the second line; NULL = none: nobody answers since … */
	size_t columns, rows; /* of the terminal; 0 = without bound */
	bool colours;
};

/* Appends lines; what does not fit into the terminal is left out, from the end. */
void top_view_write(struct buf *out, const struct top_view *view);
/* Whether the answer of /api/v1/now has what is needed. 0, or -1 with what is wrong. */
int top_view_check(const struct json *now, struct err *err) MUST_CHECK;

#endif
