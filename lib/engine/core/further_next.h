/* A person's order that came while something else of the same ticket was under way: its first
 * analysis, another further one, or an undo. It waits behind that, one a ticket, and is carried out
 * when that is over.
 *
 * The record ORDER of the ticket says both: the order that waits, with `waits`, and what it waits
 * behind, since a start restores only the newest record of a kind. A REVISIT or UNTAGGED that would
 * be begun anew gives way to it: what it would do is done by the order. */
#ifndef ENGINE_CORE_FURTHER_NEXT_H
#define ENGINE_CORE_FURTHER_NEXT_H

#include "engine/core/further.h"

#define FURTHER_NEXT_MAX 10000 /* tickets behind which one waits; about half a KiB each */

enum further_wait {
	FURTHER_WAITS,
	FURTHER_WAITS_ALREADY, /* another one does, and this one is the same */
	FURTHER_WAIT_FULL
};
/* Makes an order of `by` wait behind what is under way, and records it. */
enum further_wait further_wait(struct engine *engine, uint64_t id, struct str by);
/* An order waits behind what is under way. */
bool further_has_next(const struct engine *engine, uint64_t id);

/* Records what waits, and behind what. */
void further_next_save(struct engine *engine, struct further_order *order);
/* The record `from` and later ones could not be written. */
void further_next_unsaved(struct engine *engine, uint64_t from);

/* What held the ticket has ended, and that is on its way to the records: the order that waits
 * behind it is next. */
void further_next_over(struct engine *engine, uint64_t id);
/* The ticket's update was refused for good: the order that waits is not carried out. */
void further_next_refused(struct engine *engine, uint64_t id);
/* At the end of each step: begins the orders behind which nothing is under way any more. */
void further_next_pump(struct engine *engine, msec *deadline);

#endif
