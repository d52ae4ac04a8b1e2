/* What is to be written: our tags merged into those of the read, the priority, the note. Made
 * durable before the write is sent. */
#include "engine/core/journal.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/write/bulk.h"
#include "engine/write/replace.h"
#include "engine/write/take_back.h"
#include "llm/prompt.h"
#include "ticket/note.h"

static void fill_update(struct engine *engine, struct ticket *ticket,
                        const struct desk_ticket *read)
{
	struct arena *memory = &ticket->memory;
	enum priority_mode mode = (enum priority_mode)engine->config->zendesk.priority;
	struct tags ours =
	        tags_ours(&ticket->analysis, str_of(engine->config->zendesk.processed_tag),
	                  str_of(engine->config->zendesk.tag_prefix), memory);

	if (ticket->further.reason == FURTHER_REFUSED) {
		ours.count = 0;
		mode = PRIORITY_NEVER;
	}
	replace_labels(ticket, &read->tags, &ours, str_of(engine->config->zendesk.again_tag));
	ticket->priority_before = read->priority;
	ticket->priority_set =
	        earlier_priority(&ticket->further.earlier, mode, ticket->priority_first,
	                         read->priority, ticket->analysis.urgency);
}

void intent_make(struct engine *engine, struct ticket *ticket, const struct desk_ticket *read,
                 size_t company)
{
	struct arena *memory = &ticket->memory;

	if (ticket->further.reason == FURTHER_UNDO)
		take_back_fill(engine, ticket, read);
	else
		fill_update(engine, ticket, read);
	ticket->stamp = arena_str(memory, read->stamp);
	ticket->has_intent = true;
	journal_intent(engine, ticket,
	               !ticket->single_only &&
	                       worth_in_bulk(engine, company + lane_count(engine, LANE_BULK)));
}

void intent_fill(struct engine *engine, struct ticket *ticket, struct desk_update *update)
{
	engine->current_ticket = ticket->key;
	buf_reset(&engine->text);
	if (!ticket->note_is_there && further_has_note(ticket))
		note_write(&engine->text, &ticket->analysis);
	*update = (struct desk_update){.id = ticket->key.id,
	                               .tags = ticket->tags,
	                               .priority = ticket->priority_set,
	                               .note = buf_str(&engine->text),
	                               .may_empty = !further_is_analysed(ticket),
	                               .stamp = ticket->stamp};
}

bool intent_is_late(const struct ticket *ticket)
{
	return ticket->updated_seen > ticket->updated_last;
}

void intent_anew(struct engine *engine, struct ticket *ticket)
{
	ticket->has_intent = ticket->maybe_written; /* an intent that was never sent is void */
	ticket->outcome_unknown = false;
	ticket->ready_at = engine->now.mono;
	lane_move(engine, ticket, LANE_READ, engine->now.mono);
}
