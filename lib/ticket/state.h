/* The states of a ticket on its way, as people are shown them.
 *
 *   FOUND ─► CLAIMED ─► ANALYSING ─► DECIDED ─► DURABLE ─► REFRESHING ─► WRITING ─► DONE
 *                          ▲ │ retry                          ▲ │ conflict, unknown result
 *                          └─┘                                └─ SETTLING ◄─┘
 *   any state ─► SKIPPED (closed, solved, deleted, already processed, refused for good)
 *            └─► FAILED  (attempts used up; comes back later)
 *
 * FOUND       waits in the page it came with for its turn
 * CLAIMED     passed through: where several instances will agree on who takes it
 * ANALYSING   waits for the model's guards, for its answer, or for the next attempt
 * DECIDED     has an analysis; waits until the decision is durable
 * DURABLE     passed through: the decision survives a crash
 * REFRESHING  waits for company, for the re-read, or for the read to settle
 * WRITING     the intent is on its way to the disk or the update on its way to Zendesk
 * SETTLING    a write was sent and may have arrived: waits for a re-read that tells
 * DONE, SKIPPED, FAILED are the ends.
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
