/* The states of a ticket, as shown to people.
 *
 *   FOUND ─► ANALYSING ─► DECIDED ─► REFRESHING ─► WRITING ─► DONE
 *              ▲ │ retry                 ▲               │ conflict, unknown result
 *              └─┘                       └── SETTLING ◄──┘
 *   any state ─► SKIPPED (closed, solved, deleted, already processed, refused for good)
 *            └─► FAILED  (attempts used up; comes back later)
 *
 * FOUND       waits for its turn in the page it came with
 * ANALYSING   waits for the model's guards, for its answer, or for the next attempt
 * DECIDED     has an analysis; waits until the decision is durable
 * REFRESHING  waits for other tickets to share the re-read, for the re-read, or for it to settle
 * WRITING     the intent is being made durable, or the update is being sent to Zendesk
 * SETTLING    a write was sent and may have arrived: waits for a re-read that tells
 * DURABLE     decided, and waits until writing is started again
 * DONE, SKIPPED, FAILED are the ends. CLAIMED is reserved: no ticket is in it.
 *
 * What exactly a ticket waits for, and where, is its lane: engine/core/lanes.h. */
#ifndef TICKET_STATE_H
#define TICKET_STATE_H

#include "base/base.h"

enum ticket_state {
	TICKET_FOUND,
	TICKET_CLAIMED,
	TICKET_ANALYSING,
	TICKET_DECIDED,
	TICKET_DURABLE,
	TICKET_REFRESHING,
	TICKET_WRITING,
	TICKET_SETTLING,
	TICKET_DONE,
	TICKET_SKIPPED,
	TICKET_FAILED,
	TICKET_STATES
};

const char *ticket_state_name(enum ticket_state state);

#endif
