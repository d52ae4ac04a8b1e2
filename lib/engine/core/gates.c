/* Opening and halting gates. When access is restored, an earlier refusal is no reason any more for
 * a bad end of a resident engine: see gate_works(). */
#include "engine/core/gates.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/core/mode.h"
#include "engine/core/say.h"
#include "engine/core/state.h"

#define NAME_AGAIN MSEC_MINUTE

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

struct contact_asker gate_asker(const struct engine *engine)
{
	return (struct contact_asker){
	        .config = engine->config,
	        .resident = engine->setup.mode == ENGINE_RESIDENT,
	        .next_wall = engine->now.wall + engine->config->llm.probe_interval,
	};
}

static enum run_end end_of(enum contact_verdict verdict)
{
	switch (verdict) {
	case CONTACT_SETTING: return RUN_MISCONFIGURED;
	case CONTACT_REFUSED: return RUN_NOT_LET_IN;
	case CONTACT_UNPAID: return RUN_NO_MONEY;
	case CONTACT_FINE:
	case CONTACT_AGAIN:
	case CONTACT_FAILED: break;
	}
	return RUN_FAILED;
}

/* A name that does not exist may be one that this machine cannot look up yet, so soon after it was
 * started. */
static msec ask_again_after(const struct engine *engine, const struct contact *contact)
{
	msec interval = engine->config->llm.probe_interval;

	return contact->step == CONTACT_NAME && interval > NAME_AGAIN ? NAME_AGAIN : interval;
}

/* Nothing was begun and nothing of an earlier run is left; or nothing is ever written. */
static bool is_untouched(const struct engine *engine)
{
	return engine->setup.dry_run ||
	       (engine->admitted == 0 && engine->held_count == lane_count(engine, LANE_WAITING));
}

static void halt_gate(struct engine *engine, struct gate *gate, const struct contact *contact)
{
	const char *more = contact->step != CONTACT_PASSED &&
	                                   engine->setup.mode != ENGINE_RESIDENT &&
	                                   is_untouched(engine)
	                           ? " No ticket was touched."
	                           : "";

	if (gate->state == GATE_HALTED)
		return;
	gate->state = GATE_HALTED;
	gate->again_at = engine->now.mono + ask_again_after(engine, contact);
	if (!gate->told)
		say_alert(engine, gate->alert, 0, "%s%s", contact->text, more);
	gate->told = true;
	snprintf(gate->why, sizeof(gate->why), "%s", contact->text);
	mode_end_run(engine, end_of(contact->verdict), "%s%s", contact->text, more);
}

void gate_halt_zendesk(struct engine *engine, const struct contact *contact)
{
	halt_gate(engine, &engine->account->gate, contact);
}

void gate_zendesk_refuses(struct engine *engine, const struct desk_answer *failure)
{
	struct contact_asker asker = gate_asker(engine);
	struct contact contact;

	contact_zendesk(&asker, failure, &contact);
	gate_halt_zendesk(engine, &contact);
}

void gate_model_refuses(struct engine *engine, const struct llm_result *result, const char *others)
{
	struct contact_asker asker = gate_asker(engine);
	struct contact contact;

	contact_model(&asker, str_of(engine->llm.model), result, others, &contact);
	halt_gate(engine, &engine->model_gate, &contact);
}

void gate_judge_silence(const struct engine *engine, struct contact *ret)
{
	const char *trouble = engine->model_gate.trouble;
	struct llm_result result = {.verdict = LLM_TRY_AGAIN};
	struct contact_asker asker = gate_asker(engine);

	if (engine->model_gate.unusable) {
		contact_model_unusable(&asker, str_of(engine->llm.model), trouble, ret);
		return;
	}
	snprintf(result.text, sizeof(result.text), "%s", trouble[0] ? trouble : "no answer");
	contact_model(&asker, str_of(engine->llm.model), &result, NULL, ret);
}

void gate_halt_silent_model(struct engine *engine, const char *tickets)
{
	/* passed: what became of the tickets is said here */
	struct contact silence, contact = {.step = CONTACT_PASSED, .verdict = CONTACT_FAILED};

	gate_judge_silence(engine, &silence);
	snprintf(contact.text, sizeof(contact.text), "%.440s %.64s", silence.text, tickets);
	halt_gate(engine, &engine->model_gate, &contact);
}

void gate_open_model(struct engine *engine)
{
	engine->model_gate.state = GATE_OPEN;
	engine->model_gate.probe.for_outage = false;
}

void gate_doubt_model(struct engine *engine, bool for_outage)
{
	struct gate *gate = &engine->model_gate;

	if (gate->state == GATE_HALTED)
		return;
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
	gate_zendesk_refuses(engine, failure);
	return GATE_REFUSED;
}

enum gate_refusal gate_forbidden(struct engine *engine, const struct desk_answer *failure)
{
	const struct gate *gate = &engine->account->gate;

	if (gate->state == GATE_OPEN && failure->scope)
		gate_zendesk_refuses(engine, failure);
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
