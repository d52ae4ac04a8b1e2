/* Making a decision, by the model or by rules. It becomes durable before anything rests on it; a
 * dry run only shows it. */
#include "engine/core/held.h"
#include "engine/core/journal.h"
#include "engine/core/plain.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/decide/decide.h"
#include "llm/prompt.h"
#include "llm/rules.h"

void decision_make(struct engine *engine, struct ticket *ticket)
{
	struct analysis *analysis = &ticket->analysis;

	/* of all requests, not of the accepted one alone */
	analysis->tokens_prompt = (int64_t)ticket->spent.tokens_prompt;
	analysis->tokens_answer = (int64_t)ticket->spent.tokens_answer;
	analysis->decided_wall = engine->now.wall / MSEC_SECOND * MSEC_SECOND;
	/* the Timestamp line tells the notes of a ticket apart */
	if (analysis->decided_wall <= ticket->further.earlier.decided)
		analysis->decided_wall = ticket->further.earlier.decided + MSEC_SECOND;
	ticket->text_hash = plain_hash(ticket->subject, ticket->description, &ticket->memory);
	arena_free(&ticket->text);
	ticket->subject = ticket->description = (struct str){0};
	ticket->attempts = ticket->refusals = ticket->failures = 0;
	if (engine->setup.dry_run) {
		struct tags ours =
		        tags_ours(analysis, str_of(engine->config->zendesk.processed_tag),
		                  str_of(engine->config->zendesk.tag_prefix), &ticket->memory);

		ticket->tags_added = tags_missing(&ticket->tags_first, &ours, &ticket->memory);
		ticket->priority_set = earlier_priority(
		        &ticket->further.earlier,
		        (enum priority_mode)engine->config->zendesk.priority,
		        ticket->priority_first, ticket->priority_first, analysis->urgency);
		held_end(engine, ticket, LANE_DONE, NULL);
		return;
	}
	journal_decision(engine, ticket);
}

void decision_by_rules(struct engine *engine, struct ticket *ticket, const char *because,
                       enum rules_cause cause)
{
	if (ticket->further.reason && engine->config->llm.provider != LLM_RULES) {
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
