/* An answer is taken, was not valid, or did not come: the ticket is decided, waits for its next
 * attempt, or is left to the rules. */
#include "engine/decide/result.h"

#include <stdio.h>

#include "engine/core/gates.h"
#include "engine/core/plain.h"
#include "engine/core/quotes.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/decide/decide.h"
#include "engine/decide/reuse.h"

#define SUMMARY_BYTES_MAX (4 * SUMMARY_CHARS_MAX)

static void fall_back_to_rules(struct engine *engine, struct ticket *ticket, const char *reason)
{
	if (!proven_is(engine)) {
		/* it may not be there at all: a probe tells, and no ticket is spent on it */
		ticket->attempts = (int)engine->config->retry.attempts - 1;
		lane_move(engine, ticket, LANE_MODEL, engine->now.mono);
		if (engine->model_gate.state == GATE_OPEN)
			gate_doubt_model(engine, true);
		return;
	}
	if (ticket->further.reason == FURTHER_NONE)
		say(engine, LEVEL_WARNING, ticket->key.id,
		    "Ticket %llu: classified by rules because the model failed: %s",
		    (unsigned long long)ticket->key.id, reason);
	ticket->used_up = RECENT_MODEL_FAILED;
	decision_by_rules(engine, ticket, reason,
	                  ticket->failed ? RULES_FOR_SERVICE : RULES_FOR_TICKET);
	outage_exhausted(engine);
}

/* The model answered, but nothing that can be used: that is an attempt. */
void result_invalid(struct engine *engine, struct ticket *ticket, const char *reason)
{
	ticket->reminder = true;
	ticket->failed = false;
	if (++ticket->attempts >= engine->config->retry.attempts || engine->decide->down)
		fall_back_to_rules(engine, ticket, reason);
	else
		lane_move(engine, ticket, LANE_MODEL, engine->now.mono);
}

/* No answer. Whether that is an attempt is known later (outage.c). The next one comes after
 * `delay`. */
void result_failed(struct engine *engine, struct ticket *ticket, msec delay, const char *reason)
{
	ticket->failed = true;
	ticket->failed_because = arena_str(&ticket->memory, str_of(reason));
	if (engine->decide->down) {
		fall_back_to_rules(engine, ticket, reason);
		return;
	}
	lane_move(engine, ticket, LANE_MODEL, engine->now.mono + delay);
	outage_failed(engine, ticket);
}

/* Its attempts are used up. */
void result_give_up(struct engine *engine, struct ticket *ticket)
{
	char reason[sizeof(((struct llm_result *)NULL)->text)];

	snprintf(reason, sizeof(reason), STR_FMT, STR_ARG(ticket->failed_because));
	fall_back_to_rules(engine, ticket, reason);
}

struct buf result_known(const struct ticket *ticket)
{
	struct buf known;

	buf_init(&known, SIZE_MAX);
	buf_add_str(&known, ticket->known);
	return known;
}

void result_model_works(struct engine *engine, const struct call *call)
{
	if (engine->model_gate.state == GATE_OPEN)
		gate_works(engine, &engine->model_gate, engine->llm.model);
	proven_put(engine);
	outage_answered(engine, false, call->sent_at);
	engine->decide->answered++;
	blame_good(&engine->model_blame, engine->now.mono);
}

void result_take(struct engine *engine, struct ticket *ticket, const struct call *call,
                 const struct llm_result *result)
{
	struct analysis *analysis = &ticket->analysis;
	struct buf known = result_known(ticket);

	for (size_t i = 0; i < ARRAY_LEN(engine->repairs); i++)
		engine->repairs[i] += (result->answer.repairs >> i) & 1;
	*analysis = (struct analysis){
	        .summary = plain_text(engine, result->answer.summary, SUMMARY_BYTES_MAX, &known,
	                              &ticket->memory),
	        .root_cause = result->answer.root_cause,
	        .urgency = result->answer.urgency,
	        .sentiment = result->answer.sentiment,
	        .model = arena_str(&ticket->memory, call->sent.model),
	        .model_version = arena_str(&ticket->memory, result->model_version),
	        .prompt_version = str_of(call->sent.prompt),
	        .tickets = (int64_t)call->ticket_count,
	        .confidence = result->confidence,
	        .model_ms = engine->now.mono - call->sent_at,
	};
	analysis->summary = utf8_cut_chars(analysis->summary, SUMMARY_CHARS_MAX);
	ticket->words = plain_words(engine, result->words, LLM_WORDS_MAX, &known, &ticket->memory);
	buf_free(&known);
	reuse_keep(engine, ticket);
	decision_make(engine, ticket);
}

void result_clean(struct engine *engine, const struct ticket *ticket,
                  const struct http_reply *reply, struct llm_result *result)
{
	struct buf known = result_known(ticket);

	plain_redact_answer(engine, reply, &known, result->text, sizeof(result->text));
	buf_free(&known);
	if (reply->result == HTTP_DONE)
		quotes_cut(result->text, ticket->subject, ticket->description);
}
