/* Records: what must survive a crash, in the order it was decided. A ticket has at most one of each
 * kind alive; a later record of the same ticket and kind replaces the earlier. The payload is one
 * JSON object, free of ticket text. */
#ifndef ENGINE_RECORD_H
#define ENGINE_RECORD_H

#include "ticket/key.h"
#include "observe/statistics.h"

enum record_kind {
	/* the analysis, with priority and updated_at of the first read: before anything is
	 * written */
	RECORD_DECISION,
	RECORD_INTENT,  /* a write about to leave: its stamp, tags, priority, and when */
	RECORD_OUTCOME, /* how it ended: done, skipped, failed */
	/* of an account, ticket number 0: how far the export was read, and whom it left
	 * undecided */
	RECORD_CURSOR
};
const char *record_kind_name(enum record_kind kind);

struct record {
	uint64_t sequence; /* 1, 2, 3 … within one run of the process */
	enum record_kind kind;
	struct ticket_key ticket;
	char *payload; /* owned */
	/* what it adds to the statistics, of the moment when it is made durable; not restored */
	struct counts counts;
	/* Of an outcome: all that a later life needs of it, packed by the engine (known.h), so that
	 * it need not read the payload of each ticket that was ever done. 0 = the payload is
	 * needed. */
	uint64_t brief;
};
void record_free(struct record *record);

#endif
