/* Computes the figures of one ticket. All times are spans of the monotonic clock. */
#include "engine/core/figures.h"

#include "engine/core/state.h"
#include "engine/core/ticket.h"

enum outcome_status figures_status(const struct engine *engine, const struct ticket *ticket)
{
	if (ticket->state == TICKET_FAILED)
		return OUTCOME_ERROR;
	if (ticket->state == TICKET_SKIPPED)
		return OUTCOME_SKIPPED;
	static const enum outcome_status done[] = {[WRITE_MODE_WRITING] = OUTCOME_SUCCESS,
	                                           [WRITE_MODE_SHADOW] = OUTCOME_SHADOW,
	                                           [WRITE_MODE_DRY_RUN] = OUTCOME_DRY_RUN};

	return done[ticket->writing];
}

msec figures_processing(const struct ticket *ticket)
{
	return ticket->analysis.model_ms + ticket->write_ms;
}

msec figures_queue(const struct engine *engine, const struct ticket *ticket)
{
	msec waited = ticket->admitted_at
	                      ? engine->now.mono - ticket->admitted_at - figures_processing(ticket)
	                      : 0;

	return waited > 0 ? waited : 0;
}

/* Priorities are shown where something was written, or would have been. */
static void add_priorities(const struct ticket *ticket, struct listed *listed)
{
	bool planned = listed->status == OUTCOME_SHADOW || listed->status == OUTCOME_DRY_RUN;

	if (!planned && !(ticket->state == TICKET_DONE && ticket->has_intent))
		return;
	listed->priority_before = planned ? ticket->priority_first : ticket->priority_before;
	listed->priority_after = ticket->priority_set != PRIORITY_NONE ? ticket->priority_set
	                                                               : listed->priority_before;
}

void figures_listed(const struct ticket *ticket, enum outcome_status status, const char *reason,
                    struct listed *ret)
{
	bool decided = ticket->analysis.model.len > 0;

	listed_init(ret, status, figures_processing(ticket));
	if (decided)
		listed_set_analysis(ret, &ticket->analysis);
	listed_set_cost(ret, ticket->spent.cost);
	listed_set_reason(ret, str_of(reason));
	add_priorities(ticket, ret);
}
