/* What a resident process does while records cannot be made durable. Nothing is written without
 * them, so a model that is asked is paid for nothing: no ticket is admitted for a while, then one
 * at a time to try, until a record is durable again. Tickets wait where they are. A run has nobody
 * to wait for: it begins no other ticket and ends. */
#ifndef ENGINE_CORE_DURABILITY_H
#define ENGINE_CORE_DURABILITY_H

#include "base/clock.h"

struct engine;

struct durability {
	msec hold; /* how long no ticket is admitted after the last failure; 0 = all is well */
	msec hold_until;
};

void durability_failed(struct engine *engine);
void durability_works(struct engine *engine);
/* Else a ticket may be admitted at the deadline, or when one has ended. */
bool durability_may_admit(const struct engine *engine, msec *deadline);

#endif
