/* The outcomes that were shown lately, because one may come twice: in the stream, and in the list
 * that fills a gap of the stream. The list has the time of the record, which is some moments away
 * from that of the event; so outcomes of a ticket are the same when all but the time is, within a
 * minute. */
#ifndef DAEMON_CTL_SEEN_H
#define DAEMON_CTL_SEEN_H

#include "daemon/ctl/decision.h"

#define SEEN_MAX 4096

struct seen {
	struct {
		int64_t at, ticket;
		double processing_ms; /* -1 = unknown */
		char outcome;         /* its first letter */
	} rows[SEEN_MAX];
	size_t next;
};

/* Notes the outcome; false when it was among the last SEEN_MAX. A zeroed struct has seen none. */
bool seen_add(struct seen *seen, const struct decision *decision);

#endif
