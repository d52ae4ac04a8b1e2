/* The orders of further analyses: given, carried out, closed, and taken up again after a restart.
 * further_pump() and further_recalled() are in further_recall.c. */
#ifndef ENGINE_CORE_FURTHER_ORDERS_H
#define ENGINE_CORE_FURTHER_ORDERS_H

#include "engine/core/further.h"

/* Orders a further analysis; `by` is cut to FURTHER_BY_MAX bytes. False: one is under way already.
 * The caller checks the limits, by further_of(). */
bool further_want(struct engine *engine, uint64_t id, enum further_reason reason, struct str by);
/* The same, ordered by an entry of the ticket's history: the entry is the order's id. */
bool further_want_as(struct engine *engine, uint64_t id, enum further_reason reason, struct str by,
                     uint64_t audit);
/* For undoing.c alone: moves the order on, and records it. */
void further_enter(struct engine *engine, struct further_order *order, enum further_phase phase);
struct further_order *further_find_or_add(struct engine *engine, uint64_t id);
void further_save(struct engine *engine, struct further_order *order);
/* Asks the shell for what is recorded of tickets that are ordered. */
void further_pump(struct engine *engine, msec *deadline);
/* The record `from` and later ones could not be written: orders among them are written again. */
void further_unsaved(struct engine *engine, uint64_t from);
/* EVENT_HISTORY: `history` as store_explain() tells it; NULL = nothing is recorded. */
void further_recalled(struct engine *engine, uint64_t id, const char *history, bool failed);

/* `ticket`, which is held and not admitted yet, carries out the order. `former`: what was
 * remembered of it; `tagged`: the read shows the processed tag. */
void further_begin(struct engine *engine, struct further_order *order, struct ticket *ticket,
                   struct known former, bool tagged);
/* The order is carried out, or never will be: makes that durable. */
void further_close(struct engine *engine, uint64_t id);
/* The same without a record: the record of something else says it. */
void further_settle(struct engine *engine, uint64_t id);
/* The same for the end of an analysis that was under way when the order was given: an undo is not
 * carried out by it. */
void further_settle_by_end(struct engine *engine, uint64_t id);
/* It could not be read: it is tried again after `delay`. */
void further_dropped_id(struct engine *engine, uint64_t id, msec delay);
/* A waiting ticket was dropped: its order is open again. */
void further_dropped(struct engine *engine, struct ticket *ticket);
/* Its ticket has just ended in its present state. True: it ended without a durable decision, so
 * what is remembered of the ticket is as before, and no outcome is recorded. */
bool further_ended(struct engine *engine, struct ticket *ticket, bool durable);
void further_forget(struct engine *engine, uint64_t id);

/* Takes up a record ORDER of an earlier run. 0, or -1 with the reason in `err`. */
int further_restore(struct engine *engine, const struct record *record, struct err *err) MUST_CHECK;
/* In the first step, for each order: it goes on where it was. */
void further_resume(struct engine *engine);

#endif
