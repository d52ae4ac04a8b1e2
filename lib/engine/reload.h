/* Another configuration, in the middle of everything. */
#ifndef ENGINE_RELOAD_H
#define ENGINE_RELOAD_H

#include "config/config.h"

struct engine;

/* `config` outlives the engine, or the next reload. Nothing under way is dropped. */
void reload(struct engine *engine, const struct config *config);

#endif
