/* Decides which ends of a request mean that it was paid, and estimates where nobody said. */
#include "engine/core/paid.h"

#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "llm/prompt.h"
#include "observe/price.h"

/* A gateway has given up, while the model behind it may have gone on: 408, 499, 502, 504, 524
 * (Cloudflare). Other errors are refusals, which no vendor charges. */
static bool is_given_up(int status)
{
	return status == 408 || status == 499 || status == 502 || status == 504 || status == 524;
}

static bool may_be_paid(const struct http_reply *reply)
{
	if (reply->result != HTTP_DONE)
		return !http_result_unsent(reply->result);
	return http_reply_ok(reply) || is_given_up(reply->status);
}

/* The estimate that the limits use, as an upper bound: the longest answer that is allowed. */
static void estimate(const struct call *call, struct spending *ret)
{
	size_t tickets = call->ticket_count > 0 ? call->ticket_count : 1;
	uint64_t answers = (uint64_t)tickets * PROMPT_ANSWER_TOKENS;
	double prompt = call->tokens - (double)answers;

	ret->tokens_prompt = prompt > 0 ? (uint64_t)prompt : 0;
	ret->tokens_answer = answers;
	ret->estimated = true;
}

static struct str model_of(const struct engine *engine, const struct call *call)
{
	return call->sent.model.len > 0 ? call->sent.model : str_of(engine->llm.model);
}

static struct spending spending_of(const struct engine *engine, const struct call *call,
                                   const struct http_reply *reply, const struct llm_result *result)
{
	struct str model = model_of(engine, call);
	struct spending spent = {0};

	if (!may_be_paid(reply))
		return spent;
	if (result && result->tokens_prompt > 0) {
		spent.tokens_prompt = (uint64_t)result->tokens_prompt;
		spent.tokens_answer =
		        result->tokens_answer > 0 ? (uint64_t)result->tokens_answer : 0;
		spent.tokens_cached =
		        result->tokens_cached > 0 ? (uint64_t)result->tokens_cached : 0;
	} else {
		estimate(call, &spent);
	}
	const struct config *config = engine->config;
	struct prices own = {config->llm.price_input, config->llm.price_cached,
	                     config->llm.price_output};
	spent.cost = price_of(model, own,
	                      (struct priced_tokens){(int64_t)spent.tokens_prompt,
	                                             (int64_t)spent.tokens_cached,
	                                             (int64_t)spent.tokens_answer});
	return spent;
}

void paid_count(struct engine *engine, const struct call *call, const struct http_reply *reply,
                const struct llm_result *result)
{
	struct spending spent = spending_of(engine, call, reply, result);

	spending_add(&engine->batch.spent, &spent);
	tally_spent(engine, model_of(engine, call), &spent);
	spending_add(&engine->unrecorded, &spent);
	if (result && call->ticket)
		tally_answer(engine, reply, result);
	if (call->ticket)
		spending_add(&call->ticket->spent, &spent);
	for (size_t i = 0; i < call->ticket_count; i++) {
		struct spending share = spending_share(&spent, i, call->ticket_count);

		spending_add(&call->tickets[i]->spent, &share);
	}
}

struct spending paid_take_unrecorded(struct engine *engine)
{
	struct spending spent = engine->unrecorded;

	engine->unrecorded = (struct spending){0};
	return spent;
}
