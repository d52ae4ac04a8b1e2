/* Sums only: nothing is decided by them. */
#include "engine/core/tally.h"

#include <string.h>

#include "engine/core/state.h"
#include "engine/core/ticket.h"

/* False: it is no answer. */
static bool result_of(const struct http_reply *reply, const struct llm_result *result,
                      enum answer_result *ret)
{
	if (reply->result == HTTP_CANCELLED || reply->result == HTTP_RECALLED)
		return false;
	switch (result->verdict) {
	case LLM_ANSWERED:
		*ret = result->answer.repairs ? ANSWER_REPAIRED : ANSWER_ACCEPTED;
		return true;
	case LLM_BAD_ANSWER: *ret = result->cut ? ANSWER_TRUNCATED : ANSWER_INVALID; return true;
	case LLM_DECLINED: *ret = ANSWER_REFUSED; return true;
	case LLM_TRY_AGAIN:
	case LLM_NO_MODEL:
	case LLM_NO_ENTRY:
	case LLM_NO_MONEY:
	case LLM_MISCONFIGURED: *ret = ANSWER_ERROR; return true;
	case LLM_LIMITED:
	case LLM_SLOW_DOWN:
	case LLM_REPEAT_NOW:
	case LLM_TOO_LONG: break;
	}
	return false;
}

void tally_answer(struct engine *engine, const struct http_reply *reply,
                  const struct llm_result *result)
{
	enum answer_result counted;

	if (result_of(reply, result, &counted))
		engine->tallies.answers[counted]++;
}

void tally_asked(struct engine *engine, struct ticket *const *tickets, size_t count)
{
	bool again = false;

	for (size_t i = 0; i < count; i++)
		again |= tickets[i]->asked++ > 0;
	engine->tallies.retries[UPSTREAM_LLM] += again;
}

void tally_failed(struct engine *engine, enum call_kind kind)
{
	engine->tally_memory.owed[kind]++;
}

void tally_sent(struct engine *engine, enum call_kind kind, enum upstream_id upstream)
{
	uint64_t *owed = &engine->tally_memory.owed[kind];

	if (kind == CALL_CHAT || *owed == 0)
		return; /* chats are counted by ticket */
	(*owed)--;
	engine->tallies.retries[upstream]++;
}

void tally_step(struct engine *engine)
{
	struct tally_memory *memory = &engine->tally_memory;

	for (size_t i = 0; i < UPSTREAM_COUNT; i++) {
		if (memory->held[i])
			engine->tallies.throttled_ms[i] +=
			        (uint64_t)(engine->now.mono - memory->since);
		memory->held[i] = false;
	}
	memory->since = engine->now.mono;
}

void tally_held(struct engine *engine, enum upstream_id upstream)
{
	engine->tally_memory.held[upstream] = true;
}

void tally_decision(struct engine *engine, const struct ticket *ticket)
{
	const struct analysis *analysis = &ticket->analysis;
	struct engine_tallies *tallies = &engine->tallies;
	size_t rules = analysis->by_rules;

	tallies->root_causes[rules][analysis->root_cause]++;
	tallies->urgencies[rules][analysis->urgency]++;
	tallies->sentiments[rules][analysis->sentiment]++;
}

struct ticket *tally_failure(struct ticket *ticket, enum failure_cause cause)
{
	ticket->failed_by = cause;
	return ticket;
}

void tally_outcome(struct engine *engine, const struct ticket *ticket, enum outcome_status status)
{
	struct engine_tallies *tallies = &engine->tallies;

	tallies->outcomes[status]++;
	if (status == OUTCOME_ERROR)
		tallies->failures[ticket->failed_by]++;
	if (status == OUTCOME_SKIPPED)
		tallies->skipped[ticket->skipped_for]++;
	tallies->human_changes[HUMAN_PROCESSED_TAG] += ticket->tag_taken_off;
}

/* The row of a model; of those that come too late, that of all others. */
static struct model_tally *row_of(struct engine_tallies *tallies, struct str model)
{
	struct str name = utf8_cut(model, TALLY_MODEL_SIZE - 1);

	for (size_t i = 0; i < TALLY_MODELS; i++) {
		struct model_tally *row = &tallies->models[i];

		if (row->name[0] == '\0')
			memcpy(row->name, name.data, name.len);
		if (str_eq(str_of(row->name), name))
			return row;
	}
	return &tallies->models[TALLY_MODELS];
}

void tally_spent(struct engine *engine, struct str model, const struct spending *spent)
{
	if (model.len > 0)
		spending_add(&row_of(&engine->tallies, model)->spent, spent);
}
