/* The end of an undo (undoing.h), and the plan that it is made from. */
#ifndef ENGINE_CORE_UNDOING_END_H
#define ENGINE_CORE_UNDOING_END_H

#include "desk/desk.h"
#include "engine/core/further.h"
#include "ticket/undo.h"

/* Plans from a read; the plan is in ticket->memory, and noted for the end. */
void undoing_plan(const struct engine *engine, struct ticket *ticket,
                  const struct desk_ticket *read, struct undo_plan *ret);
/* The ticket has just ended: records and tells it, or tries it again later. */
void undoing_end(struct engine *engine, struct ticket *ticket, const char *reason);
/* The order is over: records it, says it and tells the shell. A REVISIT that waited behind one
 * that only looked is open again. */
void undoing_close(struct engine *engine, struct further_order *order, const struct undo_end *end);
/* The ticket is erased, and its order with it: the shell is told. */
void undoing_erased(struct engine *engine, uint64_t id);
/* Writes the last records again that could not be written. */
void undoing_closing(struct engine *engine, msec *deadline);
/* Tells the shell only. */
void undoing_tell(struct engine *engine, const struct further_order *order,
                  const struct undo_end *end);

#endif
