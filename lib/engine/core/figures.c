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
