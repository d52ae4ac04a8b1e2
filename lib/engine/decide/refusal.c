/* A request for a ticket was refused with an error that repeating does not cure, or its text was
 * too long even when it was cut, or declined. guard/blame.h says whose fault that is. The
 * ticket's: it is tried twice, then rules decide about it, it is marked (core/marks.h), and all
 * others go on. The service's: the next model is used, or the gate is halted and its tickets
 * come back later. In doubt a probe asks, and the ticket waits for it. */
#include <stdio.h>

#include "engine/core/calls.h"
#include "engine/core/marks.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/decide/decide.h"
#include "guard/backoff.h"

#define REFUSALS_MAX 2

bool refusal_is_final(const struct engine *engine, const struct ticket *ticket)
{
	return ticket->refusals >= REFUSALS_MAX ||
	       (ticket->refusals > 0 && ticket->attempts >= engine->config->retry.attempts);
}

void refusal_give_up(struct engine *engine, struct ticket *ticket)
{
	char reason[sizeof(((struct llm_result *)NULL)->text)];

	if (!proven_is(engine)) {
		gate_doubt_model(engine, true);
		return;
	}
	snprintf(reason, sizeof(reason), STR_FMT, STR_ARG(ticket->refused_because));
	say(engine, LEVEL_WARNING, ticket->key.id,
	    "Ticket %llu: classified by rules because the model refused this ticket for itself: %s",
	    (unsigned long long)ticket->key.id, reason);
	if (blame_clears(&engine->model_blame, engine->now.mono))
		marks_put(engine, ticket);
	decision_by_rules(engine, ticket, reason, RULES_FOR_TICKET);
}

void refusal_forgive(struct engine *engine, msec when)
{
	list_each(node, next, &engine->held)
	{
		struct ticket *ticket = container_of(node, struct ticket, held);

		if (ticket->state != TICKET_ANALYSING || ticket->refusals == 0)
			continue;
		ticket->attempts -= ticket->refusals;
		ticket->refusals = 0;
		if (ticket->lane == LANE_MODEL)
			lane_move(engine, ticket, LANE_MODEL, when);
	}
}

static void use_next_model(struct engine *engine, const struct llm_result *result,
                           const char *others)
{
	char old[128];

	snprintf(old, sizeof(old), "%s", engine->llm.model);
	say_alert_over(engine, ALERT_MODEL_REPLACED, "model %s is no longer used", old);
	if (!llm_client_next_model(&engine->llm)) {
		gate_model_refuses(engine, result, others);
		return;
	}
	gate_open_model(engine);
	say_alert(engine, ALERT_MODEL_REPLACED, 0,
	          "model %s is no longer available (%s): using %s instead", old, result->text,
	          engine->llm.model);
}

void refusal_by_service(struct engine *engine, const struct llm_result *result, const char *others)
{
	blame_init(&engine->model_blame);
	refusal_forgive(engine, engine->now.mono);
	if (result->verdict == LLM_NO_MODEL)
		use_next_model(engine, result, others);
	else
		gate_model_refuses(engine, result, others);
}

bool refusal_is_outdated(const struct engine *engine, const struct call *call)
{
	return call->number <= engine->model_gate.former ||
	       call->sent.models_used != engine->llm.models_used ||
	       (call->sent.params & engine->llm.refused) != 0;
}

static void blame_someone(struct engine *engine, const struct ticket *ticket,
                          const struct llm_result *result)
{
	struct blame_refusal refusal = {
	        .ticket = ticket->key.id,
	        /* with the same status a ticket may be too long and another one forbidden */
	        .likeness = result->likeness ^ (uint64_t)result->verdict << 56,
	        .named = result->named,
	        .last = refusal_is_final(engine, ticket),
	};

	switch (blame_refusal(&engine->model_blame, &refusal, engine->now.mono)) {
	case BLAME_TICKET: break;
	case BLAME_DOUBT: gate_doubt_model(engine, false); break;
	case BLAME_SERVICE: refusal_by_service(engine, result, NULL); break;
	}
}

void refusal_arrived(struct engine *engine, struct ticket *ticket, const struct call *call,
                     const struct llm_result *result)
{
	msec when = engine->now.mono;

	if (refusal_is_outdated(engine, call)) {
		lane_move(engine, ticket, LANE_MODEL, when);
		return;
	}
	/* of what is too long, or was declined, the same text can expect nothing else */
	bool certain = result->verdict == LLM_TOO_LONG || result->verdict == LLM_DECLINED;
	int count =
	        certain && ticket->refusals < REFUSALS_MAX ? REFUSALS_MAX - ticket->refusals : 1;

	ticket->attempts += count;
	ticket->refusals += count;
	ticket->refused_because = arena_str(&ticket->memory, str_of(result->text));
	if (!refusal_is_final(engine, ticket))
		when += backoff_delay(engine->config->retry.backoff_factor, ticket->attempts,
		                      &engine->prng);
	lane_move(engine, ticket, LANE_MODEL, when);
	if (engine->model_gate.state == GATE_OPEN)
		blame_someone(engine, ticket, result);
}
