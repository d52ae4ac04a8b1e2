/* Which tickets are looked at once more. */
#include "engine/core/provisional.h"

#include "engine/core/further_orders.h"
#include "engine/core/revisit.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"

void provisional_done(struct engine *engine, const struct ticket *ticket)
{
	const struct furthers *all = &engine->account->furthers;
	const struct further_order *order = further_of(engine, ticket->key.id);

	if (!ticket->provisional || ticket->writing != WRITE_MODE_WRITING ||
	    !engine->config->llm.revisit_fallback)
		return;
	if (order && order->revisits >= REVISITS_PER_TICKET)
		return;
	if (all->revisits_open >= PROVISIONAL_WAITING_MAX) {
		if (!engine->revisits_full)
			say(engine, LEVEL_WARNING, 0,
			    "%d tickets wait to be analysed again when the model answers: "
			    "further ones keep the answers of the rules",
			    PROVISIONAL_WAITING_MAX);
		engine->revisits_full = true;
		return;
	}
	engine->revisits_full = false;
	if (further_want(engine, ticket->key.id, FURTHER_REVISIT, STR("")) &&
	    engine->setup.mode != ENGINE_RESIDENT)
		further_settle(engine, ticket->key.id); /* a run processes each ticket once */
}
