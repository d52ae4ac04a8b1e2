/* What was recorded in a span of time: records of some kinds, of all tickets, in the order of the
 * time at which they were decided. It is read by the worker in pieces, so that neither the loop
 * nor what is to be stored waits long for a long history. Each call answers one piece; who wants
 * more asks again with the cursor of the last answer. Records that are put meanwhile may or may
 * not be among those that follow; none is told twice. */
#ifndef DAEMON_STORE_STORE_HISTORY_H
#define DAEMON_STORE_STORE_HISTORY_H

#include "base/clock.h"
#include "engine/record.h"

#define STORE_SPAN_EVENTS 500              /* records in one answer, at most */
#define STORE_SPAN_BYTES ((size_t)1 << 18) /* of payloads in an answer with more than one */
#define STORE_SPAN_LOOKED 20000            /* records of any kind looked at for one answer */

/* The place of a record in a history that is ordered by time. */
struct store_cursor {
	bool set; /* false = the beginning of the span */
	msec wall;
	int64_t serial;
};

struct store_span {
	msec from, to;     /* wall, ms: from <= time < to */
	uint32_t kinds;    /* 1 << RECORD_DECISION | … */
	bool newest_first; /* else the oldest are first */
	struct store_cursor after;
	size_t limit; /* of records in this answer; 0 = STORE_SPAN_EVENTS, the most */
};
#define STORE_KIND(kind) (UINT32_C(1) << (kind))

struct store_event {
	struct ticket_key ticket;
	enum record_kind kind;
	msec at;    /* wall, ms */
	bool alive; /* the next start would restore it */
	/* NUL-terminated JSON in the clear, {"pruned":true} of an outcome whose ticket ended long
	 * ago; NULL when it is damaged or cannot be unsealed. */
	const char *payload;
};

/* All of it is valid during the call of `done`. */
struct store_events {
	const struct store_event *events;
	size_t count; /* may be 0 although there is more: what was looked at was of other kinds */
	bool more;    /* the span is not at its end: ask again with `next` as `after` */
	struct store_cursor next;
	const char *error; /* NULL, or why the database cannot be read */
};

#endif
