/* Finds what holds the tickets back at this moment: it asks the guards of the service that the most
 * tickets wait for. */
#include "engine/workload.h"

#include "engine/core/mode.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"

#define TOKENS_GUESSED 1000 /* of a ticket that is not prepared yet */

static uint64_t count_lanes(const struct engine *engine, enum lane first, enum lane last)
{
	uint64_t count = 0;

	for (int lane = first; lane <= (int)last; lane++)
		count += lane_count(engine, (enum lane)lane);
	return count;
}

/* A limit that Zendesk tells stops all requests now. */
static bool account_waits(const struct engine *engine)
{
	msec now = engine->now.mono;

	return engine->upstreams[UPSTREAM_ZENDESK].paused_until > now ||
	       budget_when(&engine->account->budgets.pool, now) > now;
}

static bool endpoint_waits(const struct engine *engine, enum endpoint endpoint)
{
	return budget_when(&engine->account->budgets.endpoints[endpoint], engine->now.mono) >
	       engine->now.mono;
}

static bool bucket_is_empty(const struct bucket *bucket, double tokens, msec now)
{
	return bucket->per_minute > 0 && !bucket_has(bucket, tokens, now);
}

static bool jobs_are_full(const struct engine *engine)
{
	const struct job_slots *slots = &engine->account->jobs;

	return job_slots_used(slots) > 0 &&
	       job_slots_used(slots) >= job_slots_allowed(slots,
	                                                  (size_t)engine->config->zendesk.max_jobs,
	                                                  engine->now.mono);
}

static void limit_of_zendesk(const struct engine *engine, struct load *load)
{
	const struct upstream *zendesk = &engine->upstreams[UPSTREAM_ZENDESK];

	if (account_waits(engine)) {
		load->limit = LOAD_ZENDESK_ACCOUNT;
	} else if (bucket_is_empty(&zendesk->requests, 1, engine->now.mono)) {
		load->limit = LOAD_ZENDESK_REQUESTS;
		load->limit_value = engine->config->zendesk.requests_per_minute;
	} else if (endpoint_waits(engine, ENDPOINT_UPDATE) ||
	           endpoint_waits(engine, ENDPOINT_BULK)) {
		load->limit = LOAD_ZENDESK_UPDATES;
	} else if (jobs_are_full(engine)) {
		load->limit = LOAD_ZENDESK_JOBS;
		load->limit_value = (int64_t)job_slots_used(&engine->account->jobs);
	} else {
		load->limit = LOAD_ZENDESK_ANSWERS;
	}
}

static double tokens_of_next(const struct engine *engine)
{
	const struct ticket *next = lane_due(engine, LANE_MODEL);

	return next && next->tokens_estimate > 0 ? next->tokens_estimate : TOKENS_GUESSED;
}

static void limit_of_model(const struct engine *engine, struct load *load)
{
	const struct upstream *llm = &engine->upstreams[UPSTREAM_LLM];
	msec now = engine->now.mono;

	if (llm->paused_until > now) {
		load->limit = LOAD_MODEL_ACCOUNT;
	} else if (bucket_is_empty(&llm->requests, 1, now)) {
		load->limit = LOAD_MODEL_REQUESTS;
		load->limit_value = engine->config->llm.requests_per_minute;
	} else if (bucket_is_empty(&llm->tokens, tokens_of_next(engine), now)) {
		load->limit = LOAD_MODEL_TOKENS;
		load->limit_value = engine->config->llm.tokens_per_minute;
	} else if (!window_may(&llm->window)) {
		bool overloaded = llm->window.halved && llm->window.size < llm->window.max;

		load->limit = overloaded ? LOAD_MODEL_OVERLOADED : LOAD_MODEL_WINDOW;
		load->limit_value = llm->window.size;
	}
}

static void find_limit(const struct engine *engine, struct load *load)
{
	bool all_decided = load->waiting == 0 && load->at_model == 0;

	if (load->to_write > 0 && (all_decided || !mode_has_room(engine, 0)))
		limit_of_zendesk(engine, load);
	else if (load->at_model == 0 && load->waiting > 0 &&
	         (account_waits(engine) || endpoint_waits(engine, ENDPOINT_SEARCH) ||
	          endpoint_waits(engine, ENDPOINT_EXPORT)))
		load->limit = LOAD_READING;
	else
		limit_of_model(engine, load);
}

void workload_view(const struct engine *engine, struct load *ret)
{
	*ret = (struct load){.waiting = backlog_waiting(engine),
	                     .at_model = count_lanes(engine, LANE_RECALL, LANE_SHADOW),
	                     .to_write = count_lanes(engine, LANE_READ, LANE_BULK_SENT)};
	uint64_t all = ret->waiting + ret->at_model + ret->to_write;

	ret->left = pace_left(&engine->account->backlog.pace, all, engine->now.mono);
	if (all > 0 && mode_working(engine))
		find_limit(engine, ret);
}
