/* What a resident process does while records cannot be made durable. Nothing is written without them, so a model that is asked is paid for
 * nothing: no ticket is admitted for a while, then one at a time to try, until a record is durable again. Tickets wait where they are. A
 * run has nobody to wait for: it begins no other ticket and ends. */
#include "engine/core/state.h"

#define HOLD_FIRST (10 * MSEC_SECOND)
#define HOLD_MAX MSEC_MINUTE

void durability_failed(struct engine *engine)
{
	struct records *records = &engine->records;

	if (records->hold > 0 && engine->now.mono < records->hold_until)
		return; /* of those that were on their way already */
	records->hold = records->hold == 0 ? HOLD_FIRST : 2 * records->hold;
	if (records->hold > HOLD_MAX)
		records->hold = HOLD_MAX;
	records->hold_until = engine->now.mono + records->hold;
}

void durability_durable(struct engine *engine)
{
	if (engine->records.hold == 0)
		return;
	engine->records.hold = 0;
	say(engine, LEVEL_INFO, 0, "Records are durable again: tickets go on");
}

bool durability_may_admit(const struct engine *engine, msec *deadline)
{
	const struct records *records = &engine->records;

	if (records->hold == 0)
		return true;
	if (engine->now.mono < records->hold_until) {
		earliest(deadline, records->hold_until);
		return false;
	}
	return engine->analyse.count == 0 && engine->write.deciding == 0;
}
