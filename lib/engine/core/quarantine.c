/* Keeps the quarantined ids and whether each was reported. */
#include "engine/core/quarantine.h"

#include "engine/core/held.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"

enum { NOT_TOLD = 1, TOLD };

void quarantine_init(struct engine *engine)
{
	map_init(&engine->quarantined);
	for (size_t i = 0; i < engine->setup.quarantined_count; i++)
		if (engine->setup.quarantined[i].id)
			map_put(&engine->quarantined, engine->setup.quarantined[i].id, NOT_TOLD);
	engine->setup.quarantined = NULL;
	map_init(&engine->suspects);
	for (size_t i = 0; i < engine->setup.suspect_count; i++)
		if (engine->setup.suspects[i].id)
			map_put(&engine->suspects, engine->setup.suspects[i].id, 1);
	engine->setup.suspects = NULL;
}

bool quarantine_suspects(const struct engine *engine, uint64_t id)
{
	return engine->suspects.count > 0 && map_get(&engine->suspects, id, NULL);
}

bool quarantine_has(const struct engine *engine, uint64_t id)
{
	return engine->quarantined.count > 0 && map_get(&engine->quarantined, id, NULL);
}

void quarantine_forget(struct engine *engine, uint64_t id)
{
	(void)map_remove(&engine->quarantined, id);
	(void)map_remove(&engine->suspects, id);
}

static bool mark_told(struct engine *engine, uint64_t id)
{
	uint64_t state = NOT_TOLD;

	(void)map_get(&engine->quarantined, id, &state);
	map_put(&engine->quarantined, id, TOLD);
	return state == TOLD;
}

void quarantine_tell(struct engine *engine, uint64_t id, const struct desk_ticket *read, bool asked)
{
	enum known_kind kind = memory_known(engine, id).kind;
	bool before = mark_told(engine, id);

	if (before && !asked)
		return;
	struct ticket *ticket = held_new(engine, id, read);
	ticket->skipped_for = SKIP_QUARANTINED;
	engine->tallies.quarantined += !before;
	ticket->keep_memory = before || kind == KNOWN_DONE || kind == KNOWN_UNTAGGED;
	if (!before)
		say_alert(engine, ALERT_QUARANTINED, id,
		          "Ticket %llu crashed the service twice and is quarantined: it is not "
		          "processed any more; ai-ticketctl explain %llu tells how to retry it",
		          (unsigned long long)id, (unsigned long long)id);
	held_end(engine, ticket, LANE_SKIPPED, "crashed the service twice; quarantined");
}
