/* What a read means for a ticket whose updates are taken back. It has no note by which the write
 * could be known, and needs none: written twice it would change nothing, since what is taken off
 * is not there any more. Only the priority could be a person's by then, who chose the one that we
 * had set. */
#include "engine/write/take_back.h"

#include "engine/core/held.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/core/undoing_end.h"
#include "engine/write/bulk.h"
#include "engine/write/replace.h"

/* The earlier write did not arrive and cannot any more, because the ticket has moved past its
 * stamp. */
static void write_is_void(struct ticket *ticket)
{
	ticket->maybe_written = ticket->outcome_unknown = false;
	ticket->has_intent = ticket->job_says_done = false;
}

/* The ticket has moved past the stamp, by our write or by somebody else's. Where something that the
 * write takes off is gone, or it took nothing off, ours may have come first. */
static bool may_have_arrived(struct ticket *ticket, const struct desk_ticket *read)
{
	struct tags gone = tags_missing(&read->tags, &ticket->tags_removed, &ticket->memory);

	return ticket->priority_set != PRIORITY_NONE &&
	       (ticket->tags_removed.count == 0 || gone.count > 0);
}

bool take_back_ends(struct engine *engine, struct ticket *ticket, const struct desk_ticket *read,
                    msec date)
{
	bool sent = ticket->maybe_written && ticket->has_intent;
	bool unmoved = sent && str_eq(ticket->stamp, read->stamp);
	struct undo_plan plan;

	if (sent && !unmoved && replace_is_carried_out(ticket, read)) {
		trust_seen(engine, ticket);
		verdict_done(engine, ticket, date);
		return true;
	}
	if (unmoved)
		return false;
	if (sent && may_have_arrived(ticket, read))
		ticket->further.priority_theirs = true;
	undoing_plan(engine, ticket, read, &plan);
	if (plan.closed) {
		held_end(engine, ticket, LANE_SKIPPED, "closed since");
		return true;
	}
	if (ticket->further.look || !plan.changes) {
		/* nothing is left after a write that may have arrived: as it was meant */
		ticket->further.undone.result = plan.changes || sent ? UNDO_DONE : UNDO_NOTHING;
		if (sent)
			ticket->further.undone.removed = ticket->tags_removed;
		held_end(engine, ticket, LANE_SKIPPED, NULL);
		return true;
	}
	write_is_void(ticket);
	return false;
}

void take_back_fill(struct engine *engine, struct ticket *ticket, const struct desk_ticket *read)
{
	struct undo_plan plan;

	undoing_plan(engine, ticket, read, &plan);
	ticket->tags = plan.tags;
	ticket->tags_added = (struct tags){0};
	ticket->tags_removed = plan.removed;
	ticket->priority_before = read->priority;
	ticket->priority_set =
	        plan.priority_fate == UNDO_PRIORITY_BACK ? plan.priority : PRIORITY_NONE;
}
