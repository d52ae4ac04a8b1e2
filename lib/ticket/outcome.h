/* How a ticket's way ended, as the results file, the log and the metrics tell it. */
#ifndef TICKET_OUTCOME_H
#define TICKET_OUTCOME_H

#include "ticket/key.h"
#include "ticket/analysis.h"
#include "ticket/priority.h"
#include "ticket/tags.h"

enum outcome_status { OUTCOME_SUCCESS, OUTCOME_ERROR, OUTCOME_SKIPPED, OUTCOME_DRY_RUN };
const char *outcome_status_name(enum outcome_status status); /* success|error|skipped|dry_run */

/* Borrowed strings: valid for the call that carries it. */
struct outcome {
	struct ticket_key ticket;
	enum outcome_status status;
	const struct analysis *analysis; /* NULL when none was made */
	struct tags tags_added;
	enum priority priority_set; /* PRIORITY_NONE = untouched */
	struct str reason;          /* why skipped or failed; empty on success */
	msec processing_ms;         /* model call plus own write request */
	msec queue_ms;              /* waiting for quota, company, stamps, jobs */
};

#endif
