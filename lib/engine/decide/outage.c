/* Whether the model is down: when three tickets in a row used up their attempts (a probe in
 * doubt that is not answered counts as one), no good answer came for 30 s, and a probe without a
 * ticket's text was not answered either, since the tickets might be what it fails at. Rules then
 * decide at once, and every now and then one ticket goes to the model to try it. */
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

static void schedule_trial(struct engine *engine)
{
	static const msec first[] = {10 * MSEC_SECOND, 30 * MSEC_SECOND, 60 * MSEC_SECOND};
	struct decide *decide = engine->decide;
	size_t n = (size_t)decide->trials++;

	decide->trial_at = engine->now.mono +
	                   (n < ARRAY_LEN(first) ? first[n] : engine->config->llm.probe_interval);
}

void outage_declare(struct engine *engine)
{
	struct ticket *ticket;

	engine->decide->down = true;
	engine->decide->trials = 0;
	schedule_trial(engine);
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
	if (!decide->down && engine->model_gate.state == GATE_OPEN &&
	    decide->exhausted >= DOWN_AFTER_TICKETS &&
	    engine->now.mono - decide->last_good >= DOWN_AFTER_SILENCE)
		gate_doubt_model(engine, true);
}

void outage_answered(struct engine *engine)
{
	struct decide *decide = engine->decide;

	decide->exhausted = 0;
	engine->model_gate.probe.unanswered = 0;
	decide->last_good = engine->now.mono;
	if (!decide->down)
		return;
	decide->down = false;
	say_alert_over(engine, ALERT_MODEL_DOWN, "model %s answers again", engine->llm.model);
}

bool outage_keeps_away(struct engine *engine, bool *ret_trial)
{
	*ret_trial = false;
	if (!engine->decide->down)
		return false;
	if (engine->now.mono < engine->decide->trial_at)
		return true;
	schedule_trial(engine);
	*ret_trial = true;
	return false;
}

void outage_try(struct engine *engine)
{
	engine->decide->trials = 0;
	engine->decide->trial_at = engine->now.mono;
}
