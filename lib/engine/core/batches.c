/* Counts tickets by batch; each ticket carries the number of its batch. */
#include "engine/core/batches.h"

#include "engine/core/mode.h"
#include "engine/core/search.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"

static bool is_resident(const struct engine *engine)
{
	return engine->setup.mode == ENGINE_RESIDENT;
}

/* What was paid before its first ticket, for a probe, stays in it. */
static void begin_batch(struct engine *engine)
{
	struct spending spent = engine->batch.spent;

	batch_start(&engine->batch, engine->now.wall, engine->now.mono);
	engine->batch.spent = spent;
}

void batches_take(struct engine *engine, struct ticket *ticket)
{
	struct batches *batches = &engine->batches;

	ticket->batch = batches->number;
	batches->taken++;
	batches->open++;
	if (is_resident(engine) && engine->held_count == 1 && engine->batch.total == 0)
		begin_batch(engine);
}

void batches_release(struct engine *engine, const struct ticket *ticket)
{
	struct batches *batches = &engine->batches;
	size_t *count = ticket->batch == batches->number ? &batches->open : &batches->left;

	ENSURE(*count > 0);
	(*count)--;
}

static void report_batch(struct engine *engine)
{
	uint64_t found = engine->batches.open;

	if (engine->batch.total == 0)
		return;
	engine->batch.ended_mono = engine->now.mono;
	effects_add(engine->out, EFFECT_BATCH)->batch = engine->batch;
	batch_start(&engine->batch, engine->now.wall, engine->now.mono);
	engine->batch.found = found;
}

static bool nothing_is_searched(const struct engine *engine)
{
	return search_is_between_passes(engine) || !mode_admitting(engine);
}

static bool is_due(struct engine *engine)
{
	msec interval = engine->config->log.batch_interval,
	     due = engine->batch.started_mono + interval;

	if (interval == 0)
		return nothing_is_searched(engine);
	if (engine->batch.total >= BATCH_TICKETS || engine->now.mono >= due)
		return true;
	clock_earliest(&engine->deadline, due);
	return false;
}

void batches_pump(struct engine *engine)
{
	struct batches *batches = &engine->batches;

	if (!is_resident(engine))
		return;
	if (batches->closing && batches->left == 0) {
		batches->closing = false;
		report_batch(engine);
	}
	if (batches->closing || batches->taken == 0 || !is_due(engine))
		return;
	batches->number++;
	batches->left = batches->open;
	batches->open = batches->taken = 0;
	batches->closing = batches->left > 0;
	if (!batches->closing)
		report_batch(engine);
}

void batches_finish(struct engine *engine)
{
	if (is_resident(engine))
		report_batch(engine);
}
