/* Passes of a resident shadow. What it decides changes nothing in Zendesk, so a search for
 * unprocessed tickets would show all that was decided at every poll: thousands of tickets and a
 * hundred requests, each minute. After a complete pass the next ones ask only for what has changed
 * since, with an overlap for an index that lags, and a pass over all is made once a day: it finds
 * what the index has shown too late.
 *
 * Only complete passes count: one that was cut short or dropped leaves the time as it was. */
#include "desk/zendesk/query.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/find/changed.h"
#include "engine/find/find.h"

#define OVERLAP (10 * MSEC_MINUTE)
#define ALL_EVERY (24 * MSEC_HOUR)

static bool may_ask_for_changes(const struct engine *engine)
{
	return shadow_is_on(engine) && engine->setup.mode == ENGINE_RESIDENT &&
	       zd_query_has_changes(engine->config);
}

void changed_begin_pass(struct engine *engine)
{
	struct changed *changed = &engine->account->search.changed;
	bool changes = may_ask_for_changes(engine) && changed->seen > 0 &&
	               engine->now.mono < changed->all_at;

	changed->since = changes ? changed->seen - OVERLAP : 0;
	if (!changes)
		changed->all_at = engine->now.mono + ALL_EVERY;
}

void changed_pass_over(struct engine *engine)
{
	struct changed *changed = &engine->account->search.changed;
	msec began = engine->account->find->stream.search_began;

	changed->seen = began > 0 ? began : 0;
}
