/* What a read means for a ticket that is analysed once more. Its processed tag says nothing: the
 * first write put it there. Whether this write has arrived is told by its note, if it has one, and
 * otherwise by the tags and the priority that it was to leave: written twice it would change
 * nothing. */
#include "engine/core/held.h"
#include "engine/core/journal.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/write/bulk.h"
#include "engine/write/replace.h"

/* Those of `tags` that are in `list`, or are not. */
static struct tags select_tags(const struct tags *tags, const struct tags *list, bool in,
                               struct arena *arena)
{
	struct tags selected = {.items = arena_alloc(arena, tags->count * sizeof(struct str) + 1)};

	for (size_t i = 0; i < tags->count; i++)
		if (tags_have(list, tags->items[i]) == in)
			selected.items[selected.count++] = tags->items[i];
	return selected;
}

/* The tags that are to go, if they are there. */
static struct tags outdated(struct ticket *ticket, const struct tags *ours, struct str again_tag)
{
	struct arena *memory = &ticket->memory;
	enum further_reason reason = ticket->further.reason;
	struct tags tag = {.items = &again_tag, .count = 1}, none = {0};
	struct tags old = select_tags(&ticket->further.earlier.labels, ours, false, memory);

	if (reason == FURTHER_REFUSED)
		return tags_copy(&tag, memory);
	return tags_merge(&old, reason == FURTHER_ORDER ? &tag : &none, memory);
}

void replace_labels(struct ticket *ticket, const struct tags *read, const struct tags *ours,
                    struct str again_tag)
{
	struct arena *memory = &ticket->memory;
	struct tags old = outdated(ticket, ours, again_tag);
	struct tags gone = select_tags(read, &old, true, memory);
	struct tags left = select_tags(read, &old, false, memory);

	ticket->tags_removed = tags_copy(&gone, memory);
	ticket->tags = tags_merge(&left, ours, memory);
	ticket->tags_added = tags_missing(read, ours, memory);
}

static bool all_there(const struct tags *tags, const struct tags *read, bool there)
{
	for (size_t i = 0; i < tags->count; i++)
		if (tags_have(read, tags->items[i]) != there)
			return false;
	return true;
}

bool replace_is_carried_out(const struct ticket *ticket, const struct desk_ticket *read)
{
	return all_there(&ticket->tags_added, &read->tags, true) &&
	       all_there(&ticket->tags_removed, &read->tags, false) &&
	       (ticket->priority_set == PRIORITY_NONE || ticket->priority_set == read->priority);
}

/* Why the ticket is to be left as it is; NULL = it is written. */
static const char *why_not(const struct ticket *ticket, bool tagged)
{
	if (ticket->further.reason == FURTHER_REVISIT && !tagged)
		return "our tag was removed by someone";
	if (ticket->further.reason == FURTHER_UNTAGGED && tagged)
		return "our tag is there again";
	return NULL;
}

/* The write has arrived. */
static void end_arrived(struct engine *engine, struct ticket *ticket, msec date)
{
	trust_seen(engine, ticket);
	verdict_done(engine, ticket, date);
}

bool replace_ends(struct engine *engine, struct ticket *ticket, const struct desk_ticket *read,
                  msec date)
{
	bool tagged = tags_have(&read->tags, str_of(engine->config->zendesk.processed_tag));
	bool note = further_has_note(ticket) && !ticket->note_is_there;
	bool unmoved = ticket->has_intent && str_eq(ticket->stamp, read->stamp);
	const char *reason = why_not(ticket, tagged);

	ticket->further.tag_seen = tagged;
	if (ticket->maybe_written && ticket->has_intent && !note && !unmoved &&
	    replace_is_carried_out(ticket, read)) {
		end_arrived(engine, ticket, date);
		return true;
	}
	if (reason) {
		held_end(engine, ticket, LANE_SKIPPED, "not written: %s", reason);
		return true;
	}
	if (ticket->maybe_written && !note && !unmoved) {
		/* it did not arrive, and cannot any more */
		ticket->maybe_written = ticket->outcome_unknown = false;
		ticket->has_intent = ticket->job_says_done = false;
	}
	return false;
}
