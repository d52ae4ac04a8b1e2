/* Sending requests and learning from their ends. Two kinds of limit hold a request back: our own
 * (bucket, window, breaker in guard/upstream.h), and for Zendesk what the server says is left
 * (budget.h). */
#include "engine/core/calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/stop.h"
#include "engine/core/ticket.h"
#include "guard/backoff.h"
#include "desk/zendesk/limits.h"

/* A model service's headers say when its bucket is full again, not when one request fits: so we try
 * again soon. */
#define LLM_PAUSE_MAX MSEC_SECOND
/* the shell's own timeout is this much longer than the engine's */
#define CALL_GRACE (2 * MSEC_SECOND)

void calls_init(struct calls *calls)
{
	map_init(&calls->by_number);
	heap_init(&calls->deadlines);
	calls->limited_at = -1;
}

void calls_free(struct calls *calls)
{
	for (size_t i = 0; i < calls->by_number.cap; i++) {
		struct map_slot *slot = &calls->by_number.slots[i];
		struct call *call = (struct call *)(uintptr_t)slot->value;

		if (slot->key == 0)
			continue;
		heap_remove(&calls->deadlines, &call->deadline);
		free(call->tickets);
		free(call->keys);
		free(call);
	}
	map_free(&calls->by_number);
	heap_free(&calls->deadlines);
}

static void cancel_call(struct engine *engine, struct call *call)
{
	heap_remove(&engine->calls.deadlines, &call->deadline);
	effects_add(engine->out, EFFECT_CANCEL)->number = call->number;
}

void calls_deadlines_due(struct engine *engine)
{
	struct heap_node *top;

	while ((top = heap_top(&engine->calls.deadlines)) && top->key <= engine->now.mono) {
		struct call *call = container_of(top, struct call, deadline);

		call->timed_out = true;
		cancel_call(engine, call);
	}
}

void calls_recall_held(struct engine *engine)
{
	for (size_t i = 0; i < engine->calls.deadlines.count; i++) {
		const struct call *call =
		        container_of(engine->calls.deadlines.nodes[i], struct call, deadline);

		if (stop_holds(engine, call->kind))
			effects_add(engine->out, EFFECT_RECALL)->number = call->number;
	}
}

void calls_cancel_all(struct engine *engine)
{
	struct heap_node *top;

	while ((top = heap_top(&engine->calls.deadlines)))
		cancel_call(engine, container_of(top, struct call, deadline));
}

static struct budget *pool_of(const struct engine *engine)
{
	return &engine->account->budgets.pool;
}

static struct budget *budget_of(const struct engine *engine, enum endpoint endpoint)
{
	return &engine->account->budgets.endpoints[endpoint];
}

/* The endpoint limit that each kind of call counts against. */
static const enum endpoint endpoints[] = {
        [CALL_TOKEN] = ENDPOINT_OTHER,    [CALL_ME] = ENDPOINT_OTHER,
        [CALL_MODELS] = ENDPOINT_OTHER,   [CALL_SEARCH] = ENDPOINT_SEARCH,
        [CALL_EXPORT] = ENDPOINT_EXPORT,  [CALL_INCREMENTAL] = ENDPOINT_INCREMENTAL,
        [CALL_REREAD] = ENDPOINT_READ,    [CALL_WANTED] = ENDPOINT_READ,
        [CALL_TAGGED] = ENDPOINT_SEARCH,  [CALL_AUDITS] = ENDPOINT_AUDITS,
        [CALL_CHANGED] = ENDPOINT_SEARCH, [CALL_CHOICES] = ENDPOINT_AUDITS,
        [CALL_SOLVED] = ENDPOINT_SEARCH,  [CALL_ALONE] = ENDPOINT_READ,
        [CALL_BY_NUMBER] = ENDPOINT_READ, [CALL_READ_MANY] = ENDPOINT_READ,
        [CALL_LOOK] = ENDPOINT_READ,      [CALL_COMMENTS] = ENDPOINT_COMMENTS,
        [CALL_UPDATE] = ENDPOINT_UPDATE,  [CALL_UPDATE_MANY] = ENDPOINT_BULK,
        [CALL_JOBS] = ENDPOINT_JOBS,      [CALL_CHAT] = ENDPOINT_OTHER,
        [CALL_PROBE] = ENDPOINT_OTHER,
};

/* What each kind of call is to people who watch the services. */
static const enum request_operation operations[] = {
        [CALL_TOKEN] = REQUEST_OTHER,    [CALL_ME] = REQUEST_OTHER,
        [CALL_MODELS] = REQUEST_MODELS,  [CALL_SEARCH] = REQUEST_FIND,
        [CALL_EXPORT] = REQUEST_FIND,    [CALL_INCREMENTAL] = REQUEST_FIND,
        [CALL_REREAD] = REQUEST_READ,    [CALL_WANTED] = REQUEST_READ,
        [CALL_TAGGED] = REQUEST_OTHER,   [CALL_AUDITS] = REQUEST_OTHER,
        [CALL_CHANGED] = REQUEST_OTHER,  [CALL_CHOICES] = REQUEST_OTHER,
        [CALL_SOLVED] = REQUEST_FIND,    [CALL_ALONE] = REQUEST_READ,
        [CALL_BY_NUMBER] = REQUEST_READ, [CALL_READ_MANY] = REQUEST_READ,
        [CALL_LOOK] = REQUEST_READ,      [CALL_COMMENTS] = REQUEST_READ,
        [CALL_UPDATE] = REQUEST_UPDATE,  [CALL_UPDATE_MANY] = REQUEST_UPDATE_MANY,
        [CALL_JOBS] = REQUEST_JOBS,      [CALL_CHAT] = REQUEST_CHAT,
        [CALL_PROBE] = REQUEST_PROBE,
};

static enum upstream_id upstream_of(enum call_kind kind)
{
	return kind == CALL_CHAT || kind == CALL_PROBE || kind == CALL_MODELS ? UPSTREAM_LLM
	                                                                      : UPSTREAM_ZENDESK;
}

static msec when_of(struct engine *engine, enum upstream_id upstream, enum endpoint endpoint,
                    double tokens)
{
	msec now = engine->now.mono,
	     when = upstream_when(&engine->upstreams[upstream], tokens, now);

	if (upstream != UPSTREAM_ZENDESK || when == MSEC_NEVER)
		return when;
	msec pool = budget_when(pool_of(engine), now);
	msec own = budget_when(budget_of(engine, endpoint), now);
	when = when > pool ? when : pool;
	return when > own ? when : own;
}

bool call_may(struct engine *engine, enum call_kind kind, double tokens, msec *deadline)
{
	enum upstream_id upstream = upstream_of(kind);
	enum endpoint endpoint = endpoints[kind];
	msec now = engine->now.mono;

	if (stop_holds(engine, kind))
		return false; /* only the end of the stop makes progress */
	bool budgets_allow = upstream != UPSTREAM_ZENDESK ||
	                     (budget_when(pool_of(engine), now) <= now &&
	                      budget_when(budget_of(engine, endpoint), now) <= now);

	if (budgets_allow && upstream_may(&engine->upstreams[upstream], tokens, now))
		return true;
	msec when = when_of(engine, upstream, endpoint, tokens);
	if (when != MSEC_NEVER)
		tally_held(engine, upstream);
	clock_earliest(deadline, when);
	return false;
}

bool call_limits_are_used_up(const struct engine *engine)
{
	msec now = engine->now.mono;

	return budget_when(pool_of(engine), now) > now ||
	       !bucket_has(&engine->upstreams[UPSTREAM_ZENDESK].requests, 1, now);
}

static struct ticket_key ticket_of(const struct call *call)
{
	if (call->ticket)
		return call->ticket->key;
	return call->kind == CALL_CHAT ? call->tickets[0]->key : (struct ticket_key){0};
}

void call_answered(struct engine *engine, const struct call *call, struct http_reply *reply)
{
	if (call->timed_out && reply->result == HTTP_CANCELLED)
		reply->result = HTTP_TIMEOUT;
	engine->current_ticket = ticket_of(call);
	engine->reply_read = true;
}

struct call *call_start(struct engine *engine, enum call_kind kind, struct http_request *request,
                        double tokens)
{
	struct call *call = xcalloc(1, sizeof(*call));
	struct effect *effect = effects_add(engine->out, EFFECT_REQUEST);
	msec timeout = request->timeout;

	ENSURE(!stop_holds(engine, kind));
	*call = (struct call){
	        .number = ++engine->calls.last,
	        .kind = kind,
	        .upstream = upstream_of(kind),
	        .endpoint = endpoints[kind],
	        .sent_at = engine->now.mono,
	        .tokens = tokens,
	};
	map_put_pointer(&engine->calls.by_number, call->number, call);
	heap_insert(&engine->calls.deadlines, &call->deadline, call->sent_at + timeout);
	upstream_sent(&engine->upstreams[call->upstream], tokens, call->sent_at);
	if (call->upstream == UPSTREAM_ZENDESK) {
		budget_take(pool_of(engine), call->sent_at);
		budget_take(budget_of(engine, call->endpoint), call->sent_at);
	}
	tally_sent(engine, kind, call->upstream);
	effect->number = call->number;
	effect->upstream = call->upstream;
	effect->operation = operations[kind];
	if (kind == CALL_CHAT)
		effect->ticket = engine->current_ticket;
	effect->request = *request;
	effect->request.timeout = timeout + CALL_GRACE;
	memset(request, 0, sizeof(*request));
	return call;
}

void call_free(struct engine *engine, struct call *call)
{
	map_remove(&engine->calls.by_number, call->number);
	heap_remove(&engine->calls.deadlines, &call->deadline);
	free(call->tickets);
	free(call->keys);
	free(call);
}

/* --- what a reply says about the service --- */

static void learn_window(struct budget *budget, int64_t limit, int64_t remaining, msec resets,
                         double share, const struct call *call, msec now)
{
	budget_learn(budget, &(struct budget_told){limit, remaining, resets, call->sent_at}, share,
	             now);
}

static void learn_limits(struct engine *engine, const struct call *call,
                         const struct http_reply *reply)
{
	struct budget *pool = pool_of(engine), *own = budget_of(engine, call->endpoint);
	struct desk_limits limits;
	msec now = engine->now.mono;
	bool told = false;

	zd_limits_read(reply, &limits);
	msec rest = zd_limits_window_rest(reply);
	if (limits.pool_remaining < 0)
		budget_untold(pool, reply, now);
	learn_window(pool, limits.pool_limit, limits.pool_remaining,
	             limits.pool_resets >= 0 ? limits.pool_resets + MSEC_SECOND : rest,
	             engine->config->zendesk.reserve, call, now);
	for (size_t i = 0; i < limits.endpoint_count; i++) {
		const struct desk_endpoint_limit *limit = &limits.endpoints[i];

		if (strcmp(limit->name, "inflight-jobs") == 0 && limit->remaining >= 0)
			job_slots_learn(&engine->account->jobs, limit->remaining, now);
		if (strcmp(limit->name, "per-ticket-updates") == 0 ||
		    strcmp(limit->name, "inflight-jobs") == 0)
			/* these two limits do not count this endpoint's requests in a window */
			continue;
		told = told || limit->remaining >= 0;
		learn_window(own, limit->total, limit->remaining,
		             limit->resets >= 0 ? limit->resets + MSEC_SECOND : rest, 0, call, now);
	}
	if (!told)
		budget_untold(own, reply, now);
}

/* Zendesk allows 30 updates of one ticket in ten minutes, by all clients together: only that ticket
 * has to wait. */
static bool ticket_is_used_up(const struct desk_limits *limits)
{
	for (size_t i = 0; i < limits->endpoint_count; i++)
		if (strcmp(limits->endpoints[i].name, "per-ticket-updates") == 0)
			return limits->endpoints[i].remaining == 0;
	return false;
}

/* A 429 while the account has requests left comes from the endpoint's own limit; otherwise all
 * requests wait. */
static void pause_for_429(struct engine *engine, struct call *call, const struct http_reply *reply,
                          const struct desk_answer *failure, msec wait)
{
	struct desk_limits limits;

	zd_limits_read(reply, &limits);
	if (failure->too_many_jobs)
		return; /* only bulk.c waits */
	if (call->kind == CALL_UPDATE && ticket_is_used_up(&limits)) {
		call->ticket_wait = wait;
		return;
	}
	struct budget *budget = budget_of(engine, call->endpoint);

	budget->refused = true;
	if (limits.pool_remaining > 0) {
		if (budget->paused_until < engine->now.mono + wait)
			budget->paused_until = engine->now.mono + wait;
	} else {
		upstream_pause(&engine->upstreams[UPSTREAM_ZENDESK], engine->now.mono + wait);
	}
}

static enum upstream_signal zendesk_signal(const struct call *call, const struct http_reply *reply,
                                           const struct desk_answer *failure)
{
	if (call->timed_out || reply->result == HTTP_TIMEOUT)
		return UPSTREAM_TIMED_OUT;
	if (reply->result == HTTP_CANCELLED || reply->result == HTTP_RECALLED)
		return UPSTREAM_NEUTRAL;
	if (reply->result == HTTP_TOO_LARGE)
		return UPSTREAM_OK;
	if (failure->kind == DESK_LIMITED && !failure->too_many_jobs)
		return failure->retry_after > 0 ? UPSTREAM_LIMITED : UPSTREAM_OVERLOAD;
	if (failure->kind == DESK_RETRY || failure->kind == DESK_TLS)
		return UPSTREAM_FAILED;
	return UPSTREAM_OK;
}

/* Raises one alert when an outage begins and ends it when Zendesk answers again. */
static void alert_on_circuit(struct engine *engine, const struct desk_answer *failure)
{
	const struct breaker *breaker = &engine->upstreams[UPSTREAM_ZENDESK].breaker;
	struct calls *calls = &engine->calls;

	if (breaker->opened_total > calls->openings_seen && calls->openings++ == 0 &&
	    !engine->account->search.unreachable)
		say_alert(
		        engine, ALERT_ZENDESK_DOWN, 0,
		        "Zendesk does not answer: %s; requests are on hold, one retry every %lld s",
		        failure->text, (long long)(breaker->timeout / MSEC_SECOND));
	calls->openings_seen = breaker->opened_total;
	if (breaker->state != BREAKER_CLOSED || calls->openings == 0)
		return;
	say_alert_over(engine, ALERT_ZENDESK_DOWN, "Zendesk answers again");
	calls->openings = 0;
}

/* Why a service does not answer, for people. */
static void note_trouble(struct gate *gate, const char *text)
{
	if (text[0])
		snprintf(gate->trouble, sizeof(gate->trouble), "%s", text);
}

void call_signal_zendesk(struct engine *engine, struct call *call, const struct http_reply *reply,
                         const struct desk_answer *failure)
{
	struct upstream *zendesk = &engine->upstreams[UPSTREAM_ZENDESK];
	enum upstream_signal signal = zendesk_signal(call, reply, failure);

	/* Bulk updates may be broken while everything else works: jobs.c detects that by itself. */
	if (call->kind == CALL_JOBS && (signal == UPSTREAM_FAILED || signal == UPSTREAM_TIMED_OUT))
		signal = UPSTREAM_NEUTRAL;
	msec wait = failure->retry_after;

	pool_of(engine)->in_flight--;
	budget_of(engine, call->endpoint)->in_flight--;
	upstream_done(zendesk, signal, call->sent_at, engine->now.mono);
	if (signal != UPSTREAM_OK && signal != UPSTREAM_NEUTRAL)
		tally_failed(engine, call->kind);
	if (signal == UPSTREAM_FAILED || signal == UPSTREAM_TIMED_OUT)
		note_trouble(&engine->account->gate, failure->text);
	learn_limits(engine, call, reply);
	if (failure->kind == DESK_LIMITED && reply->result == HTTP_DONE)
		pause_for_429(engine, call, reply, failure,
		              wait > 0 ? wait : backoff_delay(2, 3, &engine->prng));
	else if (failure->kind == DESK_RETRY && wait > 0)
		upstream_pause(zendesk, engine->now.mono + wait);
	alert_on_circuit(engine, failure);
}

/* A reply that is no analysis shows that the service can be reached. */
static void note_model_trouble(struct gate *gate, const struct llm_result *result)
{
	bool unusable = result->verdict == LLM_BAD_ANSWER;

	if (!unusable && !result->counts_for_breaker)
		return;
	note_trouble(gate, result->text);
	gate->unusable = unusable;
}

static enum upstream_signal llm_signal(const struct call *call, const struct llm_result *result)
{
	if (call->timed_out || result->timed_out)
		return UPSTREAM_TIMED_OUT;
	if (result->verdict == LLM_LIMITED)
		return UPSTREAM_LIMITED;
	if (result->verdict == LLM_SLOW_DOWN)
		return UPSTREAM_OVERLOAD;
	return result->counts_for_breaker ? UPSTREAM_FAILED : UPSTREAM_OK;
}

/* A limit was told earlier, and nothing was answered since. */
static bool limit_stands(struct engine *engine)
{
	struct calls *calls = &engine->calls;
	msec now = engine->now.mono;

	if (calls->limited_at <= engine->model_blame.good)
		calls->limited_at = now;
	return now - calls->limited_at >= LLM_LIMIT_DOUBTED;
}

void call_signal_llm(struct engine *engine, struct call *call, const struct llm_result *result)
{
	struct upstream *llm = &engine->upstreams[UPSTREAM_LLM];
	msec now = engine->now.mono;
	msec pause = 0;

	enum upstream_signal signal = llm_signal(call, result);

	upstream_done(llm, signal, call->sent_at, now);
	if (signal != UPSTREAM_OK)
		tally_failed(engine, call->kind);
	note_model_trouble(&engine->model_gate, result);
	if (result->requests_remaining == 0 && result->requests_reset > pause)
		pause = result->requests_reset;
	if (result->tokens_remaining == 0 && result->tokens_reset > pause)
		pause = result->tokens_reset;
	pause = pause < LLM_PAUSE_MAX ? pause : LLM_PAUSE_MAX;
	if (result->verdict == LLM_LIMITED) {
		msec wait = result->retry_after;

		wait = limit_stands(engine) || wait < LLM_LIMIT_DOUBTED ? wait : LLM_LIMIT_DOUBTED;
		pause = wait > pause ? wait : pause;
	}
	if (pause > 0)
		upstream_pause(llm, now + pause);
}
