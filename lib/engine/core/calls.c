/* Requests in flight: asked for only when the guards allow, ended exactly once, and what each end says about the upstream.
 *
 * Two kinds of limit stand before a Zendesk request. Our own arithmetic (bucket, window, breaker) lives in guard/upstream.
 * What the server says is left of its fixed windows, for the account and for some endpoints, is a budget here. A request whose count
 * is not known yet may or may not be in the number that a reply carries, and may count twice: when a connection that was used
 * before dies, libcurl sends the request once more by itself and says nothing of it (Curl_retry_request). So it is taken off at
 * its dearest, and at least one request of each window is kept. */
#include <stdlib.h>
#include <string.h>

#include "engine/core/state.h"

/* A model service's headers tell when its bucket is full, not when one request fits: look again soon. */
#define LLM_PAUSE_MAX MSEC_SECOND
#define WINDOW_MARGIN (2 * MSEC_SECOND) /* we let windows turn a second late, and clocks have whole seconds */
#define DELIVERIES_MAX 2                /* of one request, by libcurl */
/* Until a reply tells an endpoint's limit. So many requests, each delivered twice, fit the smallest limit of what we send several of at
 * once: 20 updates a minute, in a trial account. Each answer without a limit allows one more: where there is none that is soon enough,
 * and a single answer that is not what it should be proves little. */
#define UNTOLD_MAX 8

/* So many requests more stay within the window: what is kept for others is left when each whose count is not known has arrived once,
 * and nothing is overdrawn when each has arrived twice. */
static int64_t budget_left(const struct budget *budget)
{
	int64_t uncertain = budget->in_flight + budget->untold;
	int64_t once = budget->lowest - budget->kept - uncertain;
	int64_t twice = budget->lowest / DELIVERIES_MAX - uncertain;
	int64_t left = once < twice ? once : twice;

	return left > 0 ? left : 0;
}

void budget_keep(struct budget *budget, double share)
{
	int64_t kept = (int64_t)((double)budget->limit * share);

	budget->kept = kept < DELIVERIES_MAX - 1 ? DELIVERIES_MAX - 1 : kept;
}

/* No limit was told: the next request waits for a reply, or until those that were lost have left any window. */
static msec unknown_when(const struct budget *budget, msec now)
{
	int64_t most = UNTOLD_MAX + budget->without_limit;
	msec forgotten = budget->untold_at + MSEC_MINUTE;
	int64_t untold = forgotten > now ? budget->untold : 0;

	if (budget->in_flight + untold < most)
		return now;
	return budget->in_flight >= most ? MSEC_NEVER : forgotten;
}

static msec budget_when(const struct budget *budget, msec now)
{
	if (budget->paused_until > now)
		return budget->paused_until;
	if (!budget->known)
		return unknown_when(budget, now);
	if (budget->until > now && budget_left(budget) == 0)
		return budget->until;
	return now;
}

int64_t call_room(const struct engine *engine, enum endpoint endpoint)
{
	const struct budget *budget = &engine->endpoints[endpoint];
	msec now = engine->now.mono;

	if (budget->paused_until > now)
		return 0;
	if (!budget->known) /* what is in flight will soon tell; what was lost holds the others back for long */
		return budget->in_flight == 0 && budget_when(budget, now) > now ? 0 : INT64_MAX;
	if (now >= budget->until)
		return budget->limit - budget->kept;
	return budget_left(budget);
}

static void budget_take(struct budget *budget, msec now)
{
	if (!budget->known && now >= budget->untold_at + MSEC_MINUTE)
		budget->untold = 0;
	if (budget->known && now >= budget->until) {
		/* A new window: what it holds and when it ends is guessed until a reply tells. */
		budget->untold = 0;
		budget->lowest = budget->limit;
		budget->guessed = true;
		budget->until = now + MSEC_MINUTE;
	}
	budget->in_flight++;
}

/* What only the API itself answers, behind its limits. Who is not let in, or asked too much, is turned away before them; many
 * other statuses come from gateways. */
static bool is_answered(const struct http_reply *reply)
{
	int status = reply->result == HTTP_DONE ? reply->status : 0;

	return (status >= 200 && status < 300) || status == 404 || status == 409 || status == 422;
}

/* Nothing was sent, so nothing can have been counted. */
static bool was_never_sent(const struct http_reply *reply)
{
	return reply->result == HTTP_NO_CONNECT || reply->result == HTTP_TLS_REFUSED;
}

/* A request ended without telling what is left; the server may have counted it all the same. */
static void budget_untold(struct budget *budget, const struct http_reply *reply, msec now)
{
	if (was_never_sent(reply))
		return;
	if (!budget->known && is_answered(reply)) {
		budget->without_limit++;
		return;
	}
	budget->untold++;
	budget->untold_at = now;
}

/* `resets` was true somewhere between the sending and now: a slow reply tells of a window that is nearly over, or of the one
 * before. What is left of the window it tells of counts only when that is the present one; a higher number of a late reply never
 * does. */
static void budget_learn(struct budget *budget, int64_t limit, int64_t remaining, msec resets, double reserve,
                         const struct call *call, msec now)
{
	msec earliest_end = call->sent_at + resets, latest_end = now + resets;

	if (remaining < 0 || (budget->known && earliest_end <= budget->until - MSEC_MINUTE + WINDOW_MARGIN))
		return;
	bool first = !budget->known;
	bool same_window = budget->known && earliest_end <= budget->until + WINDOW_MARGIN;
	budget->known = true;
	budget->limit = limit > 0 ? limit : remaining > budget->limit ? remaining : budget->limit;
	budget_keep(budget, reserve);
	if (!same_window || budget->guessed || remaining < budget->lowest) {
		budget->lowest = remaining;
		budget->guessed = false;
		if ((!same_window && !first) || call->sent_at >= budget->untold_at)
			budget->untold = 0; /* they arrived before this one, and are in its count */
	}
	if (!same_window || latest_end < budget->until)
		budget->until = latest_end;
}

msec call_when(struct engine *engine, enum upstream_id upstream, enum endpoint endpoint, double tokens)
{
	msec now = engine->now.mono;
	msec when = upstream_when(&engine->upstreams[upstream], tokens, now);

	if (upstream != UPSTREAM_ZENDESK || when == MSEC_NEVER)
		return when;
	msec pool = budget_when(&engine->pool, now);
	msec own = budget_when(&engine->endpoints[endpoint], now);
	when = when > pool ? when : pool;
	return when > own ? when : own;
}

bool call_limits_are_used_up(const struct engine *engine)
{
	msec now = engine->now.mono;

	return budget_when(&engine->pool, now) > now ||
	       !bucket_has(&engine->upstreams[UPSTREAM_ZENDESK].requests, 1, now);
}

bool call_may(struct engine *engine, enum upstream_id upstream, enum endpoint endpoint, double tokens)
{
	msec now = engine->now.mono;

	if (upstream == UPSTREAM_ZENDESK &&
	    (budget_when(&engine->pool, now) > now || budget_when(&engine->endpoints[endpoint], now) > now))
		return false;
	return upstream_may(&engine->upstreams[upstream], tokens, now);
}

static enum endpoint endpoint_of(enum call_kind kind)
{
	switch (kind) {
	case CALL_SEARCH: return ENDPOINT_SEARCH;
	case CALL_EXPORT: return ENDPOINT_EXPORT;
	case CALL_INCREMENTAL: return ENDPOINT_INCREMENTAL;
	case CALL_READ_ONE:
	case CALL_SHOW_MANY:
	case CALL_REREAD:
	case CALL_WANTED: return ENDPOINT_READ;
	case CALL_COMMENTS: return ENDPOINT_COMMENTS;
	case CALL_UPDATE: return ENDPOINT_UPDATE;
	case CALL_UPDATE_MANY: return ENDPOINT_BULK;
	case CALL_JOBS: return ENDPOINT_JOBS;
	case CALL_TOKEN:
	case CALL_ME:
	case CALL_MODELS:
	case CALL_CHAT: break;
	}
	return ENDPOINT_OTHER;
}

struct call *call_start(struct engine *engine, enum call_kind kind, struct http_request *request, double tokens)
{
	struct call *call = xcalloc(1, sizeof(*call));
	struct effect *effect = emit(engine, EFFECT_REQUEST);
	msec timeout = request->timeout;

	call->number = ++engine->last_call;
	call->kind = kind;
	call->upstream = kind == CALL_CHAT || kind == CALL_MODELS ? UPSTREAM_LLM : UPSTREAM_ZENDESK;
	call->endpoint = endpoint_of(kind);
	call->sent_at = engine->now.mono;
	map_put_pointer(&engine->calls, call->number, call);
	heap_insert(&engine->call_deadlines, &call->deadline, call->sent_at + timeout);
	upstream_sent(&engine->upstreams[call->upstream], tokens, call->sent_at);
	if (call->upstream == UPSTREAM_ZENDESK) {
		budget_take(&engine->pool, call->sent_at);
		budget_take(&engine->endpoints[call->endpoint], call->sent_at);
	}
	effect->number = call->number;
	effect->upstream = call->upstream;
	effect->request = *request;
	effect->request.timeout = timeout + CALL_GRACE;
	memset(request, 0, sizeof(*request));
	return call;
}

void call_free(struct engine *engine, struct call *call)
{
	map_remove(&engine->calls, call->number);
	heap_remove(&engine->call_deadlines, &call->deadline);
	free(call->tickets);
	free(call);
}

void call_deadlines_due(struct engine *engine)
{
	struct heap_node *top;

	while ((top = heap_top(&engine->call_deadlines)) && top->key <= engine->now.mono) {
		struct call *call = container_of(top, struct call, deadline);

		heap_remove(&engine->call_deadlines, top);
		call->timed_out = true;
		emit(engine, EFFECT_CANCEL)->number = call->number;
	}
}

static void learn_limits(struct engine *engine, const struct call *call, const struct http_reply *reply)
{
	struct budget *own = &engine->endpoints[call->endpoint];
	struct zd_limits limits;
	msec now = engine->now.mono;
	bool told = false;

	zd_limits_read(reply, &limits);
	msec rest = zd_limits_window_rest(reply);
	if (limits.pool_remaining < 0)
		budget_untold(&engine->pool, reply, now);
	budget_learn(&engine->pool, limits.pool_limit, limits.pool_remaining,
	             limits.pool_resets >= 0 ? limits.pool_resets + MSEC_SECOND : rest, engine->config->zendesk_reserve,
	             call, now);
	for (size_t i = 0; i < limits.endpoint_count; i++) {
		const struct zd_endpoint_limit *limit = &limits.endpoints[i];

		if (strcmp(limit->name, "inflight-jobs") == 0 && limit->remaining >= 0)
			bulk_learn_slots(engine, limit->remaining);
		if (strcmp(limit->name, "per-ticket-updates") == 0 || strcmp(limit->name, "inflight-jobs") == 0)
			continue; /* count something else than this endpoint's requests in a window */
		told = limit->remaining >= 0;
		budget_learn(own, limit->total, limit->remaining,
		             limit->resets >= 0 ? limit->resets + MSEC_SECOND : rest, 0, call, now);
	}
	if (!told)
		budget_untold(own, reply, now);
}

/* 30 updates of one ticket in ten minutes, everybody's together: no other ticket need wait. */
static bool ticket_is_used_up(const struct zd_limits *limits)
{
	for (size_t i = 0; i < limits->endpoint_count; i++)
		if (strcmp(limits->endpoints[i].name, "per-ticket-updates") == 0)
			return limits->endpoints[i].remaining == 0;
	return false;
}

/* A 429 while the account has requests left is an endpoint's own limit; else everything waits. */
static void limited(struct engine *engine, struct call *call, const struct http_reply *reply,
                    const struct zd_failure *failure, msec wait)
{
	struct zd_limits limits;

	zd_limits_read(reply, &limits);
	if (failure->too_many_jobs)
		return; /* bulk.c waits; nobody else need */
	if (call->kind == CALL_UPDATE && ticket_is_used_up(&limits)) {
		call->ticket_wait = wait;
	} else if (limits.pool_remaining > 0) {
		struct budget *budget = &engine->endpoints[call->endpoint];

		if (budget->paused_until < engine->now.mono + wait)
			budget->paused_until = engine->now.mono + wait;
	} else {
		upstream_pause(&engine->upstreams[UPSTREAM_ZENDESK], engine->now.mono + wait);
	}
}

static enum upstream_signal zendesk_signal(const struct call *call, const struct http_reply *reply,
                                           const struct zd_failure *failure)
{
	if (call->timed_out || reply->result == HTTP_TIMEOUT)
		return UPSTREAM_TIMED_OUT;
	if (reply->result == HTTP_CANCELLED)
		return UPSTREAM_NEUTRAL;
	if (reply->result == HTTP_TOO_LARGE)
		return UPSTREAM_OK;
	if (failure->kind == ZD_LIMITED && !failure->too_many_jobs)
		return failure->retry_after >= 0 ? UPSTREAM_LIMITED : UPSTREAM_OVERLOAD;
	if (failure->kind == ZD_RETRY || failure->kind == ZD_TLS)
		return UPSTREAM_FAILED;
	return UPSTREAM_OK;
}

/* A person hears once that an outage began, and that it is over. */
static void follow_circuit(struct engine *engine, const struct zd_failure *failure)
{
	const struct breaker *breaker = &engine->upstreams[UPSTREAM_ZENDESK].breaker;
	struct session *session = &engine->session;

	if (breaker->opened_total > session->opened_seen && session->openings++ == 0 && !engine->discover.unreachable)
		alert(engine, 0, "Zendesk does not answer: %s; all wait while one request tries again every %lld s",
		      failure->text, (long long)(breaker->timeout / MSEC_SECOND));
	session->opened_seen = breaker->opened_total;
	if (breaker->state != BREAKER_CLOSED || session->openings == 0)
		return;
	say(engine, LEVEL_INFO, 0, "Zendesk answers again");
	session->openings = 0;
}

void call_signal_zendesk(struct engine *engine, struct call *call, const struct http_reply *reply,
                         const struct zd_failure *failure)
{
	struct upstream *zendesk = &engine->upstreams[UPSTREAM_ZENDESK];
	enum upstream_signal signal = zendesk_signal(call, reply, failure);

	/* Bulk writing may be out of order while all else works: jobs.c finds that out by itself. */
	if (call->kind == CALL_JOBS && (signal == UPSTREAM_FAILED || signal == UPSTREAM_TIMED_OUT))
		signal = UPSTREAM_NEUTRAL;
	msec wait = failure->retry_after;

	engine->pool.in_flight--;
	engine->endpoints[call->endpoint].in_flight--;
	upstream_done(zendesk, signal, call->sent_at, engine->now.mono);
	learn_limits(engine, call, reply);
	if (failure->kind == ZD_LIMITED)
		limited(engine, call, reply, failure, wait >= 0 ? wait : backoff_delay(2, 3, &engine->prng));
	else if (failure->kind == ZD_RETRY && wait > 0)
		upstream_pause(zendesk, engine->now.mono + wait);
	follow_circuit(engine, failure);
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

void call_signal_llm(struct engine *engine, struct call *call, const struct llm_result *result)
{
	struct upstream *llm = &engine->upstreams[UPSTREAM_LLM];
	msec now = engine->now.mono;
	msec pause = 0;

	upstream_done(llm, llm_signal(call, result), call->sent_at, now);
	if (result->requests_remaining == 0 && result->requests_reset > pause)
		pause = result->requests_reset;
	if (result->tokens_remaining == 0 && result->tokens_reset > pause)
		pause = result->tokens_reset;
	pause = pause < LLM_PAUSE_MAX ? pause : LLM_PAUSE_MAX;
	if (result->verdict == LLM_LIMITED && result->retry_after > pause)
		pause = result->retry_after;
	if (pause > 0)
		upstream_pause(llm, now + pause);
}
