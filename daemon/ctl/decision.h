/* A row of /api/v1/decisions, and an outcome of /api/v1/events, which has the same members: what
 * was decided about a ticket and how it ended. */
#ifndef DAEMON_CTL_DECISION_H
#define DAEMON_CTL_DECISION_H

#include "base/json.h"

/* Texts are those of the tree, and empty where the row has none. */
struct decision {
	int64_t at; /* wall, ms */
	int64_t ticket;
	struct str outcome; /* done, skipped, failed, shadow, dry_run */
	struct str root_cause, urgency, sentiment, by, model, priority_before, priority_after,
	        reason;
	double confidence;    /* NaN = unknown, as the next two */
	double processing_ms; /* from the first read to the end */
	double cost;          /* US dollars */
};

/* Checks the types of all members, for a daemon of another version, or no daemon of ours, may
 * answer. 0, or -1 with which member is wrong. */
int decision_read(const struct json *row, struct decision *ret, struct err *err) MUST_CHECK;
/* Appends one line for people without its end: time, ticket, outcome, then labels, priority, model,
 * time and cost, or the reason. `date`: the day too. */
void decision_add_line(struct buf *out, const struct decision *decision, bool date);
/* Appends the row as JSON in one line, without its end. */
void decision_add_json(struct buf *out, const struct json *row);

#endif
