/* Tickets that are found and not begun, in the order in which they are taken up: by priority and
 * age. */
#ifndef ENGINE_CORE_WAITING_H
#define ENGINE_CORE_WAITING_H

#include "engine/core/pages.h"
#include "desk/desk.h"

struct ticket *waiting_add(struct engine *engine, struct page *page,
                           const struct desk_ticket *read);
/* before all others: a person asks for it */
void waiting_ahead(struct engine *engine, struct ticket *ticket);
void waiting_forget(struct engine *engine, struct ticket *ticket); /* for good */
/* So many wait that no page is to be asked for. */
bool waiting_is_enough(const struct engine *engine);

#endif
