/* Whose limit is it? A model's service tells a ticket to wait. Most limits are the account's: all
 * tickets wait, and this one is the first afterwards. But a gateway may say so to one ticket for
 * what it says, each time, and nobody else may be held back by that. So what happened between two
 * such replies to the same ticket counts: the limit is the ticket's own when many others were
 * answered and few were told to wait; when nothing happened, because the ticket was alone at the
 * head, others go first once. */
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/decide/decide.h"

#define ANSWERED_PER_LIMIT 4
#define STEP_ASIDE MSEC_SECOND

bool limit_is_own(struct engine *engine, struct ticket *ticket, const struct llm_result *result,
                  msec *ret_when)
{
	struct decide *decide = engine->decide;
	msec wait = result->retry_after;

	if (wait < 0 || (result->verdict != LLM_LIMITED && result->verdict != LLM_SLOW_DOWN))
		return false;
	bool again = ticket->limited_then > 0;
	uint64_t answered = decide->answered - ticket->answered_then;
	uint64_t limited = decide->limited - ticket->limited_then;
	ticket->limited_then = ++decide->limited;
	ticket->answered_then = decide->answered;
	bool own = again && answered > ANSWERED_PER_LIMIT * limited;
	bool others = lane_count(engine, LANE_WAITING) + lane_count(engine, LANE_MODEL) > 0;
	if (own || wait > LLM_LIMIT_DOUBTED || (again && answered == 0 && others)) {
		*ret_when += wait + STEP_ASIDE;
		decide->aside_until =
		        *ret_when > decide->aside_until ? *ret_when : decide->aside_until;
	}
	return own;
}

bool limit_sets_aside(const struct engine *engine)
{
	return engine->now.mono < engine->decide->aside_until &&
	       lane_when(engine, LANE_MODEL) > engine->now.mono;
}
