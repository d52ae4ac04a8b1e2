/* Taking back what our updates did to a ticket, because a person orders it: of the tags that we
 * added those that are still there, and the priority where it is still ours (ticket/undo.h).
 *
 * The way of one: undoing_want() makes a record UNDO with the order's id → the shell recalls what
 * our writes did (EFFECT_HISTORY) → the ticket goes to the same re-read, durable intent and write
 * with stamp as any update, alone or in bulk → another record UNDO says what became of it, and
 * EFFECT_UNDONE tells the shell. The processed tag stays unless the order says `forget`; a ticket
 * that has lost it that way is remembered like one whose tag a person took off, so that nothing
 * analyses it again by itself. An undo is no analysis: it has no outcome, and counts in no batch.
 *
 * An order that only looks goes the same way up to the read, and leaves no record. A crash neither
 * loses nor doubles an undo: its order is open until the second record is durable, and what is
 * taken off already is not there any more. */
#ifndef ENGINE_CORE_UNDOING_H
#define ENGINE_CORE_UNDOING_H

#include "engine/core/further.h"

struct event;

#define UNDOS_AT_ONCE 500 /* held at a time; the others wait as orders */

/* EVENT_UNDO: each ticket gets one EFFECT_UNDONE sooner or later. */
void undoing_order(struct engine *engine, const struct event *event);
/* What is recorded of the ticket is known (as in EVENT_HISTORY): it is read. */
void undoing_take(struct engine *engine, struct further_order *order, const char *history);
/* Takes up a record UNDO of an earlier run. 0, or -1 with the reason in `err`. */
int undoing_restore(struct engine *engine, const struct record *record, struct err *err) MUST_CHECK;

#endif
