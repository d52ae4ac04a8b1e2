/* What the engine may do now, and whether its run is over. */
#ifndef ENGINE_CORE_MODE_H
#define ENGINE_CORE_MODE_H

#include "engine/effect.h"

struct engine;

/* a ticket waits this long for company in a request, in all, not longer */
#define READ_WAIT (2 * MSEC_SECOND)

/* A ticket that a person asks for may begin; with mode_admitting() all others too. */
bool mode_working(const struct engine *engine);
bool mode_admitting(const struct engine *engine);
/* Something is held or will be looked for: the run is not over. */
bool mode_more_to_come(const struct engine *engine);
/* Another decision may soon be durable, another ticket be due to be written. If not, nobody waits
 * for company. */
bool mode_decisions_coming(const struct engine *engine);
bool mode_writes_coming(const struct engine *engine);
/* Fewer tickets are under way than the model takes at once, some that may wait for their write, and
 * `more`. */
bool mode_has_room(const struct engine *engine, size_t more);
/* Remembers the worst end of the run, and why. */
void mode_end_run(struct engine *engine, enum run_end end, const char *format, ...)
        PRINTF_LIKE(3, 4);

#endif
