/* Tickets whose steps have ended the process twice. Whatever is in them, it is not looked at a third time: they are told as
 * skipped, and the others go on. */
#include "engine/core/state.h"

enum { NOT_TOLD = 1, TOLD };

void quarantine_init(struct engine *engine)
{
	map_init(&engine->quarantined);
	for (size_t i = 0; i < engine->setup.quarantined_count; i++)
		if (engine->setup.quarantined[i])
			map_put(&engine->quarantined, engine->setup.quarantined[i], NOT_TOLD);
	engine->setup.quarantined = NULL;
}

bool quarantine_has(const struct engine *engine, uint64_t id)
{
	return engine->quarantined.count > 0 && map_get(&engine->quarantined, id, NULL);
}

void quarantine_forget(struct engine *engine, uint64_t id)
{
	(void)map_remove(&engine->quarantined, id);
}

static bool told_before(struct engine *engine, uint64_t id)
{
	uint64_t state = NOT_TOLD;

	(void)map_get(&engine->quarantined, id, &state);
	map_put(&engine->quarantined, id, TOLD);
	return state == TOLD;
}

void quarantine_tell(struct engine *engine, uint64_t id, const struct zd_ticket *read, bool asked)
{
	enum known_kind kind = known_get(&engine->discover.known, id).kind;
	bool before = told_before(engine, id);
	struct ticket *ticket;

	if (before && !asked)
		return;
	ticket = ticket_new(id);
	ticket->only_told = before || kind == KNOWN_DONE || kind == KNOWN_UNTAGGED;
	if (read)
		ticket->updated_first = ticket->updated_last = read->updated_wall;
	ticket_hold(engine, ticket);
	engine->batch.found++;
	if (!before)
		alert(engine, id, "Ticket %llu ended the process twice: it is quarantined and not touched any more",
		      (unsigned long long)id);
	ticket_end(engine, ticket, TICKET_SKIPPED, "it ended the process twice: quarantined");
}
