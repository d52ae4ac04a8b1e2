/* The probe of the model's service: a chat whose text is our own, so that what the service says to
 * it is about us and not about a ticket. While it is out, nothing new is sent; tickets under way go
 * on. It counts against the rate limits like any other request. If it is refused without a reason
 * that is known, one of the request's parameters may be what the service does not take: the second
 * request goes without them. */
#include <stdio.h>

#include "base/crypto.h"
#include "engine/core/mode.h"
#include "engine/core/paid.h"
#include "engine/core/plain.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/decide/decide.h"
#include "guard/backoff.h"
#include "llm/prompt.h"

#define ROUND_TRIPS_MAX 2

static void send_probe(struct engine *engine, double tokens)
{
	char marker[CRYPTO_MARKER_SIZE];
	struct http_request request = {0};
	struct prompt prompt;

	crypto_derive_marker(
	        str_make((const char *)engine->setup.marker_key, sizeof(engine->setup.marker_key)),
	        ++engine->decide->marker_counter, marker);
	prompt_build(&prompt, engine->config, STR(PROMPT_SAMPLE_SUBJECT), STR(PROMPT_SAMPLE_TEXT),
	             marker, false, &engine->scratch);
	bool bare = engine->decide->probe_bare && engine->model_gate.probe.sent > 0;
	struct llm_sent sent = bare ? llm_request_bare_chat(&engine->llm, &prompt, &request)
	                            : llm_request_chat(&engine->llm, &prompt, &request);
	engine->decide->probe_bare = false;
	struct call *call = call_start(engine, CALL_PROBE, &request, tokens);
	call->sent = sent;
	call->sent.model = STR(""); /* may be replaced before the reply comes */
	engine->model_gate.probe.asking = true;
	engine->model_gate.probe.sent++;
}

void probe_pump(struct engine *engine, msec *deadline)
{
	if (engine->model_gate.probe.asking || !mode_more_to_come(engine) ||
	    !outage_is_probe_due(engine, deadline))
		return;
	double tokens = (double)prompt_system_bytes(engine->config) / 4 + PROMPT_ANSWER_TOKENS;
	if (call_may(engine, CALL_PROBE, tokens, deadline))
		send_probe(engine, tokens);
}

/* True for a request without the parameters that the client would send. */
static bool is_bare(const struct engine *engine, const struct call *call)
{
	return call->sent.params == 0 && llm_sends_parameters(&engine->llm);
}

/* Neither tickets nor credentials were to blame, but what we sent with them. */
static void leave_out_parameters(struct engine *engine)
{
	const char *refusal = engine->decide->probe_refusal;
	unsigned params = llm_refuse_after_bare_chat(&engine->llm, str_of(refusal));
	char names[128];
	size_t len = 0;

	for (; params != 0 && len < sizeof(names); params &= params - 1)
		len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s",
		                        len > 0 ? ", " : "", llm_param_name(params));
	say(engine, LEVEL_WARNING, 0,
	    "model %s answers only without %s: no longer sent (it refused a request with that: %s)",
	    engine->llm.model, names, refusal);
	blame_init(&engine->model_blame);
	refusal_forgive(engine, engine->now.mono);
}

static void probe_passed(struct engine *engine, const struct call *call)
{
	if (is_bare(engine, call))
		leave_out_parameters(engine);
	else
		blame_acquit(&engine->model_blame, engine->now.mono);
	outage_answered(engine, true, call->sent_at);
	gate_open_model(engine);
	gate_works(engine, &engine->model_gate, engine->llm.model);
}

static bool is_for_outage(const struct engine *engine)
{
	return engine->model_gate.probe.for_outage || engine->decide->down;
}

/* No answer: it proves nothing, so no ticket is given up for what it met before, and that is
 * counted anew. But it counts towards an outage, which ends this where no probe is ever
 * answered. */
static void probe_unanswered(struct engine *engine, bool timed_out)
{
	bool outage = is_for_outage(engine);

	if (engine->model_gate.probe.sent < ROUND_TRIPS_MAX && !timed_out)
		return;
	blame_drop(&engine->model_blame);
	refusal_forgive(engine,
	                engine->now.mono + backoff_delay(engine->config->retry.backoff_factor,
	                                                 ++engine->model_gate.probe.unanswered,
	                                                 &engine->prng));
	if (outage) {
		outage_unanswered(engine);
		return;
	}
	gate_open_model(engine);
	outage_exhausted(engine);
}

static void probe_refused(struct engine *engine, const struct call *call,
                          const struct llm_result *result)
{
	bool known = result->named || result->verdict != LLM_MISCONFIGURED;

	if (!known && call->sent.params != 0 && engine->model_gate.probe.sent < ROUND_TRIPS_MAX) {
		engine->decide->probe_bare = true;
		snprintf(engine->decide->probe_refusal, sizeof(engine->decide->probe_refusal), "%s",
		         result->text);
		return;
	}
	engine->model_gate.probe.for_outage = engine->decide->holding = false;
	refusal_by_service(engine, result, NULL);
}

/* Its text is short and harmless: whoever does not take that twice takes no ticket either, unless
 * tickets were answered a moment ago. Once it may be by chance. */
static void probe_declined(struct engine *engine, const struct call *call,
                           const struct llm_result *result)
{
	bool ours = !result->counts_for_breaker && /* a 5xx halts nothing */
	            !blame_clears(&engine->model_blame, engine->now.mono);

	if (ours && ++engine->model_gate.probe.declined >= ROUND_TRIPS_MAX)
		probe_refused(engine, call, result);
	else
		probe_unanswered(engine, false);
}

static void judge_reply(struct engine *engine, const struct call *call,
                        const struct llm_result *result)
{
	switch (result->verdict) {
	case LLM_ANSWERED:
		proven_put(engine);
		probe_passed(engine, call);
		break;
	case LLM_BAD_ANSWER:
		/* Whatever the model wrote, it was let write; a page of something else is no
		 * answer. But what tickets cannot use does not prove that the model works. */
		if (result->words.len > 0 && !is_for_outage(engine))
			probe_passed(engine, call);
		else
			probe_unanswered(engine, false);
		break;
	case LLM_TRY_AGAIN:
	case LLM_LIMITED:
	case LLM_SLOW_DOWN:
	case LLM_REPEAT_NOW: probe_unanswered(engine, result->timed_out); break;
	case LLM_DECLINED:
	case LLM_TOO_LONG: probe_declined(engine, call, result); break;
	case LLM_NO_MODEL:
	case LLM_NO_ENTRY:
	case LLM_NO_MONEY:
	case LLM_MISCONFIGURED: probe_refused(engine, call, result); break;
	}
}

void probe_reply(struct engine *engine, struct call *call, const struct http_reply *reply)
{
	struct llm_result result;

	llm_read_chat(&engine->llm, call->sent, reply, engine->now.wall, &engine->scratch, &result);
	paid_count(engine, call, reply, &result);
	plain_redact_answer(engine, reply, NULL, result.text, sizeof(result.text));
	result.timed_out = result.timed_out || call->timed_out;
	call_signal_llm(engine, call, &result);
	if (call->number <= engine->model_gate.former)
		return;
	engine->model_gate.probe.asking = false;
	if (reply->result == HTTP_RECALLED) {
		engine->model_gate.probe.sent--;
		return;
	}
	if (engine->model_gate.state == GATE_DOUBTED || engine->decide->down)
		judge_reply(engine, call, &result);
}
