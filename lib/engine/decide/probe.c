/* The probe of the model's service: a chat whose text is our own, so that what the service says to
 * it is about us and not about a ticket. While it is out, nothing new is sent; tickets under way go
 * on. It counts against the rate limits like any other request. */
#include "base/crypto.h"
#include "engine/core/mode.h"
#include "engine/core/plain.h"
#include "engine/core/state.h"
#include "engine/decide/decide.h"
#include "guard/backoff.h"
#include "llm/prompt.h"

#define ROUND_TRIPS_MAX 2
#define PROBE_SUBJECT "Where can I find my invoice?"
#define PROBE_TEXT "I would like to download the invoice of last month. Where is it?"

static void send_probe(struct engine *engine, double tokens)
{
	char marker[CRYPTO_MARKER_SIZE];
	struct http_request request = {0};
	struct prompt prompt;

	crypto_derive_marker(
	        str_make((const char *)engine->setup.marker_key, sizeof(engine->setup.marker_key)),
	        ++engine->decide->marker_counter, marker);
	prompt_build(&prompt, engine->config, STR(PROBE_SUBJECT), STR(PROBE_TEXT), marker, false,
	             &engine->scratch);
	struct llm_sent sent = llm_request_chat(&engine->llm, &prompt, &request);
	struct call *call = call_start(engine, CALL_PROBE, &request, tokens);
	call->sent = sent;
	call->sent.model = STR(""); /* may be replaced before the reply comes */
	engine->model_gate.probe.asking = true;
	engine->model_gate.probe.sent++;
}

void probe_pump(struct engine *engine, msec *deadline)
{
	double tokens = (double)prompt_system_bytes(engine->config) / 4 + PROMPT_ANSWER_TOKENS;

	if (engine->model_gate.state != GATE_DOUBTED || engine->model_gate.probe.asking ||
	    !mode_more_to_come(engine))
		return;
	if (call_may(engine, UPSTREAM_LLM, ENDPOINT_OTHER, tokens, deadline))
		send_probe(engine, tokens);
}

static void open_gate(struct engine *engine)
{
	engine->model_gate.state = GATE_OPEN;
	engine->model_gate.probe.for_outage = false;
}

static void probe_passed(struct engine *engine)
{
	blame_acquit(&engine->model_blame, engine->now.mono);
	outage_answered(engine);
	open_gate(engine);
	gate_works(engine, &engine->model_gate, engine->llm.model);
}

/* No answer: it proves nothing, so no ticket is given up for what it met before, and that is
 * counted anew. But it counts towards an outage, which ends this where no probe is ever
 * answered. */
static void probe_unanswered(struct engine *engine, bool timed_out)
{
	bool outage = engine->model_gate.probe.for_outage;

	if (engine->model_gate.probe.sent < ROUND_TRIPS_MAX && !timed_out)
		return;
	blame_drop(&engine->model_blame);
	refusal_forgive(engine,
	                engine->now.mono + backoff_delay(engine->config->retry.backoff_factor,
	                                                 ++engine->model_gate.probe.unanswered,
	                                                 &engine->prng));
	open_gate(engine);
	if (outage)
		outage_declare(engine);
	else
		outage_exhausted(engine);
}

static void probe_refused(struct engine *engine, const struct llm_result *result)
{
	engine->model_gate.probe.for_outage = false;
	refusal_by_service(engine, result->verdict, result->text);
}

/* Its text is short and harmless: whoever does not take that twice takes no ticket either. Once it
 * may be by chance. */
static void probe_declined(struct engine *engine, const struct llm_result *result)
{
	bool ours = !result->counts_for_breaker; /* a 5xx halts nothing */

	if (ours && ++engine->model_gate.probe.declined >= ROUND_TRIPS_MAX)
		probe_refused(engine, result);
	else
		probe_unanswered(engine, false);
}

static void judge_reply(struct engine *engine, const struct llm_result *result)
{
	switch (result->verdict) {
	case LLM_ANSWERED: probe_passed(engine); break;
	case LLM_BAD_ANSWER:
		/* Whatever the model wrote, it was let write; a page of something else is no
		 * answer. But what tickets cannot use does not prove that the model works. */
		if (result->words.len > 0 && !engine->model_gate.probe.for_outage)
			probe_passed(engine);
		else
			probe_unanswered(engine, false);
		break;
	case LLM_TRY_AGAIN:
	case LLM_LIMITED:
	case LLM_SLOW_DOWN:
	case LLM_REPEAT_NOW: probe_unanswered(engine, result->timed_out); break;
	case LLM_DECLINED:
	case LLM_TOO_LONG: probe_declined(engine, result); break;
	case LLM_NO_MODEL:
	case LLM_NO_ENTRY:
	case LLM_NO_MONEY:
	case LLM_MISCONFIGURED: probe_refused(engine, result); break;
	}
}

void probe_reply(struct engine *engine, struct call *call, const struct http_reply *reply)
{
	struct llm_result result;

	llm_read_chat(&engine->llm, call->sent, reply, engine->now.wall, &engine->scratch, &result);
	plain_redact_answer(engine, reply, NULL, result.text, sizeof(result.text));
	result.timed_out = result.timed_out || call->timed_out;
	call_signal_llm(engine, call, &result);
	if (call->number <= engine->model_gate.former)
		return;
	engine->model_gate.probe.asking = false;
	if (engine->model_gate.state == GATE_DOUBTED)
		judge_reply(engine, &result);
}
