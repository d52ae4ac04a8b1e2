/* Tickets that were found and are not admitted yet, in the order in which they will be: by priority
 * and age. */
#ifndef ENGINE_CORE_WAITING_H
#define ENGINE_CORE_WAITING_H

#include "engine/core/pages.h"
#include "desk/desk.h"

/* Creates a held ticket from a read, which must be in `page`; the page must have been added. */
struct ticket *waiting_add(struct engine *engine, struct page *page,
                           const struct desk_ticket *read);
/* Moves the ticket ahead of all others, because a person asked for it. */
void waiting_ahead(struct engine *engine, struct ticket *ticket);
/* Moves the ticket behind all others. */
void waiting_behind(struct engine *engine, struct ticket *ticket);
/* Drops a waiting ticket, without an outcome. */
void waiting_forget(struct engine *engine, struct ticket *ticket);
/* So many tickets wait that no page should be requested. */
bool waiting_is_enough(const struct engine *engine);

#endif
