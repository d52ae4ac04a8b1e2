/* Whether the model is down: when three tickets in a row used up their attempts and no good answer
 * came for 30 s. Rules then decide at once, and every now and then one ticket goes to the model as
 * a probe. */
#include <stdlib.h>

#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/decide/decide.h"

#define DOWN_AFTER_TICKETS 3
#define DOWN_AFTER_SILENCE (30 * MSEC_SECOND)

struct decide *decide_new(msec now)
{
	struct decide *decide = xcalloc(1, sizeof(*decide));

	decide->last_good = now;
	return decide;
}

static void schedule_probe(struct engine *engine)
{
	static const msec first[] = {10 * MSEC_SECOND, 30 * MSEC_SECOND, 60 * MSEC_SECOND};
	struct decide *decide = engine->decide;
	size_t n = (size_t)decide->probes++;

	decide->probe_at = engine->now.mono +
	                   (n < ARRAY_LEN(first) ? first[n] : engine->config->llm.probe_interval);
}

static void declare_down(struct engine *engine)
{
	struct ticket *ticket;

	engine->decide->down = true;
	engine->decide->probes = 0;
	schedule_probe(engine);
	say_alert(engine, ALERT_MODEL_DOWN, 0,
	          "model %s does not answer: tickets are classified by rules until it does",
	          engine->llm.model);
	while ((ticket = lane_any(engine, LANE_MODEL)))
		decision_by_rules(engine, ticket, DOES_NOT_ANSWER);
}

void outage_exhausted(struct engine *engine)
{
	struct decide *decide = engine->decide;

	decide->exhausted++;
	if (!decide->down && decide->exhausted >= DOWN_AFTER_TICKETS &&
	    engine->now.mono - decide->last_good >= DOWN_AFTER_SILENCE)
		declare_down(engine);
}

void outage_answered(struct engine *engine)
{
	struct decide *decide = engine->decide;

	decide->exhausted = 0;
	decide->last_good = engine->now.mono;
	if (!decide->down)
		return;
	decide->down = false;
	say_alert_over(engine, ALERT_MODEL_DOWN, "model %s answers again", engine->llm.model);
}

bool outage_keeps_away(struct engine *engine, bool *ret_probe)
{
	*ret_probe = false;
	if (!engine->decide->down)
		return false;
	if (engine->now.mono < engine->decide->probe_at)
		return true;
	schedule_probe(engine);
	*ret_probe = true;
	return false;
}

void outage_probe(struct engine *engine)
{
	engine->decide->probes = 0;
	engine->decide->probe_at = engine->now.mono;
}
