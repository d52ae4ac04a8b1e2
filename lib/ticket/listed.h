/* How a ticket ended, as one row of the list of decisions: what can be searched for later, and what
 * is shown at once when a ticket ends. It holds no text of a ticket. */
#ifndef TICKET_LISTED_H
#define TICKET_LISTED_H

#include "ticket/outcome.h"

#define LISTED_MODEL_SIZE 121  /* longer names are cut */
#define LISTED_REASON_SIZE 201 /* and so are longer reasons */
#define LISTED_SURE 10000      /* a confidence of 1 */

struct listed {
	enum outcome_status status;
	bool decided; /* an analysis was made: the next members up to the model are set */
	enum root_cause root_cause;
	enum urgency urgency;
	enum sentiment sentiment;
	bool by_rules;
	/* of the label that the model was least sure of, in ten-thousandths; -1 = not known */
	int32_t confidence;
	char model[LISTED_MODEL_SIZE];
	/* of what was written, or would be in shadow mode; PRIORITY_NONE = not known, or nothing
	 * was written */
	enum priority priority_before, priority_after;
	msec processing_ms;
	int64_t cost_nano; /* billionths of a US dollar; -1 = not known */
	char reason[LISTED_REASON_SIZE];
};

/* A row without an analysis, whose cost is not known. */
void listed_init(struct listed *listed, enum outcome_status status, msec processing_ms);
void listed_set_analysis(struct listed *listed, const struct analysis *analysis);
/* In US dollars; a negative or impossible cost is not known. */
void listed_set_cost(struct listed *listed, double cost);
void listed_set_reason(struct listed *listed, struct str reason);

#endif
