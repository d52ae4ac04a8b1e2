/* Tickets whose steps have ended the process twice. Whatever is in them, it is not looked at a
 * third time: they are told as skipped, and the others go on. */
#ifndef ENGINE_CORE_QUARANTINE_H
#define ENGINE_CORE_QUARANTINE_H

#include "desk/desk.h"

struct engine;

void quarantine_init(struct engine *engine);
bool quarantine_has(const struct engine *engine, uint64_t id);
void quarantine_forget(struct engine *engine, uint64_t id);
/* SKIPPED, unless that was told before. `read` may be NULL. `asked`: a person wants to know, told
 * or not. */
void quarantine_tell(struct engine *engine, uint64_t id, const struct desk_ticket *read,
                     bool asked);

#endif
