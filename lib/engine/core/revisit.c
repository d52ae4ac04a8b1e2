/* Asks what else is to be done first. */
#include "engine/core/revisit.h"

#include "engine/core/state.h"

static bool is_wanted(const struct engine *engine)
{
	return engine->account->furthers.revisits_open > 0 &&
	       engine->config->llm.revisit_fallback && engine->config->llm.provider != LLM_RULES &&
	       engine->setup.mode != ENGINE_ONE_TICKET && !engine->alert_lasts[ALERT_MODEL_DOWN];
}

bool revisit_may(const struct engine *engine)
{
	const struct search *search = &engine->account->search;

	return is_wanted(engine) && engine->model_gate.state == GATE_OPEN &&
	       lane_count(engine, LANE_WAITING) == 0 && !search->over && search->pass == PASS_OVER;
}

bool revisit_is_coming(const struct engine *engine)
{
	return is_wanted(engine) && engine->model_gate.state < GATE_DOUBTED;
}
