/* What the engine shows to the outside: for progress, status, health and metrics. */
#include <string.h>

#include "engine/core/asked.h"
#include "engine/core/held.h"
#include "engine/core/mode.h"
#include "engine/core/quarantine.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/decide/decide.h"
#include "engine/find/find.h"
#include "engine/workload.h"

static msec next_poll(const struct engine *engine)
{
	const struct search *search = &engine->account->search;

	if (engine->setup.mode != ENGINE_RESIDENT || search->over || !mode_admitting(engine))
		return MSEC_NEVER;
	return search->pass == PASS_OVER ? engine->account->find->next_pass : engine->now.mono;
}

static bool tell_gate(const struct gate *gate, const char **ret_reason)
{
	bool halted = gate->state == GATE_HALTED || gate->told;

	*ret_reason = halted ? gate->why : gate->trouble;
	return halted;
}

/* The model has no breaker of its own: its gate and the outage do the same. */
static enum breaker_state model_breaker(const struct engine *engine)
{
	bool trial = engine->decide->down && lane_count(engine, LANE_ASKED) > 0;

	if (engine->model_gate.state == GATE_DOUBTED || trial)
		return BREAKER_HALF_OPEN;
	return engine->decide->down || engine->model_gate.state == GATE_HALTED ? BREAKER_OPEN
	                                                                       : BREAKER_CLOSED;
}

static void tell_model(const struct engine *engine, struct engine_stats *ret)
{
	bool announced = engine->model_leaves_of == engine->llm.models_used;

	ret->model = engine->llm.model;
	ret->model_wanted =
	        engine->config->llm.provider == LLM_RULES ? NULL : engine->config->llm.model;
	ret->model_leaves = announced ? engine->model_leaves : -1;
	ret->model_breaker = model_breaker(engine);
	ret->model_down = engine->alert_lasts[ALERT_MODEL_DOWN];
	ret->model_unusable = engine->model_gate.unusable;
	ret->model_awaited = !engine->decide->down;
	ret->model_halted = tell_gate(&engine->model_gate, &ret->model_reason);
}

static void tell_account(const struct account *account, struct engine_stats *ret)
{
	ret->zendesk_halted = tell_gate(&account->gate, &ret->zendesk_reason);
	ret->signed_in = account->user_id != 0 && !ret->zendesk_halted;
	ret->user_name = account->user.name;
	ret->user_is_admin = account->user.admin;
}

static uint64_t expected_total(const struct engine *engine)
{
	uint64_t limit = engine->setup.mode == ENGINE_ONCE ? engine->setup.limit : 0;
	uint64_t told = engine->account->find->expected, found = engine->batch.found;
	uint64_t most = told > found ? told : found;

	return limit && most > limit ? limit : most;
}

static void tell_quotas(const struct engine *engine, struct engine_stats *ret)
{
	const struct budgets *budgets = &engine->account->budgets;
	const struct budget *shown[QUOTA_COUNT] = {
	        [QUOTA_ACCOUNT] = &budgets->pool,
	        [QUOTA_SEARCH] = &budgets->endpoints[ENDPOINT_SEARCH],
	        [QUOTA_EXPORT] = &budgets->endpoints[ENDPOINT_EXPORT],
	        [QUOTA_UPDATE] = &budgets->endpoints[ENDPOINT_UPDATE]};

	for (size_t i = 0; i < QUOTA_COUNT; i++) {
		int64_t room = budget_room(shown[i], engine->now.mono);

		ret->quota[i] = room == INT64_MAX ? -1 : room > 0 ? room : 0;
	}
}

static void tell_held(const struct engine *engine, struct engine_stats *ret)
{
	for (struct list *node = engine->held.next; node != &engine->held; node = node->next) {
		const struct ticket *ticket = container_of(node, struct ticket, held);
		msec updated = ticket->updated_first;

		ret->by_state[ticket->state]++;
		if (updated > 0 && (ret->oldest_wall == 0 || updated < ret->oldest_wall))
			ret->oldest_wall = updated;
	}
}

void engine_stats(const struct engine *engine, struct engine_stats *ret)
{
	const struct account *account = engine->account;

	*ret = (struct engine_stats){
	        .expected = expected_total(engine),
	        .admitted = engine->admitted,
	        .batch = engine->batch,
	        .held = engine->held_count,
	        .pages_held = account->pages.count,
	        .paused = engine->paused,
	        .draining = engine->draining,
	        .stopped = engine->stop.sentence,
	        .stop_ordered = engine->stop.order.by[0] != '\0',
	        .writing = engine->writing,
	        .shadows = account->memory.shadows.count,
	        .stopped_count = lane_count(engine, LANE_STOPPED),
	        .jobs = account->jobs.jobs,
	        .process_ids = account->wanted.count,
	        .known = account->memory.known.count,
	        .parked = account->memory.parked.count,
	        .last_poll_wall = account->find->last_poll,
	        .last_run_wall = account->find->last_run,
	        .last_work_mono = engine->last_work,
	        .unreachable = account->search.unreachable,
	        .next_poll_mono = next_poll(engine),
	        .tallies = &engine->tallies,
	        .recent = recent_counts(&account->backlog.recent, engine->now.mono),
	};
	tell_account(account, ret);
	tell_model(engine, ret);
	tell_quotas(engine, ret);
	ret->outages[UPSTREAM_ZENDESK] = engine->upstreams[UPSTREAM_ZENDESK].breaker.opened_total;
	ret->outages[UPSTREAM_LLM] = engine->tallies.model_outages;
	workload_view(engine, &ret->load);
	tell_held(engine, ret);
	for (size_t i = 0; i < PII_KINDS; i++)
		ret->redacted[i] = engine->redacted.by_kind[i];
	memcpy(ret->repairs, engine->repairs, sizeof(ret->repairs));
}

/* --- one ticket --- */

static enum engine_where where_of(const struct engine *engine, uint64_t id, enum known_kind kind)
{
	static const enum engine_where remembered[] = {
	        [KNOWN_NOT] = WHERE_NOWHERE,       [KNOWN_DONE] = WHERE_DONE,
	        [KNOWN_UNTAGGED] = WHERE_UNTAGGED, [KNOWN_SKIPPED] = WHERE_SKIPPED,
	        [KNOWN_FAILED] = WHERE_FAILED,     [KNOWN_DRY] = WHERE_SHOWN,
	        [KNOWN_SHADOW] = WHERE_SHADOW,
	};
	if (kind == KNOWN_HELD)
		return WHERE_HELD;
	if (memory_is_erased(engine, id))
		return WHERE_ERASED;
	if (quarantine_has(engine, id))
		return WHERE_QUARANTINED;
	if (asked_wanted(engine, id) || further_waits(engine, id))
		return WHERE_ASKED_FOR;
	if (kind == KNOWN_NOT && shadow_has(engine, id))
		return WHERE_SHADOW;
	return remembered[kind];
}

void engine_look(const struct engine *engine, struct ticket_key key, struct engine_view *ret)
{
	uint64_t id = key.id;
	struct known known = memory_known(engine, id);
	const struct ticket *held, *parked = memory_parked(engine, id);

	*ret = (struct engine_view){.where = where_of(engine, id, known.kind),
	                            .returns = known.returns,
	                            .decided = parked && memory_decided(parked)};
	if (ret->where == WHERE_SKIPPED)
		ret->updated = known.when;
	if (ret->where == WHERE_FAILED && known.when > engine->now.mono)
		ret->returns_in = known.when - engine->now.mono;
	held = ret->where == WHERE_HELD ? held_find(engine, id) : NULL;
	if (held)
		ret->state = held->state;
}

bool engine_records_urgent(const struct engine *engine)
{
	return durability_is_urgent(engine);
}

bool engine_holds(const struct engine *engine, struct ticket_key key)
{
	const struct ticket *ticket = held_find(engine, key.id);

	return ticket && ticket->state != TICKET_FOUND;
}

const struct upstream *engine_upstream(const struct engine *engine, enum upstream_id id)
{
	return &engine->upstreams[id];
}

struct ticket_key engine_current_ticket(const struct engine *engine)
{
	return engine->current_ticket;
}
