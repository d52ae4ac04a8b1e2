/* Holding and ending tickets. held_end() is the only way by which a ticket ends. */
#include "engine/core/further_orders.h"
#include "engine/core/held.h"

#include <stdarg.h>
#include <stdlib.h>

#include "engine/core/figures.h"
#include "engine/core/journal.h"
#include "engine/core/provisional.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/core/undoing_end.h"

void held_take(struct engine *engine, struct ticket *ticket)
{
	list_push_back(&engine->held, &ticket->held);
	engine->held_count++;
	batches_take(engine, ticket);
}

struct ticket *held_new(struct engine *engine, uint64_t id, const struct desk_ticket *read)
{
	struct ticket *ticket = ticket_new(ticket_key(engine->account->id, id));

	ticket->returns = (int)memory_known(engine, id).returns;
	if (read) {
		ticket->priority_first = read->priority;
		ticket->updated_first = ticket->updated_last = read->updated_wall;
	}
	held_take(engine, ticket);
	engine->batch.found++;
	return ticket;
}

void held_let_go(struct engine *engine, struct ticket *ticket)
{
	list_remove(&ticket->held);
	engine->held_count--;
	batches_release(engine, ticket);
}

void held_free(struct engine *engine, struct ticket *ticket)
{
	if (ticket->lane != LANE_NONE)
		lane_move(engine, ticket, LANE_NONE, 0);
	held_let_go(engine, ticket);
	ticket_free(ticket);
}

/* A revisit that comes to nothing is no failure of a ticket that is done; its earlier analysis
 * stays. */
static bool is_left_as_it_was(const struct ticket *ticket)
{
	return ticket->keep_memory && ticket->state == TICKET_FAILED &&
	       ticket->further.reason == FURTHER_REVISIT;
}

static const struct listed *listed_of(struct effect *effect, const struct ticket *ticket,
                                      const char *reason)
{
	struct listed *listed = arena_zalloc(&effect->memory, sizeof(*listed));

	figures_listed(ticket, effect->outcome.status, reason, listed);
	return listed;
}

/* The outcome outlives the ticket, so all it shows is copied into the effect's memory. */
static void emit_outcome(struct engine *engine, const struct ticket *ticket, const char *reason)
{
	struct effect *effect = effects_add(engine->out, EFFECT_OUTCOME);
	struct outcome *outcome = &effect->outcome;
	bool decided = ticket->analysis.model.len > 0;
	bool written = ticket->state == TICKET_DONE;

	effect->ticket = outcome->ticket = ticket->key;
	outcome->status =
	        is_left_as_it_was(ticket) ? OUTCOME_SKIPPED : figures_status(engine, ticket);
	tally_outcome(engine, ticket, outcome->status);
	outcome->reason = arena_str(&effect->memory, str_of(reason));
	if (decided) {
		struct analysis *analysis = arena_zalloc(&effect->memory, sizeof(*analysis));

		analysis_copy(analysis, &ticket->analysis, &effect->memory);
		outcome->analysis = analysis;
	}
	if (written) {
		outcome->tags_added = tags_copy(&ticket->tags_added, &effect->memory);
		outcome->priority_set = ticket->priority_set;
	}
	outcome->changed = ticket->updated_first;
	if (engine->setup.dry_run) {
		outcome->priority_found = ticket->priority_first;
		outcome->tags_found = tags_copy(&ticket->tags_first, &effect->memory);
	}
	outcome->processing_ms = figures_processing(ticket);
	outcome->queue_ms = figures_queue(engine, ticket);
	outcome->listed = listed_of(effect, ticket, reason);
	batch_count(&engine->batch, outcome);
	effect->batch = engine->batch;
}

void held_end(struct engine *engine, struct ticket *ticket, enum lane end, const char *format, ...)
{
	enum lane before = ticket->lane;
	char *reason = NULL;

	if (format) {
		va_list arguments;

		va_start(arguments, format);
		reason = xvasprintf(format, arguments);
		va_end(arguments);
	}
	if (ticket->further.reason == FURTHER_UNDO) {
		lane_move(engine, ticket, end, 0);
		undoing_end(engine, ticket, reason);
		held_let_go(engine, ticket);
		ticket_free(ticket);
		free(reason);
		return;
	}
	backlog_ended(engine, ticket, end);
	lane_move(engine, ticket, end, 0);
	if (end == LANE_DONE)
		engine->last_work = engine->now.mono;
	page_forget(engine, ticket);
	if (further_ended(engine, ticket, before >= LANE_READ))
		ticket->keep_memory = true;
	if (!ticket->keep_memory) {
		memory_ended(engine, ticket, before);
		/* a shadow decision is the end of its ticket, and no outcome */
		if (shadow_records(engine) && before != LANE_SHADOW)
			journal_outcome(engine, ticket, reason);
		if (end == LANE_DONE)
			provisional_done(engine, ticket);
	}
	emit_outcome(engine, ticket, reason);
	held_let_go(engine, ticket);
	ticket_free(ticket);
	free(reason);
}

struct ticket *held_find(const struct engine *engine, uint64_t id)
{
	for (struct list *node = engine->held.next; node != &engine->held; node = node->next) {
		struct ticket *ticket = container_of(node, struct ticket, held);

		if (ticket->key.id == id)
			return ticket;
	}
	return NULL;
}

void held_news(struct engine *engine, const struct desk_ticket *read)
{
	struct ticket *ticket = held_find(engine, read->id);

	if (ticket && read->updated_wall > ticket->updated_seen)
		ticket->updated_seen = read->updated_wall;
}
