/* First contact: before any ticket is read or any model is asked, each service is asked once
 * whether it is there and accepts our credentials: Zendesk first, and only when it lets us in the
 * model's service. What the replies mean is judged in lib/contact.
 *
 * Zendesk: [token] → users/me. A 200 alone proves nothing: "Anonymous user" is the answer to wrong
 * credentials. A later 401 renews the token once. The model's service: its list of models, which
 * also announces a shutdown, for which a resident engine asks each day. That list is optional and
 * decides nothing: servers have none (404),
 * and a key may be allowed to chat but not to see it. So when it is refused, and when a halted
 * model is asked again, a probe (decide/probe.c) asks the model itself before any ticket does.
 * Ollama's list is whole, though: a model that is not in it is not there. A run ends when the
 * model's service does not answer at all, because rules would use up its tickets. A service that
 * refuses us is asked so once; by a resident engine once each llm.probe_interval. */
#include <stdio.h>

#include "desk/zendesk/replies.h"
#include "engine/core/calls.h"
#include "engine/core/mode.h"
#include "engine/core/plain.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/decide/decide.h"
#include "engine/find/find.h"
#include "engine/session.h"
#include "guard/backoff.h"

#define MODELS_TIMEOUT (10 * MSEC_SECOND)
#define SHUTDOWN_WARNING_DAYS 60
#define ROUND_TRIPS_MAX 2 /* of users/me in doubt */
/* A service runs for months: a shutdown that was announced meanwhile must be heard of. */
#define MODELS_AGAIN MSEC_DAY

void session_start(struct engine *engine)
{
	if (engine->setup.backtest)
		llm_client_forgo_confidence(&engine->llm); /* its report has no place for it */
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
	engine->account->gate.probe.asking = true;
	engine->account->gate.probe.sent++;
	if (engine->account->gate.state == GATE_ASK)
		engine->account->gate.state = GATE_ASKING;
}

static struct call *ask_models(struct engine *engine)
{
	struct http_request request = {0};

	llm_request_models(&engine->llm, &request);
	if (request.timeout > MODELS_TIMEOUT)
		request.timeout = MODELS_TIMEOUT;
	engine->models_at = engine->now.mono;
	return call_start(engine, CALL_MODELS, &request, 0);
}

/* While tickets are at work; its reply opens and halts nothing. */
static void ask_models_again(struct engine *engine, msec *deadline)
{
	msec when = engine->models_at + MODELS_AGAIN;

	if (engine->setup.mode != ENGINE_RESIDENT || !mode_admitting(engine) ||
	    engine->config->llm.provider == LLM_RULES || engine->models_again != 0)
		return;
	if (engine->now.mono < when)
		clock_earliest(deadline, when);
	else if (call_may(engine, CALL_MODELS, 0, deadline))
		engine->models_again = ask_models(engine)->number;
}

static void pump_zendesk(struct engine *engine, msec *deadline)
{
	struct account *account = engine->account;
	bool token = !account->token_asking &&
	             zd_auth_needs_token(&account->zendesk.auth, engine->now.mono);
	bool me = (account->gate.state == GATE_ASK || account->gate.state == GATE_DOUBTED) &&
	          !account->gate.probe.asking && !account->token_asking;

	if (account->gate.state == GATE_HALTED || !(token || me))
		return;
	if (engine->now.mono < account->session.not_before)
		clock_earliest(deadline, account->session.not_before);
	else if (call_may(engine, token ? CALL_TOKEN : CALL_ME, 0, deadline))
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
	account->token_asking = account->gate.probe.asking = false;
	account->session = (struct session){.not_before = engine->now.mono};
	account->wrote_once = false;
	blame_init(&account->blame);
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
		model->probe.asking = false;
		blame_init(&engine->model_blame);
		refusal_forgive(engine, engine->now.mono);
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
	if (engine->model_gate.state == GATE_OPEN)
		ask_models_again(engine, deadline);
	if (engine->model_gate.state != GATE_ASK || !gate_is_open(engine))
		return;
	if (engine->now.mono < engine->account->session.model_not_before) {
		clock_earliest(deadline, engine->account->session.model_not_before);
	} else if (call_may(engine, CALL_MODELS, 0, deadline)) {
		(void)ask_models(engine);
		engine->model_gate.state = GATE_ASKING;
	}
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
		gate_zendesk_refuses(engine, failure);
		return;
	}
	account->session.not_before =
	        engine->now.mono +
	        backoff_delay(engine->config->retry.backoff_factor, *attempts, &engine->prng);
	say(engine, LEVEL_WARNING, 0, "Zendesk: %s; retrying", failure->text);
}

/* A host that does not exist is not there a little later either. */
static bool is_passing(const struct desk_answer *failure)
{
	return (failure->kind == DESK_RETRY || failure->kind == DESK_LIMITED) && !failure->no_host;
}

static void refuse_token(struct engine *engine, const char *said)
{
	struct contact_asker asker = gate_asker(engine);
	struct contact contact;

	contact_zendesk_token(&asker, said, &contact);
	gate_halt_zendesk(engine, &contact);
}

void session_token_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                         struct desk_answer *failure)
{
	struct account *account = engine->account;
	struct err err;

	if (call->number <= account->gate.former)
		return;
	account->token_asking = false;
	if (is_passing(failure)) {
		retry_or_halt(engine, &account->session.attempts_token, failure);
	} else if (failure->no_host || failure->kind == DESK_TLS ||
	           failure->kind == DESK_NOT_FOUND || failure->kind == DESK_REDIRECT) {
		gate_zendesk_refuses(engine, failure);
	} else if (zd_auth_token_reply(&engine->account->zendesk.auth, reply, engine->now.mono,
	                               &err) < 0) {
		bool refused =
		        reply->result == HTTP_DONE && reply->status >= 400 && reply->status < 500;

		if (refused) {
			refuse_token(engine, err.text);
		} else {
			desk_answer_unreadable(failure, &err);
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
	account->user = *user;
	zd_auth_worked(&engine->account->zendesk.auth);
	say(engine, LEVEL_DEBUG, 0, "Zendesk: signed in as user %llu",
	    (unsigned long long)user->id);
}

/* `date`: of the server; ticket times are by its clock, so the start of the run is too; when it is
 * unknown, no ticket is too young. */
static void user_known(struct engine *engine, const struct desk_user *user, bool doubted, msec date)
{
	struct account *account = engine->account;
	struct contact_asker asker = gate_asker(engine);
	struct contact contact;

	contact_zendesk_user(&asker, user, &contact);
	if (contact.verdict != CONTACT_FINE) {
		gate_halt_zendesk(engine, &contact);
	} else if (doubted) {
		account->gate.state = GATE_OPEN;
		blame_acquit(&account->blame, engine->now.mono);
	} else {
		account->find->started = date >= 0 ? date : MSEC_NEVER;
		stream_let_in(engine, user->admin);
		open_gate(engine, user);
	}
}

/* That Zendesk does not answer proves nothing: the tickets go on. */
static void probe_unanswered(struct engine *engine)
{
	struct gate *gate = &engine->account->gate;

	if (gate->probe.sent < ROUND_TRIPS_MAX)
		return;
	gate->state = GATE_OPEN;
	blame_drop(&engine->account->blame);
}

void session_me_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                      struct desk_answer *failure)
{
	struct account *account = engine->account;
	struct desk_user user;
	struct err err;

	if (call->number <= account->gate.former)
		return;
	account->gate.probe.asking = false;
	if (account->gate.state == GATE_HALTED)
		return;
	if (account->gate.state == GATE_DOUBTED && failure->kind == DESK_RETRY) {
		probe_unanswered(engine);
		return;
	}
	bool doubted = account->gate.state == GATE_DOUBTED;
	account->gate.state = GATE_ASK;
	if (is_passing(failure)) {
		retry_or_halt(engine, &account->session.attempts_me, failure);
	} else if (failure->kind == DESK_UNAUTHORIZED) {
		(void)gate_unauthorized(engine, call, failure);
	} else if (failure->kind != DESK_FINE) {
		gate_zendesk_refuses(engine, failure);
	} else if (zd_reply_me(reply, &user, &err) < 0) {
		desk_answer_unreadable(failure, &err);
		retry_or_halt(engine, &account->session.attempts_me, failure);
	} else {
		user_known(engine, &user, doubted, http_reply_date(reply));
	}
}

static void warn_of_shutdown(struct engine *engine, const char *date)
{
	char iso[32];
	msec when;

	snprintf(iso, sizeof(iso), "%sT00:00:00Z", date);
	if (clock_parse_iso(str_of(iso), &when) < 0)
		return;
	engine->model_leaves = when;
	engine->model_leaves_of = engine->llm.models_used;
	int64_t days = (when - engine->now.wall) / (24 * MSEC_HOUR);
	if (days > SHUTDOWN_WARNING_DAYS)
		return;
	if (days < 0)
		say(engine, LEVEL_WARNING, 0, "%s was shut down on %s: set another llm.model",
		    engine->llm.model, date);
	else
		say(engine, LEVEL_WARNING, 0,
		    "%s will be shut down on %s (in %lld %s): set another llm.model "
		    "(llm.fallback_models will be used then)",
		    engine->llm.model, date, (long long)days,
		    str_plural((uint64_t)days, "day", "days"));
}

/* No answer to the first contact of a run: it is asked again a little later, at most retry.attempts
 * times. True: the gate stays closed. */
static bool model_is_silent(struct engine *engine, const struct llm_result *result)
{
	struct session *session = &engine->account->session;

	if (engine->setup.mode == ENGINE_RESIDENT || !http_result_unsent(result->result))
		return false;
	if (++session->attempts_models >= engine->config->retry.attempts) {
		gate_model_refuses(engine, result, NULL);
		return true;
	}
	engine->model_gate.state = GATE_ASK;
	session->model_not_before =
	        engine->now.mono + backoff_delay(engine->config->retry.backoff_factor,
	                                         session->attempts_models, &engine->prng);
	say(engine, LEVEL_WARNING, 0, "model %s: %s; retrying", engine->llm.model, result->text);
	return true;
}

static void warn_of_list(struct engine *engine, const struct llm_models *models)
{
	if (models->shutdown_date[0])
		warn_of_shutdown(engine, models->shutdown_date);
	if (models->list_known && !models->listed)
		say(engine, LEVEL_WARNING, 0,
		    "model %s is not in the provider's list of models: check llm.model",
		    engine->llm.model);
}

/* True: the gate was halted, or stays closed. */
static bool judge_models(struct engine *engine, const struct llm_models *models,
                         const struct llm_result *result)
{
	switch (models->verdict) {
	case LLM_NO_ENTRY:
	case LLM_NO_MONEY:
	case LLM_MISCONFIGURED:
		if (result->result == HTTP_TLS_REFUSED) {
			gate_model_refuses(engine, result, NULL);
			return true;
		}
		say(engine, LEVEL_INFO, 0,
		    "the list of models is refused (%s): asking the model itself", models->text);
		gate_doubt_model(engine, false);
		return false;
	case LLM_NO_MODEL:
		if (models->list_known) {
			refusal_by_service(engine, result, models->others);
			return engine->model_gate.state == GATE_HALTED;
		}
		gate_doubt_model(engine, false);
		return false;
	case LLM_ANSWERED: warn_of_list(engine, models); return false;
	case LLM_TRY_AGAIN:
		if (result->result == HTTP_NO_HOST) {
			gate_model_refuses(engine, result, NULL);
			return true;
		}
		if (model_is_silent(engine, result))
			return true;
		break;
	case LLM_BAD_ANSWER:
	case LLM_LIMITED:
	case LLM_SLOW_DOWN:
	case LLM_REPEAT_NOW:
	case LLM_TOO_LONG:
	case LLM_DECLINED: break;
	}
	say(engine, LEVEL_DEBUG, 0, "list of models: %s", models->text);
	return false;
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
	if (call->number == engine->models_again) {
		engine->models_again = 0;
		if (models.verdict == LLM_ANSWERED && models.shutdown_date[0])
			warn_of_shutdown(engine, models.shutdown_date);
		return;
	}
	if (call->number <= engine->model_gate.former || engine->model_gate.state == GATE_HALTED)
		return;
	result.verdict = models.verdict;
	result.result = reply->result;
	result.status = models.status;
	snprintf(result.text, sizeof(result.text), "%s", models.text);
	engine->model_gate.state = GATE_OPEN;
	if (!judge_models(engine, &models, &result) && engine->model_gate.told)
		gate_doubt_model(engine, false); /* it refused us: no ticket is risked */
	if (engine->decide->holding ||
	    (models.verdict == LLM_TRY_AGAIN && !proven_is(engine) && !engine->decide->down))
		gate_doubt_model(engine, true); /* it may not be there */
}
