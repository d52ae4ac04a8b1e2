/* Answers these questions from the counts of core/ alone: they are asked many times a step. */
#include "engine/core/mode.h"

#include <stdarg.h>
#include <stdlib.h>

#include "engine/core/search.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/stop.h"

/* Decided tickets that may wait for their write, on top of the model's window. Before bulk updates
 * are proven a ticket waits five seconds for its outcome: twice the window is what a model with a
 * mean latency of 2.5 s decides meanwhile. */
#define WRITES_WAITING_MIN 400
#define WRITES_WAITING_WINDOWS 2

bool mode_may_undo(const struct engine *engine)
{
	return !engine->draining && !engine->finished && !stop_is_on(engine) &&
	       engine->account->gate.state != GATE_HALTED;
}

bool mode_working(const struct engine *engine)
{
	return mode_may_undo(engine) && engine->model_gate.state != GATE_HALTED;
}

bool mode_admitting(const struct engine *engine)
{
	if (!mode_working(engine) || engine->paused)
		return false;
	return engine->setup.mode != ENGINE_ONCE || engine->setup.limit == 0 ||
	       engine->admitted < engine->setup.limit;
}

bool mode_more_to_come(const struct engine *engine)
{
	if (engine->abandoned)
		return false;
	if (engine->held_count > 0 || (engine->setup.mode == ENGINE_RESIDENT && !engine->draining))
		return true;
	bool admitting = mode_admitting(engine);

	return (admitting && !search_is_over(engine)) ||
	       (mode_working(engine) && further_is_pending(engine, admitting));
}

/* Tickets are being looked at, or soon will be; they may have to be written again. */
static bool looks_are_coming(const struct engine *engine)
{
	return lane_count(engine, LANE_LOOKING) > 0 ||
	       lane_when(engine, LANE_LOOK) <= engine->now.mono + READ_WAIT;
}

static size_t decisions_under_way(const struct engine *engine)
{
	return lane_count(engine, LANE_RECALL) + lane_count(engine, LANE_JOINED) +
	       lane_count(engine, LANE_MODEL) + lane_count(engine, LANE_ASKED) +
	       lane_count(engine, LANE_DECISION);
}

static bool admissions_coming(const struct engine *engine)
{
	const struct search *search = &engine->account->search;

	if (!mode_admitting(engine) || search->over)
		return false;
	return lane_count(engine, LANE_WAITING) > 0 || search->pass != PASS_OVER;
}

/* Decisions that no model makes: a ticket may have to be written again, or an update taken back. */
static bool others_are_coming(const struct engine *engine)
{
	return looks_are_coming(engine) || (engine->account->furthers.undos > 0 &&
	                                    mode_may_undo(engine) && shadow_writes(engine));
}

bool mode_decisions_coming(const struct engine *engine)
{
	return decisions_under_way(engine) > 0 || others_are_coming(engine) ||
	       admissions_coming(engine);
}

bool mode_at_the_end(const struct engine *engine)
{
	return engine->setup.mode == ENGINE_ONCE && engine->account->jobs.trust == TRUST_PROVEN &&
	       decisions_under_way(engine) <= LAST_ALONE && !others_are_coming(engine) &&
	       !admissions_coming(engine);
}

/* The model's service accepts requests, as far as is known. */
static bool model_answers(const struct engine *engine)
{
	return engine->model_gate.state == GATE_OPEN &&
	       engine->upstreams[UPSTREAM_LLM].paused_until <= engine->now.mono;
}

bool mode_many_coming(const struct engine *engine, size_t count)
{
	size_t coming = lane_count(engine, LANE_RECALL) + lane_count(engine, LANE_ASKED) +
	                lane_count(engine, LANE_DECISION);

	if (!model_answers(engine))
		return coming >= count;
	coming += lane_count(engine, LANE_MODEL);
	if (mode_admitting(engine))
		coming += lane_count(engine, LANE_WAITING);
	return coming >= count;
}

bool mode_writes_coming(const struct engine *engine)
{
	return lane_in_line(engine, LANE_READ) + lane_count(engine, LANE_READING) +
	                       lane_count(engine, LANE_INTENT) >
	               0 ||
	       mode_decisions_coming(engine);
}

bool mode_has_room(const struct engine *engine, size_t more)
{
	size_t under_way = engine->held_count - lane_count(engine, LANE_WAITING) -
	                   lane_count(engine, LANE_STOPPED) - lane_count(engine, LANE_JOINED);
	size_t window = (size_t)engine->upstreams[UPSTREAM_LLM].window.size;
	size_t waiting = window * WRITES_WAITING_WINDOWS;

	if (waiting < WRITES_WAITING_MIN)
		waiting = WRITES_WAITING_MIN;
	return under_way < window + waiting + more;
}

static int severity_of_end(enum run_end end)
{
	static const int order[] = {
	        [RUN_CLEAN] = 0,    [RUN_FAILED] = 1,     [RUN_MISCONFIGURED] = 2,
	        [RUN_NO_MONEY] = 3, [RUN_NOT_LET_IN] = 4,
	};

	return order[end];
}

void mode_end_run(struct engine *engine, enum run_end end, const char *format, ...)
{
	va_list arguments;

	if (severity_of_end(end) <= severity_of_end(engine->end))
		return;
	engine->end = end;
	free(engine->end_reason);
	va_start(arguments, format);
	engine->end_reason = xvasprintf(format, arguments);
	va_end(arguments);
}
