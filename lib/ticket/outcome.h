/* How the processing of a ticket ended, for the results file, the log and the metrics. */
#ifndef TICKET_OUTCOME_H
#define TICKET_OUTCOME_H

#include "ticket/key.h"
#include "ticket/analysis.h"
#include "ticket/priority.h"
#include "ticket/tags.h"

enum outcome_status {
	OUTCOME_SUCCESS,
	OUTCOME_ERROR,
	OUTCOME_SKIPPED,
	OUTCOME_DRY_RUN, /* shown, not written */
	OUTCOME_SHADOW   /* recorded as what would be written, not written */
};
/* success|error|skipped|dry_run|shadow */
const char *outcome_status_name(enum outcome_status status);

struct listed;

/* The strings are borrowed and valid only during the call that passes it. */
struct outcome {
	struct ticket_key ticket;
	enum outcome_status status;
	const struct analysis *analysis; /* NULL when none was made */
	struct tags tags_added;
	enum priority priority_set; /* PRIORITY_NONE = unchanged */
	/* dry run: as the ticket was found */
	enum priority priority_found;
	struct tags tags_found;
	msec changed;       /* wall: updated_at of its first read; 0 = it was not read */
	struct str reason;  /* why skipped or failed; empty on success */
	msec processing_ms; /* model call plus the ticket's own write requests */
	/* waiting for rate limits, other tickets, settled reads, jobs */
	msec queue_ms;
	const struct listed *listed; /* the same as a row of the list of decisions */
};

#endif
