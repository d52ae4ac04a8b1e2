/* Tickets whose processing crashed the process twice. They are not processed a third time but
 * reported as skipped, so that one ticket cannot stop all others. */
#ifndef ENGINE_CORE_QUARANTINE_H
#define ENGINE_CORE_QUARANTINE_H

#include "desk/desk.h"

struct engine;

/* Copies the ids of engine->setup.quarantined and .suspects. */
void quarantine_init(struct engine *engine);
bool quarantine_has(const struct engine *engine, uint64_t id);
/* It crashed the process at least once. When the process dies of a reply about several tickets,
 * the first of them is taken for the cause: sent alone from then on, none is blamed twice for
 * another. */
bool quarantine_suspects(const struct engine *engine, uint64_t id);
void quarantine_forget(struct engine *engine, uint64_t id);
/* Reports the ticket as SKIPPED, once per process. `read` may be NULL. `asked`: a person asked for
 * the ticket and gets an outcome even if it was reported before. */
void quarantine_tell(struct engine *engine, uint64_t id, const struct desk_ticket *read,
                     bool asked);

#endif
