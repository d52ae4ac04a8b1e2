/* When tickets with provisional answers (provisional.h) are analysed once more: when the model
 * works, behind all new tickets. Callers ask besides whether tickets are admitted (mode.h). */
#ifndef ENGINE_CORE_REVISIT_H
#define ENGINE_CORE_REVISIT_H

#include <stdbool.h>

struct engine;

#define REVISITS_PER_TICKET 2

/* The model works, nothing new waits, and such tickets may be read. */
bool revisit_may(const struct engine *engine);
/* The search of a run is not over: some wait, and may be read once nothing new waits. */
bool revisit_is_coming(const struct engine *engine);

#endif
