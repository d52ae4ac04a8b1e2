/* Opening and halting gates. When access is restored, an earlier refusal is no reason any more for
 * a bad end of a resident engine: see gate_works(). */
#include "engine/core/gates.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/core/mode.h"
#include "engine/core/say.h"
#include "engine/core/state.h"

bool gate_is_open(const struct engine *engine)
{
	const struct account *account = engine->account;

	return account->gate.state == GATE_OPEN && !account->token_asking &&
	       !zd_auth_needs_token(&account->zendesk.auth, engine->now.mono);
}

bool gate_is_halted(const struct engine *engine)
{
	return engine->account->gate.state == GATE_HALTED ||
	       engine->model_gate.state == GATE_HALTED;
}

static void halt_gate(struct engine *engine, struct gate *gate, const char *who, enum run_end end,
                      const char *reason)
{
	if (gate->state == GATE_HALTED)
		return;
	gate->state = GATE_HALTED;
	gate->again_at = engine->now.mono + engine->config->llm.probe_interval;
	if (!gate->told)
		say_alert(engine, gate->alert, 0, "%s%s", who, reason);
	gate->told = true;
	snprintf(gate->why, sizeof(gate->why), "%s", reason);
	mode_end_run(engine, end, "%s%s", who, reason);
}

void gate_halt_zendesk(struct engine *engine, enum run_end end, const char *reason)
{
	halt_gate(engine, &engine->account->gate, "Zendesk: ", end, reason);
}

void gate_halt_model(struct engine *engine, enum run_end end, const char *reason)
{
	char who[160];

	snprintf(who, sizeof(who), "model %s: ", engine->llm.model);
	halt_gate(engine, &engine->model_gate, who, end, reason);
}

void gate_halt_silent_model(struct engine *engine, const char *what, const char *tickets)
{
	char *reason = xasprintf("%s %s", what, tickets);

	halt_gate(engine, &engine->model_gate, "", RUN_FAILED, reason);
	free(reason);
}

void gate_open_model(struct engine *engine)
{
	engine->model_gate.state = GATE_OPEN;
	engine->model_gate.probe.for_outage = false;
}

void gate_doubt_model(struct engine *engine, bool for_outage)
{
	struct gate *gate = &engine->model_gate;

	if (gate->state != GATE_DOUBTED) {
		gate->probe.sent = gate->probe.declined = 0;
		gate->probe.for_outage = false;
	}
	gate->probe.for_outage = gate->probe.for_outage || for_outage;
	gate->state = GATE_DOUBTED;
}

static bool is_lately(const struct engine *engine, msec when)
{
	return when >= 0 && engine->now.mono - when < BLAME_TRUST;
}

bool gate_lets_in(const struct engine *engine)
{
	return is_lately(engine, engine->account->blame.acquitted);
}

void gate_doubt_zendesk(struct engine *engine)
{
	struct gate *gate = &engine->account->gate;

	if (gate->state != GATE_OPEN || gate_lets_in(engine))
		return;
	gate->state = GATE_DOUBTED;
	gate->probe.sent = 0;
}

/* A 401 that comes out of the blue may be about one request. */
static bool is_doubtful(const struct engine *engine)
{
	const struct account *account = engine->account;

	return account->gate.state == GATE_DOUBTED || is_lately(engine, account->fine);
}

enum gate_refusal gate_unauthorized(struct engine *engine, const struct call *call,
                                    const struct desk_answer *failure)
{
	struct account *account = engine->account;
	bool about_us = call->kind == CALL_ME || call->kind == CALL_TOKEN;

	if (account->gate.state == GATE_HALTED)
		return GATE_REFUSED;
	if (account->token_asking || call->number <= account->gate.former)
		return GATE_SEND_AGAIN;
	if (!about_us && account->gate.state == GATE_OPEN && gate_lets_in(engine))
		return GATE_OWN_FAULT;
	if (zd_auth_renew_upon_401(&account->zendesk.auth, call->sent_at))
		return GATE_SEND_AGAIN;
	if (!about_us && is_doubtful(engine)) {
		gate_doubt_zendesk(engine);
		return GATE_SEND_AGAIN;
	}
	gate_halt_zendesk(engine, RUN_NOT_LET_IN, failure->text);
	return GATE_REFUSED;
}

enum gate_refusal gate_forbidden(struct engine *engine, const struct desk_answer *failure)
{
	const struct gate *gate = &engine->account->gate;

	if (gate->state == GATE_OPEN && failure->scope)
		gate_halt_zendesk(engine, RUN_NOT_LET_IN, failure->text);
	if (gate->state == GATE_HALTED)
		return GATE_REFUSED;
	if (gate->state == GATE_OPEN && gate_lets_in(engine))
		return GATE_OWN_FAULT;
	gate_doubt_zendesk(engine);
	return GATE_SEND_AGAIN;
}

void gate_works(struct engine *engine, struct gate *gate, const char *who)
{
	if (!gate->told)
		return;
	gate->told = false;
	say_alert_over(engine, gate->alert, "%s: access restored", who);
	if (!engine->account->gate.told && !engine->model_gate.told)
		engine->end = RUN_CLEAN;
}
