/* A resident engine tells its outcomes in batches, each closed by a summary. The tickets that one pass brought (or a person's
 * order, or a return) are a batch; it is over when all of them have come to their end. What is taken in hand while the last ones of
 * a batch are on their way is counted in the next one, so that a batch ends even where tickets never cease to come. Outcomes are
 * told as they happen: one that comes early stands in the batch that is open then. */
#include "engine/core/state.h"

static bool resident(const struct engine *engine)
{
	return engine->setup.mode == ENGINE_RESIDENT;
}

void batches_take(struct engine *engine, struct ticket *ticket)
{
	struct batches *batches = &engine->batches;

	ticket->batch = batches->number;
	batches->taken++;
	batches->open++;
	if (resident(engine) && engine->held_count == 1 && engine->batch.total == 0)
		batch_start(&engine->batch, engine->now.wall, engine->now.mono);
}

void batches_release(struct engine *engine, const struct ticket *ticket)
{
	struct batches *batches = &engine->batches;
	size_t *count = ticket->batch == batches->number ? &batches->open : &batches->left;

	ENSURE(*count > 0);
	(*count)--;
}

static void tell(struct engine *engine)
{
	uint64_t found = engine->batches.open;

	if (engine->batch.total == 0)
		return;
	engine->batch.ended_mono = engine->now.mono;
	emit(engine, EFFECT_BATCH)->batch = engine->batch;
	batch_start(&engine->batch, engine->now.wall, engine->now.mono);
	engine->batch.found = found;
}

static bool between_passes(const struct engine *engine)
{
	enum pass_state pass = engine->discover.pass;

	return pass == PASS_NONE || pass == PASS_OVER || engine->discover.done || !engine_admitting(engine);
}

void batches_pump(struct engine *engine)
{
	struct batches *batches = &engine->batches;

	if (!resident(engine))
		return;
	if (batches->closing && batches->left == 0) {
		batches->closing = false;
		tell(engine);
	}
	if (batches->closing || batches->taken == 0 || !between_passes(engine))
		return;
	batches->number++;
	batches->left = batches->open;
	batches->open = batches->taken = 0;
	batches->closing = batches->left > 0;
	if (!batches->closing)
		tell(engine);
}

void batches_finish(struct engine *engine)
{
	if (resident(engine))
		tell(engine);
}
