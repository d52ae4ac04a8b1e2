/* Making a decision, by the model or by rules. It becomes durable before anything rests on it. A
 * shadow records what it would be, a dry run only shows it. */
#include "engine/core/held.h"
#include "engine/core/journal.h"
#include "engine/core/marks.h"
#include "engine/core/plain.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/core/waiting.h"
#include "engine/decide/decide.h"
#include "llm/prompt.h"
#include "llm/rules.h"

void decision_make(struct engine *engine, struct ticket *ticket)
{
	struct analysis *analysis = &ticket->analysis;

	if (ticket->further.reason && shadow_is_on(engine)) {
		waiting_drop(engine, ticket); /* its order waits for a time that writes */
		return;
	}
	if (!ticket->shadow_decided) {
		/* of all requests, not of the accepted one alone */
		analysis->tokens_prompt = (int64_t)ticket->spent.tokens_prompt;
		analysis->tokens_answer = (int64_t)ticket->spent.tokens_answer;
	}
	analysis->decided_wall = engine->now.wall / MSEC_SECOND * MSEC_SECOND;
	/* the Timestamp line tells the notes of a ticket apart */
	if (analysis->decided_wall <= ticket->further.earlier.decided)
		analysis->decided_wall = ticket->further.earlier.decided + MSEC_SECOND;
	bool whole = ticket->text_hash.len == 0; /* it was kept before the text was shortened */
	marks_keep_text(ticket);
	ticket->whole_hash = ticket->text_hash;
	if (!whole)
		ticket->text_hash =
		        plain_hash(ticket->subject, ticket->description, &ticket->memory);
	arena_free(&ticket->text);
	ticket->subject = ticket->description = (struct str){0};
	ticket->attempts = ticket->refusals = ticket->failures = 0;
	ticket->writing = engine->writing;
	tally_decision(engine, ticket);
	switch (engine->writing) {
	case WRITE_MODE_WRITING: journal_decision(engine, ticket); break;
	case WRITE_MODE_SHADOW: shadow_record(engine, ticket); break;
	case WRITE_MODE_DRY_RUN:
		shadow_would_be(engine, ticket);
		held_end(engine, ticket, LANE_DONE, NULL);
		break;
	}
}

void decision_by_rules(struct engine *engine, struct ticket *ticket, const char *because,
                       enum rules_cause cause)
{
	if (ticket->further.reason && engine->config->llm.provider != LLM_RULES) {
		ticket->failed_by = FAILURE_MODEL;
		held_end(engine, ticket, LANE_FAILED, "%s; the earlier analysis stays", because);
		return;
	}
	ticket->rules_because = arena_str(&ticket->memory, str_of(because));
	ticket->provisional = cause == RULES_FOR_SERVICE;
	rules_analyse(ticket->subject, ticket->description, &ticket->memory, &ticket->analysis);
	ticket->analysis.by_rules = true;
	ticket->analysis.prompt_version = str_of(prompt_version(engine->config));
	ticket->analysis.fallback = cause != RULES_WANTED;
	decision_make(engine, ticket);
}
