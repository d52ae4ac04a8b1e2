/* The engine looked at from outside: for progress, status, health and metrics. */
#include <string.h>

#include "engine/core/state.h"

static msec next_poll(const struct engine *engine)
{
	const struct discover *discover = &engine->discover;

	if (engine->setup.mode != ENGINE_RESIDENT || discover->done || !engine_admitting(engine))
		return MSEC_NEVER;
	return discover->pass == PASS_OVER ? discover->next_pass : engine->now.mono;
}

static void of_services(const struct engine *engine, struct engine_stats *ret)
{
	const struct session *session = &engine->session;

	ret->zendesk_halted = session->zendesk == GATE_HALTED || session->zendesk_halted;
	ret->zendesk_reason = ret->zendesk_halted ? session->zendesk_why : "";
	ret->model_halted = session->llm == GATE_HALTED || session->llm_halted;
	ret->model_reason = ret->model_halted ? session->llm_why : "";
	ret->model_down = engine->analyse.down;
	ret->model = engine->llm.model;
}

static void of_tickets(const struct engine *engine, struct engine_stats *ret)
{
	uint64_t limit = engine->setup.mode == ENGINE_ONCE ? engine->setup.limit : 0;

	for (struct list *node = engine->held.next; node != &engine->held; node = node->next)
		ret->by_state[container_of(node, struct ticket, held)->state]++;
	ret->expected =
	        engine->discover.expected > engine->batch.found ? engine->discover.expected : engine->batch.found;
	if (limit && ret->expected > limit)
		ret->expected = limit;
	ret->admitted = engine->admitted;
	ret->batch = engine->batch;
	ret->held = engine->held_count;
	ret->pages_held = engine->discover.page_count;
	ret->jobs = engine->bulk.job_count;
	ret->process_ids = engine->discover.wanted.count;
	ret->known = engine->discover.known.count;
	ret->parked = engine->discover.returns.parked.count;
}

void engine_stats(const struct engine *engine, struct engine_stats *ret)
{
	memset(ret, 0, sizeof(*ret));
	of_tickets(engine, ret);
	of_services(engine, ret);
	ret->paused = engine->paused;
	ret->draining = engine->draining;
	ret->last_poll_wall = engine->discover.last_poll;
	ret->last_run_wall = engine->discover.last_run;
	ret->last_work_mono = engine->last_work;
	ret->unreachable = engine->discover.unreachable;
	ret->next_poll_mono = next_poll(engine);
	for (size_t i = 0; i < PII_KINDS; i++)
		ret->redacted[i] = engine->redacted.by_kind[i];
	memcpy(ret->repairs, engine->repairs, sizeof(ret->repairs));
}

/* --- one ticket --- */

static enum engine_where where_of(const struct engine *engine, uint64_t id, enum known_kind kind)
{
	if (kind == KNOWN_HELD)
		return WHERE_HELD;
	if (command_erased(engine, id))
		return WHERE_ERASED;
	if (quarantine_has(engine, id))
		return WHERE_QUARANTINED;
	if (reread_wanted(engine, id))
		return WHERE_ASKED_FOR;
	switch (kind) {
	case KNOWN_DONE: return WHERE_DONE;
	case KNOWN_UNTAGGED: return WHERE_UNTAGGED;
	case KNOWN_SKIPPED: return WHERE_SKIPPED;
	case KNOWN_FAILED: return WHERE_FAILED;
	case KNOWN_DRY: return WHERE_SHOWN;
	case KNOWN_HELD:
	case KNOWN_NOT: break;
	}
	return WHERE_NOWHERE;
}

void engine_look(const struct engine *engine, uint64_t id, struct engine_view *ret)
{
	struct known known = known_get(&engine->discover.known, id);
	const struct ticket *held, *parked = returns_parked(engine, id);

	*ret = (struct engine_view){.where = where_of(engine, id, known.kind),
	                            .returns = known.returns,
	                            .decided = parked && parked->analysis.model.len > 0};
	if (ret->where == WHERE_SKIPPED)
		ret->updated = known.when;
	if (ret->where == WHERE_FAILED && known.when > engine->now.mono)
		ret->returns_in = known.when - engine->now.mono;
	held = ret->where == WHERE_HELD ? command_held(engine, id) : NULL;
	if (held)
		ret->state = held->state;
}

const struct upstream *engine_upstream(const struct engine *engine, enum upstream_id id)
{
	return &engine->upstreams[id];
}

uint64_t engine_current_ticket(const struct engine *engine)
{
	return engine->current_ticket;
}
