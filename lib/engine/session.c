/* Checking access: before any ticket is read or any model is asked, each service is asked once
 * whether it accepts our credentials.
 *
 * Zendesk: [token] → users/me. A 200 alone proves nothing: "Anonymous user" is the answer to wrong
 * credentials. A later 401 renews the token once. The model's service: its list of models, which
 * also announces a shutdown; servers without such a list (404) prove nothing and are simply tried.
 * A service that refuses us is asked exactly once; by a resident engine once each
 * llm.probe_interval. */
#include <stdio.h>

#include "desk/zendesk/replies.h"
#include "engine/core/calls.h"
#include "engine/core/mode.h"
#include "engine/core/plain.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/find/find.h"
#include "engine/session.h"
#include "guard/backoff.h"

#define MODELS_TIMEOUT (10 * MSEC_SECOND)
#define SHUTDOWN_WARNING_DAYS 60

void session_start(struct engine *engine)
{
	engine->account->gate.state = GATE_ASK;
	engine->model_gate.state = engine->config->llm.provider == LLM_RULES ? GATE_OPEN : GATE_ASK;
}

static void ask_token(struct engine *engine)
{
	struct http_request request = {0};

	zd_auth_token_request(&engine->account->zendesk.auth, &request);
	call_start(engine, CALL_TOKEN, &request, 0);
	engine->account->token_asking = true;
}

static void ask_me(struct engine *engine)
{
	struct http_request request = {0};

	zd_request_me(&engine->account->zendesk, &request);
	call_start(engine, CALL_ME, &request, 0);
	engine->account->gate.state = GATE_ASKING;
}

static void ask_models(struct engine *engine)
{
	struct http_request request = {0};

	llm_request_models(&engine->llm, &request);
	if (request.timeout > MODELS_TIMEOUT)
		request.timeout = MODELS_TIMEOUT;
	call_start(engine, CALL_MODELS, &request, 0);
	engine->model_gate.state = GATE_ASKING;
}

static void pump_zendesk(struct engine *engine, msec *deadline)
{
	struct account *account = engine->account;
	bool token = !account->token_asking &&
	             zd_auth_needs_token(&account->zendesk.auth, engine->now.mono);
	bool me = account->gate.state == GATE_ASK && !account->token_asking;

	if (account->gate.state == GATE_HALTED || !(token || me))
		return;
	if (engine->now.mono < account->session.not_before)
		clock_earliest(deadline, account->session.not_before);
	else if (call_may(engine, UPSTREAM_ZENDESK, ENDPOINT_OTHER, 0, deadline))
		(token ? ask_token : ask_me)(engine);
}

/* True: the halted service is asked again now. */
static bool ask_again_if_due(const struct engine *engine, struct gate *gate, msec *deadline)
{
	if (gate->state != GATE_HALTED)
		return false;
	if (engine->now.mono < gate->again_at) {
		clock_earliest(deadline, gate->again_at);
		return false;
	}
	gate->state = GATE_ASK;
	return true;
}

static void ask_halted_again(struct engine *engine, msec *deadline)
{
	struct account *account = engine->account;

	if (engine->setup.mode != ENGINE_RESIDENT || engine->draining)
		return;
	if (ask_again_if_due(engine, &account->gate, deadline)) {
		account->session.attempts_token = account->session.attempts_me = 0;
		zd_auth_worked(&account->zendesk.auth); /* allows one more renewal of the token */
	}
	(void)ask_again_if_due(engine, &engine->model_gate, deadline);
}

static void replace_account(struct engine *engine)
{
	struct account *account = engine->account;

	account->gate.former = engine->calls.last;
	account->token_asking = false;
	account->session = (struct session){.not_before = engine->now.mono};
	account->wrote_once = false;
	if (account->gate.state != GATE_HALTED)
		account->gate.state = GATE_ASK;
	stream_other_account(engine);
}

void session_anew(struct engine *engine, bool account, bool service)
{
	struct gate *model = &engine->model_gate;

	if (account)
		replace_account(engine);
	if (service) {
		model->former = engine->calls.last;
		if (model->state != GATE_HALTED && engine->config->llm.provider != LLM_RULES)
			model->state = GATE_ASK;
	}
	engine->account->gate.again_at = model->again_at = engine->now.mono;
}

void session_pump(struct engine *engine, msec *deadline)
{
	if (!mode_more_to_come(engine))
		return; /* the run is over and needs no answer */
	ask_halted_again(engine, deadline);
	pump_zendesk(engine, deadline);
	if (engine->model_gate.state != GATE_ASK || engine->account->gate.state == GATE_HALTED)
		return;
	if (call_may(engine, UPSTREAM_LLM, ENDPOINT_OTHER, 0, deadline))
		ask_models(engine);
}

/* A passing failure of one of these requests: it is sent again a little later, at most
 * retry.attempts times, by a resident engine without limit. */
static void retry_or_halt(struct engine *engine, int *attempts, const struct desk_answer *failure)
{
	struct account *account = engine->account;

	if (failure->kind == DESK_LIMITED || (!mode_working(engine) && engine->held_count == 0))
		/* the guards keep the pause, or the run is over and needs no answer */
		return;
	if (++*attempts >= engine->config->retry.attempts &&
	    engine->setup.mode != ENGINE_RESIDENT) {
		gate_halt_zendesk(engine, RUN_FAILED, failure->text);
		return;
	}
	account->session.not_before =
	        engine->now.mono +
	        backoff_delay(engine->config->retry.backoff_factor, *attempts, &engine->prng);
	say(engine, LEVEL_WARNING, 0, "Zendesk: %s; retrying", failure->text);
}

static bool is_passing(enum desk_answer_kind kind)
{
	return kind == DESK_RETRY || kind == DESK_LIMITED;
}

void session_token_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                         struct desk_answer *failure)
{
	struct account *account = engine->account;
	struct err err;

	if (call->number <= account->gate.former)
		return;
	account->token_asking = false;
	if (is_passing(failure->kind)) {
		retry_or_halt(engine, &account->session.attempts_token, failure);
	} else if (zd_auth_token_reply(&engine->account->zendesk.auth, reply, engine->now.mono,
	                               &err) < 0) {
		bool refused =
		        reply->result == HTTP_DONE && reply->status >= 400 && reply->status < 500;

		if (refused) {
			gate_halt_zendesk(engine, RUN_NOT_LET_IN, err.text);
		} else {
			snprintf(failure->text, sizeof(failure->text), "%s", err.text);
			retry_or_halt(engine, &account->session.attempts_token, failure);
		}
	} else {
		account->session.attempts_token = 0;
	}
}

static void open_gate(struct engine *engine, const struct desk_user *user)
{
	struct account *account = engine->account;

	account->gate.state = GATE_OPEN;
	gate_works(engine, &account->gate, "Zendesk");
	account->user_id = user->id;
	zd_auth_worked(&engine->account->zendesk.auth);
	say(engine, LEVEL_DEBUG, 0, "Zendesk: signed in as user %llu",
	    (unsigned long long)user->id);
}

void session_me_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                      struct desk_answer *failure)
{
	struct account *account = engine->account;
	struct desk_user user;
	struct err err;

	if (call->number <= account->gate.former)
		return;
	account->gate.state = GATE_ASK;
	if (is_passing(failure->kind)) {
		retry_or_halt(engine, &account->session.attempts_me, failure);
	} else if (failure->kind == DESK_UNAUTHORIZED) {
		(void)gate_unauthorized(engine, call, failure);
	} else if (failure->kind != DESK_FINE) {
		gate_halt_zendesk(engine,
		                  failure->kind == DESK_FORBIDDEN ? RUN_NOT_LET_IN : RUN_FAILED,
		                  failure->text);
	} else if (zd_reply_me(reply, &user, &err) < 0) {
		snprintf(failure->text, sizeof(failure->text), "%s", err.text);
		retry_or_halt(engine, &account->session.attempts_me, failure);
	} else if (user.id == 0) {
		gate_halt_zendesk(
		        engine, RUN_NOT_LET_IN,
		        engine->account->zendesk.auth.oauth
		                ? "the sign-in was anonymous: the OAuth token was not accepted"
		                : "the sign-in was anonymous: zendesk.email or zendesk.api_token "
		                  "is wrong");
	} else if (!user.agent) {
		gate_halt_zendesk(engine, RUN_NOT_LET_IN,
		                  "the user is neither agent nor admin and cannot work on tickets");
	} else {
		msec date = http_reply_date(reply);

		/* ticket times are by the server's clock, so the start of the run is too; when it
		 * is unknown, no ticket is too young */
		account->find->started = date >= 0 ? date : MSEC_NEVER;
		stream_let_in(engine, user.admin);
		open_gate(engine, &user);
	}
}

static void warn_of_shutdown(struct engine *engine, const char *date)
{
	char iso[32];
	msec when;

	snprintf(iso, sizeof(iso), "%sT00:00:00Z", date);
	if (clock_parse_iso(str_of(iso), &when) < 0)
		return;
	int64_t days = (when - engine->now.wall) / (24 * MSEC_HOUR);
	if (days > SHUTDOWN_WARNING_DAYS)
		return;
	say(engine, LEVEL_WARNING, 0,
	    "%s will be shut down on %s (in %lld %s): set another llm.model (llm.fallback_models "
	    "will be used then)",
	    engine->llm.model, date, (long long)days, str_plural((uint64_t)days, "day", "days"));
}

void session_models_reply(struct engine *engine, struct call *call, const struct http_reply *reply)
{
	struct llm_models models;
	struct llm_result result = {
	        .verdict = LLM_ANSWERED, .requests_remaining = -1, .tokens_remaining = -1};

	llm_read_models(&engine->llm, reply, engine->now.wall, &models);
	plain_redact_answer(engine, reply, NULL, models.text, sizeof(models.text));
	result.timed_out = reply->result == HTTP_TIMEOUT;
	call_signal_llm(engine, call, &result);
	if (call->number <= engine->model_gate.former)
		return;
	switch (models.verdict) {
	case LLM_NO_ENTRY: gate_halt_model(engine, RUN_NOT_LET_IN, models.text); return;
	case LLM_NO_MONEY: gate_halt_model(engine, RUN_NO_MONEY, models.text); return;
	case LLM_MISCONFIGURED: gate_halt_model(engine, RUN_FAILED, models.text); return;
	case LLM_ANSWERED:
		if (models.shutdown_date[0])
			warn_of_shutdown(engine, models.shutdown_date);
		if (models.list_known && !models.listed)
			say(engine, LEVEL_WARNING, 0,
			    "model %s is not in the provider's list of models", engine->llm.model);
		break;
	case LLM_BAD_ANSWER:
	case LLM_TRY_AGAIN:
	case LLM_LIMITED:
	case LLM_SLOW_DOWN:
	case LLM_REPEAT_NOW:
	case LLM_TOO_LONG:
	case LLM_DECLINED:
	case LLM_NO_MODEL: say(engine, LEVEL_DEBUG, 0, "list of models: %s", models.text); break;
	}
	/* if access is refused after all, the tickets' own requests will tell */
	engine->model_gate.state = GATE_OPEN;
}
