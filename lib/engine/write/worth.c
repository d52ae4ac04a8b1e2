/* When a bulk update is worth it. Zendesk takes a hundred single updates a minute, whatever the
 * plan, and applies a bulk update of a hundred tickets later, as a job. A few tickets are written
 * one by one, which gives their verdicts at once; more are written in bulk. */
#include "engine/core/mode.h"
#include "engine/core/state.h"
#include "engine/write/bulk.h"

#define SINGLES_MAX 4 /* so few tickets are not worth a job */

/* Too many jobs, ours or others': bulk updates pause while single updates may still be sent. */
bool worth_is_paused(const struct engine *engine)
{
	return engine->account->jobs.not_before > engine->now.mono;
}

static int64_t room_for_singles(const struct engine *engine)
{
	return budget_room(&engine->account->budgets.endpoints[ENDPOINT_UPDATE], engine->now.mono);
}

/* The server names no limit, has refused no update because of one, and we set none: requests cost
 * nothing, and single updates give their verdicts at once. */
static bool requests_are_free(const struct engine *engine)
{
	const struct budgets *budgets = &engine->account->budgets;

	return engine->config->zendesk.requests_per_minute == 0 && !budgets->pool.known &&
	       !budgets->endpoints[ENDPOINT_UPDATE].known &&
	       budgets->endpoints[ENDPOINT_UPDATE].paused_until == 0;
}

bool worth_gathering(const struct engine *engine)
{
	return trust_allows(engine) &&
	       (engine->config->zendesk.bulk == BULK_ALWAYS || !requests_are_free(engine));
}

static bool are_the_last(const struct engine *engine, size_t count)
{
	return count <= LAST_ALONE && mode_at_the_end(engine);
}

bool worth_in_bulk(const struct engine *engine, size_t count)
{
	if (!trust_allows(engine))
		return false;
	int64_t singles = room_for_singles(engine);
	if (engine->config->zendesk.bulk == BULK_ALWAYS)
		return !are_the_last(engine, count) || (int64_t)count > singles;
	if (worth_is_paused(engine) || singles == 0)
		return singles == 0;
	if (requests_are_free(engine))
		return false;
	return count > SINGLES_MAX || (int64_t)count > singles;
}

bool worth_taking_singles(const struct engine *engine)
{
	return trust_allows(engine) && !worth_is_paused(engine) && room_for_singles(engine) == 0;
}
