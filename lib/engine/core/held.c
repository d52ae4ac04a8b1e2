/* Tickets in hand: how one is taken in hand, comes to its end and is let go. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/core/state.h"
#include "observe/price.h"

void ticket_hold(struct engine *engine, struct ticket *ticket)
{
	list_push_back(&engine->held, &ticket->held);
	engine->held_count++;
	batches_take(engine, ticket);
}

void ticket_let_go(struct engine *engine, struct ticket *ticket)
{
	list_remove(&ticket->held);
	engine->held_count--;
	batches_release(engine, ticket);
}

enum outcome_status ticket_outcome_status(const struct engine *engine, const struct ticket *ticket)
{
	if (ticket->state == TICKET_FAILED)
		return OUTCOME_ERROR;
	if (ticket->state == TICKET_SKIPPED)
		return OUTCOME_SKIPPED;
	return engine->setup.dry_run ? OUTCOME_DRY_RUN : OUTCOME_SUCCESS;
}

msec ticket_processing_ms(const struct ticket *ticket)
{
	return ticket->analysis.model_ms + ticket->write_ms;
}

msec ticket_queue_ms(const struct engine *engine, const struct ticket *ticket)
{
	msec waited = ticket->admitted_at ? engine->now.mono - ticket->admitted_at - ticket_processing_ms(ticket) : 0;

	return waited > 0 ? waited : 0;
}

double ticket_cost(const struct engine *engine, const struct ticket *ticket)
{
	const struct analysis *analysis = &ticket->analysis;

	return price_of(analysis->model, engine->config->llm_price_input, engine->config->llm_price_output,
	                analysis->tokens_prompt, analysis->tokens_answer);
}

/* An outcome outlives the ticket: all it shows is copied into the effect's memory. */
static void emit_outcome(struct engine *engine, const struct ticket *ticket, const char *reason)
{
	struct effect *effect = emit(engine, EFFECT_OUTCOME);
	struct outcome *outcome = &effect->outcome;
	bool decided = ticket->analysis.model.len > 0;
	bool written = ticket->state == TICKET_DONE;

	effect->ticket_id = outcome->ticket_id = ticket->id;
	outcome->status = ticket_outcome_status(engine, ticket);
	outcome->reason = arena_str(&effect->memory, str_of(reason));
	if (decided) {
		struct analysis *analysis = arena_zalloc(&effect->memory, sizeof(*analysis));

		analysis_copy(analysis, &ticket->analysis, &effect->memory);
		outcome->analysis = analysis;
		effect->cost = ticket_cost(engine, ticket);
	}
	if (written) {
		outcome->tags_added = tags_copy(&ticket->tags_added, &effect->memory);
		outcome->priority_set = ticket->priority_set;
	}
	outcome->processing_ms = ticket_processing_ms(ticket);
	outcome->queue_ms = ticket_queue_ms(engine, ticket);
	batch_count(&engine->batch, outcome, effect->cost);
	effect->batch = engine->batch;
}

void ticket_end(struct engine *engine, struct ticket *ticket, enum ticket_state state, const char *format, ...)
{
	enum ticket_state before = ticket->state;
	char *reason = NULL;

	if (format) {
		va_list arguments;

		va_start(arguments, format);
		if (vasprintf(&reason, format, arguments) < 0)
			fatal("out of memory");
		va_end(arguments);
	}
	if (ticket->state == TICKET_FOUND)
		heap_remove(&engine->discover.waiting, &ticket->turn);
	ticket_move(ticket, state);
	if (state == TICKET_DONE)
		engine->last_work = engine->now.mono;
	discover_forget_page(engine, ticket);
	if (!ticket->only_told) {
		returns_ended(engine, ticket, before);
		if (!engine->setup.dry_run)
			journal_outcome(engine, ticket, reason);
	}
	emit_outcome(engine, ticket, reason);
	ticket_let_go(engine, ticket);
	ticket_free(ticket);
	free(reason);
}
