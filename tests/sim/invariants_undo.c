/* Checks what people take back: only what is ours goes, nothing is added, each order is carried out
 * once, and what is called undone is undone. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "invariants.h"

bool is_undo(const struct sim_decision *ticket)
{
	return strncmp(ticket->intent_of, "undo-", 5) == 0;
}

void note_undo(struct invariants *invariants, uint64_t id, bool look, bool forget)
{
	struct sim_decision *ticket = sim_decision_of(invariants, id);
	if (!ticket || look)
		return;
	ticket->undo_given = true;
	if (forget)
		world_may_untag(invariants->world, id);
}

void note_undo_record(struct invariants *invariants, struct sim_decision *ticket,
                      const struct record *record)
{
	struct json *payload = json_parse(str_of(record->payload), NULL);
	struct str order = json_str_at(payload, "order");
	bool over = false;
	if (!payload || !json_bool_at(payload, "over", &over))
		violated(invariants, "the undo of ticket %llu has an unreadable record",
		         (unsigned long long)record->ticket.id);
	if (!ticket->undo_given)
		violated(invariants, "ticket %llu is undone, and nobody ordered it",
		         (unsigned long long)record->ticket.id);
	if (over && str_eq(order, str_of(ticket->undo_over)))
		violated(invariants, "ticket %llu was undone twice by one order",
		         (unsigned long long)record->ticket.id);
	if (over)
		snprintf(ticket->undo_over, sizeof(ticket->undo_over), STR_FMT, STR_ARG(order));
	ticket->undo_open = !over;
	json_free(payload);
}

void check_undo_update(struct invariants *invariants, uint64_t id, const struct json *change)
{
	const struct sim_decision *ticket = sim_decision_of(invariants, id);
	if (!ticket->undo_given)
		violated(invariants, "ticket %llu is undone, and nobody ordered it",
		         (unsigned long long)id);
	if (json_at(change, "comment"))
		violated(invariants, "the undo of ticket %llu writes a note",
		         (unsigned long long)id);
}

/* It goes back only from what we set, and to what it was before that. */
void check_undo_priority(struct invariants *invariants, uint64_t id, const struct json *change)
{
	struct str priority = json_str_at(change, "priority");
	struct world_ticket now;
	msec stamped;
	world_look(invariants->world, id, &now);
	if (priority.len == 0 ||
	    clock_parse_iso(json_str_at(change, "updated_stamp"), &stamped) < 0 ||
	    now.updated * MSEC_SECOND > stamped)
		return;
	if (strcmp(now.priority, now.priority_set) != 0)
		violated(invariants, "the undo of ticket %llu overwrites a person's priority",
		         (unsigned long long)id);
	else if (!str_eq(priority, str_of(now.priority_before)))
		violated(invariants,
		         "the undo of ticket %llu sets the priority " STR_FMT ", and it was '%s'",
		         (unsigned long long)id, STR_ARG(priority), now.priority_before);
}

void check_undone(struct invariants *invariants, const struct effect *effect)
{
	const struct undone *undone = &effect->undone;
	struct world_ticket now;
	if (undone->look || undone->end.result != UNDO_DONE)
		return;
	world_look(invariants->world, effect->ticket.id, &now);
	if (now.exists && now.labels > 0 && !now.tags_put_back)
		violated(invariants, "ticket %llu is called undone and has %u tags of ours",
		         (unsigned long long)effect->ticket.id, now.labels);
}
