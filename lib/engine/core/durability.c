/* The hold after failed writes to the database: ten seconds, doubled with each further failure up
 * to a minute. */
#include "engine/core/durability.h"

#include "engine/core/say.h"
#include "engine/core/state.h"

#define HOLD_FIRST (10 * MSEC_SECOND)
#define HOLD_MAX MSEC_MINUTE

void durability_failed(struct engine *engine)
{
	struct durability *durability = &engine->durability;

	if (durability->hold > 0 && engine->now.mono < durability->hold_until)
		return; /* a record that was sent before the hold began */
	durability->hold = durability->hold == 0 ? HOLD_FIRST : 2 * durability->hold;
	if (durability->hold > HOLD_MAX)
		durability->hold = HOLD_MAX;
	durability->hold_until = engine->now.mono + durability->hold;
}

void durability_works(struct engine *engine)
{
	if (engine->durability.hold == 0)
		return;
	engine->durability.hold = 0;
	say_alert_over(engine, ALERT_RECORDS_FAILING,
	               "The database can be written again; Zendesk updates resume");
}

bool durability_may_admit(const struct engine *engine, msec *deadline)
{
	const struct durability *durability = &engine->durability;

	if (durability->hold == 0)
		return true;
	if (engine->now.mono < durability->hold_until) {
		clock_earliest(deadline, durability->hold_until);
		return false;
	}
	return lane_count(engine, LANE_JOINED) + lane_count(engine, LANE_MODEL) +
	               lane_count(engine, LANE_ASKED) + lane_count(engine, LANE_DECISION) +
	               lane_count(engine, LANE_SHADOW) ==
	       0;
}

/* While the database fails, a trial waits for the record of the one before. */
bool durability_is_urgent(const struct engine *engine)
{
	if (engine->settled_sequence == engine->last_sequence)
		return false;
	if (engine->draining || engine->durability.hold > 0)
		return true;
	return engine->calls.by_number.count == 0 && engine->deadline > engine->now.mono;
}
