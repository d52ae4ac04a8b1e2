/* Let in or not: before any ticket is read or any model asked, each service is asked once who we are.
 *
 * Zendesk: [token] → users/me. A 200 proves nothing there: "Anonymous user" is how wrong credentials look. Later 401s renew the
 * token once. The model: its list of models, which also tells of a coming shutdown; servers without such a list (404) prove
 * nothing and are simply tried. A service that does not let us in is asked exactly once; by a resident engine once each
 * llm.probe_interval. */
#include <stdio.h>

#include "engine/inside.h"

#define MODELS_TIMEOUT (10 * MSEC_SECOND)
#define SHUTDOWN_WARNING_DAYS 60

void session_start(struct engine *engine)
{
	struct session *session = &engine->session;

	session->zendesk = GATE_ASK;
	session->llm = engine->config->llm_provider == LLM_RULES ? GATE_OPEN : GATE_ASK;
}

bool session_zendesk_open(const struct engine *engine)
{
	return engine->session.zendesk == GATE_OPEN && !engine->session.token_asking &&
	       !zd_auth_needs_token(&engine->zendesk.auth, engine->now.mono);
}

void session_halt_zendesk(struct engine *engine, enum run_end end, const char *reason)
{
	if (engine->session.zendesk == GATE_HALTED)
		return;
	engine->session.zendesk = GATE_HALTED;
	engine->session.zendesk_again = engine->now.mono + engine->config->llm_probe_interval;
	if (!engine->session.zendesk_halted)
		alert(engine, 0, "Zendesk: %s", reason);
	engine->session.zendesk_halted = true;
	snprintf(engine->session.zendesk_why, sizeof(engine->session.zendesk_why), "%s", reason);
	run_ends(engine, end, "Zendesk: %s", reason);
	discover_stop(engine);
	write_zendesk_gone(engine, reason);
}

void session_halt_llm(struct engine *engine, enum run_end end, const char *reason)
{
	if (engine->session.llm == GATE_HALTED)
		return;
	engine->session.llm = GATE_HALTED;
	engine->session.llm_again = engine->now.mono + engine->config->llm_probe_interval;
	if (!engine->session.llm_halted)
		alert(engine, 0, "model %s: %s", engine->llm.model, reason);
	engine->session.llm_halted = true;
	snprintf(engine->session.llm_why, sizeof(engine->session.llm_why), "%s", reason);
	run_ends(engine, end, "model %s: %s", engine->llm.model, reason);
	discover_stop(engine);
	analyse_halted(engine, reason);
}

static void ask_token(struct engine *engine)
{
	struct http_request request = {0};

	zd_auth_token_request(&engine->zendesk.auth, &request);
	call_start(engine, CALL_TOKEN, &request, 0);
	engine->session.token_asking = true;
}

static void ask_me(struct engine *engine)
{
	struct http_request request = {0};

	zd_request_me(&engine->zendesk, &request);
	call_start(engine, CALL_ME, &request, 0);
	engine->session.zendesk = GATE_ASKING;
}

static void ask_models(struct engine *engine)
{
	struct http_request request = {0};

	llm_request_models(&engine->llm, &request);
	if (request.timeout > MODELS_TIMEOUT)
		request.timeout = MODELS_TIMEOUT;
	call_start(engine, CALL_MODELS, &request, 0);
	engine->session.llm = GATE_ASKING;
}

static void pump_zendesk(struct engine *engine, msec *deadline)
{
	struct session *session = &engine->session;
	bool token = !session->token_asking && zd_auth_needs_token(&engine->zendesk.auth, engine->now.mono);
	bool me = session->zendesk == GATE_ASK && !session->token_asking;

	if (session->zendesk == GATE_HALTED || !(token || me))
		return;
	if (engine->now.mono < session->not_before) {
		earliest(deadline, session->not_before);
	} else if (!call_may(engine, UPSTREAM_ZENDESK, ENDPOINT_OTHER, 0)) {
		earliest(deadline, call_when(engine, UPSTREAM_ZENDESK, ENDPOINT_OTHER, 0));
	} else if (token) {
		ask_token(engine);
	} else {
		ask_me(engine);
	}
}

static void ask_again_if_due(struct engine *engine, enum gate *gate, msec when, msec *deadline)
{
	if (*gate != GATE_HALTED)
		return;
	if (engine->now.mono < when)
		earliest(deadline, when);
	else
		*gate = GATE_ASK;
}

static void ask_again(struct engine *engine, msec *deadline)
{
	struct session *session = &engine->session;
	bool was_halted = session->zendesk == GATE_HALTED;

	if (engine->setup.mode != ENGINE_RESIDENT || engine->draining)
		return;
	ask_again_if_due(engine, &session->zendesk, session->zendesk_again, deadline);
	ask_again_if_due(engine, &session->llm, session->llm_again, deadline);
	if (was_halted && session->zendesk == GATE_ASK) {
		session->attempts_token = session->attempts_me = 0;
		zd_auth_worked(&engine->zendesk.auth); /* its token may be renewed once more */
	}
}

static void other_account(struct engine *engine)
{
	struct session *session = &engine->session;

	session->former_account = engine->last_call;
	session->token_asking = false;
	session->attempts_token = session->attempts_me = 0;
	session->not_before = engine->now.mono;
	session->wrote_once = false;
	if (session->zendesk != GATE_HALTED)
		session->zendesk = GATE_ASK;
	stream_other_account(engine);
}

void session_anew(struct engine *engine, bool account, bool service)
{
	struct session *session = &engine->session;

	if (account)
		other_account(engine);
	if (service) {
		session->former_service = engine->last_call;
		if (session->llm != GATE_HALTED && engine->config->llm_provider != LLM_RULES)
			session->llm = GATE_ASK;
	}
	session->zendesk_again = session->llm_again = engine->now.mono;
}

void session_pump(struct engine *engine, msec *deadline)
{
	if (!engine_more_to_come(engine))
		return; /* nobody waits for the answer */
	ask_again(engine, deadline);
	pump_zendesk(engine, deadline);
	if (engine->session.llm != GATE_ASK || engine->session.zendesk == GATE_HALTED)
		return;
	if (call_may(engine, UPSTREAM_LLM, ENDPOINT_OTHER, 0))
		ask_models(engine);
	else
		earliest(deadline, call_when(engine, UPSTREAM_LLM, ENDPOINT_OTHER, 0));
}

/* A passing failure of a session request: again a little later, at most retry.attempts times. */
static void again_or_give_up(struct engine *engine, int *attempts, const struct zd_failure *failure)
{
	struct session *session = &engine->session;

	if (failure->kind == ZD_LIMITED || (!engine_working(engine) && engine->held_count == 0))
		return; /* the guards hold the pause; or the run is over and nobody waits for this */
	if (++*attempts >= engine->config->retry_attempts && engine->setup.mode != ENGINE_RESIDENT) {
		session_halt_zendesk(engine, RUN_FAILED, failure->text);
		return;
	}
	session->not_before =
	        engine->now.mono + backoff_delay(engine->config->retry_backoff_factor, *attempts, &engine->prng);
	say(engine, LEVEL_WARNING, 0, "Zendesk: %s; trying again", failure->text);
}

static bool passing(enum zd_failure_kind kind)
{
	return kind == ZD_RETRY || kind == ZD_LIMITED;
}

void session_token_reply(struct engine *engine, struct call *call, const struct http_reply *reply,
                         struct zd_failure *failure)
{
	struct session *session = &engine->session;
	struct err err;

	if (call->number <= session->former_account)
		return;
	session->token_asking = false;
	if (passing(failure->kind)) {
		again_or_give_up(engine, &session->attempts_token, failure);
	} else if (zd_auth_token_reply(&engine->zendesk.auth, reply, engine->now.mono, &err) < 0) {
		bool refused = reply->result == HTTP_DONE && reply->status >= 400 && reply->status < 500;

		if (refused) {
			session_halt_zendesk(engine, RUN_NOT_LET_IN, err.text);
		} else {
			snprintf(failure->text, sizeof(failure->text), "%s", err.text);
			again_or_give_up(engine, &session->attempts_token, failure);
		}
	} else {
		session->attempts_token = 0;
	}
}

/* What a resident engine was refused for a while is no reason for how it ends. */
static void works_again(struct engine *engine, bool *halted, const char *who)
{
	if (!*halted)
		return;
	*halted = false;
	say(engine, LEVEL_INFO, 0, "%s: let in again", who);
	if (!engine->session.zendesk_halted && !engine->session.llm_halted)
		engine->end = RUN_CLEAN;
}

void session_llm_works(struct engine *engine)
{
	if (engine->session.llm == GATE_OPEN)
		works_again(engine, &engine->session.llm_halted, engine->llm.model);
}

static void let_in(struct engine *engine, const struct zd_user *user)
{
	struct session *session = &engine->session;

	session->zendesk = GATE_OPEN;
	works_again(engine, &session->zendesk_halted, "Zendesk");
	session->user_id = user->id;
	zd_auth_worked(&engine->zendesk.auth);
	say(engine, LEVEL_DEBUG, 0, "Zendesk: let in as user %llu", (unsigned long long)user->id);
}

void session_me_reply(struct engine *engine, struct call *call, const struct http_reply *reply,
                      struct zd_failure *failure)
{
	struct session *session = &engine->session;
	struct zd_user user;
	struct err err;

	if (call->number <= session->former_account)
		return;
	session->zendesk = GATE_ASK;
	if (passing(failure->kind)) {
		again_or_give_up(engine, &session->attempts_me, failure);
	} else if (failure->kind == ZD_UNAUTHORIZED) {
		(void)session_unauthorized(engine, call, failure);
	} else if (failure->kind != ZD_FINE) {
		session_halt_zendesk(engine, failure->kind == ZD_FORBIDDEN ? RUN_NOT_LET_IN : RUN_FAILED,
		                     failure->text);
	} else if (zd_reply_me(reply, &user, &err) < 0) {
		snprintf(failure->text, sizeof(failure->text), "%s", err.text);
		again_or_give_up(engine, &session->attempts_me, failure);
	} else if (user.id == 0) {
		session_halt_zendesk(engine, RUN_NOT_LET_IN,
		                     engine->zendesk.auth.oauth
		                             ? "answered as to an anonymous user: the OAuth token was not accepted"
		                             : "answered as to an anonymous user: zendesk.email or "
		                               "zendesk.api_token is wrong");
	} else if (!user.agent) {
		session_halt_zendesk(engine, RUN_NOT_LET_IN,
		                     "the user is neither agent nor admin and cannot work on tickets");
	} else {
		msec date = http_reply_date(reply);

		/* ticket times are the server's: so is the start of the run; unknown, no ticket is too young */
		engine->discover.started = date >= 0 ? date : MSEC_NEVER;
		stream_let_in(engine, user.admin);
		let_in(engine, &user);
	}
}

bool session_unauthorized(struct engine *engine, const struct call *call, const struct zd_failure *failure)
{
	struct session *session = &engine->session;

	if (session->zendesk == GATE_HALTED)
		return false;
	if (session->token_asking || call->number <= session->former_account)
		return true;
	if (zd_auth_renew_upon_401(&engine->zendesk.auth, call->sent_at))
		return true;
	session_halt_zendesk(engine, RUN_NOT_LET_IN, failure->text);
	return false;
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
	    "model %s leaves the service on %s, in %lld days: choose another llm.model (llm.fallback_models answer "
	    "then)",
	    engine->llm.model, date, (long long)days);
}

void session_models_reply(struct engine *engine, struct call *call, const struct http_reply *reply)
{
	struct llm_models models;
	struct llm_result result = {.verdict = LLM_ANSWERED, .requests_remaining = -1, .tokens_remaining = -1};

	llm_read_models(&engine->llm, reply, engine->now.wall, &models);
	redact_answer(engine, reply, models.text, sizeof(models.text));
	result.timed_out = reply->result == HTTP_TIMEOUT;
	call_signal_llm(engine, call, &result);
	if (call->number <= engine->session.former_service)
		return;
	switch (models.verdict) {
	case LLM_NO_ENTRY: session_halt_llm(engine, RUN_NOT_LET_IN, models.text); return;
	case LLM_NO_MONEY: session_halt_llm(engine, RUN_NO_MONEY, models.text); return;
	case LLM_MISCONFIGURED: session_halt_llm(engine, RUN_FAILED, models.text); return;
	case LLM_ANSWERED:
		if (models.shutdown_date[0])
			warn_of_shutdown(engine, models.shutdown_date);
		if (models.list_known && !models.listed)
			say(engine, LEVEL_WARNING, 0, "model %s is not in the service's list of models",
			    engine->llm.model);
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
	engine->session.llm = GATE_OPEN; /* the tickets' own requests will tell */
}
