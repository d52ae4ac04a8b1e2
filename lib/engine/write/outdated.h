/* Decisions that have waited too long for their write. Only for files of this folder. */
#ifndef ENGINE_WRITE_OUTDATED_H
#define ENGINE_WRITE_OUTDATED_H

#include "engine/write/write.h"

/* The ticket was decided more than a day ago and its text is another one now: it must not
 * be written. outdated_drop() then frees it, to be read and analysed as if it were new. */
bool outdated_is(struct engine *engine, const struct ticket *ticket,
                 const struct desk_ticket *read);
void outdated_drop(struct engine *engine, struct ticket *ticket);

#endif
