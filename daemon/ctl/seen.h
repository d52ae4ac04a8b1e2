/* The outcomes that were shown lately, because one may come twice: in the stream, and in the list
 * that fills a gap of the stream. */
#ifndef DAEMON_CTL_SEEN_H
#define DAEMON_CTL_SEEN_H

#include "daemon/ctl/decision.h"

#define SEEN_MAX 4096

struct seen {
	struct {
		int64_t at, ticket;
	} rows[SEEN_MAX];
	size_t next;
};

/* Notes the outcome; false when it was among the last SEEN_MAX. A zeroed struct has seen none. */
bool seen_add(struct seen *seen, const struct decision *decision);

#endif
