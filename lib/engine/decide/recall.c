/* Tickets that were decided in shadow, of which exactly the same would be sent again: a shadow
 * leaves them as they are, a run that writes reads what is recorded and uses the answer
 * (core/shadow.h). */
#include "engine/core/held.h"
#include "engine/core/marks.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/decide/decide.h"

/* Its text was decided in shadow before, and this is a shadow: nothing is to be done. Its turn is
 * given to another ticket. */
static void end_unchanged(struct engine *engine, struct ticket *ticket)
{
	uint64_t id = ticket->key.id;

	shadow_moved(engine, ticket);
	engine->admitted--;
	memory_put(engine, id, (struct known){.kind = KNOWN_SHADOW, .this_run = true});
	if (!ticket->wanted && engine->setup.mode != ENGINE_ONE_TICKET) {
		held_free(engine, ticket);
		return;
	}
	ticket->keep_memory = true;
	held_end(engine, ticket, LANE_SKIPPED,
	         "already decided in shadow, and its text has not changed since: see ai-ticketctl "
	         "explain %llu",
	         (unsigned long long)id);
}

bool recall_decided(struct engine *engine, struct ticket *ticket)
{
	/* of a ticket that the model refused the record holds what rules said, no answer */
	bool asks = engine->config->llm.provider != LLM_RULES && shadow_writes(engine) &&
	            ticket->further.reason == FURTHER_NONE && !marks_stand(engine, ticket);

	if ((!asks && !shadow_is_on(engine)) || !shadow_fits(engine, ticket))
		return false;
	if (shadow_is_on(engine)) {
		end_unchanged(engine, ticket);
		return true;
	}
	lane_move(engine, ticket, LANE_RECALL, 0);
	effects_add(engine->out, EFFECT_HISTORY)->ticket = ticket->key;
	return true;
}

void recall_shadow_begins(struct engine *engine)
{
	list_each(node, next, &engine->held)
	{
		struct ticket *ticket = container_of(node, struct ticket, held);

		if ((ticket->lane == LANE_MODEL || ticket->lane == LANE_JOINED) &&
		    shadow_fits(engine, ticket))
			end_unchanged(engine, ticket);
	}
}

void recall_arrived(struct engine *engine, uint64_t id, const char *history, bool failed)
{
	struct ticket *ticket = held_find(engine, id);

	if (!ticket || ticket->lane != LANE_RECALL)
		return; /* dropped meanwhile, or the history was for another purpose */
	if (shadow_is_on(engine))
		end_unchanged(engine, ticket); /* the mode was changed meanwhile */
	else if (!failed && shadow_use_answer(engine, ticket, history))
		decision_make(engine, ticket);
	else
		lane_move(engine, ticket, LANE_MODEL, engine->now.mono);
}
