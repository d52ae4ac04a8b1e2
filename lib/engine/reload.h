/* Putting another configuration in force in mid-run. */
#ifndef ENGINE_RELOAD_H
#define ENGINE_RELOAD_H

#include "config/config.h"

struct engine;

/* `config` must outlive the engine, or be in force until the next reload. Nothing under way is
 * dropped. */
void reload(struct engine *engine, const struct config *config);

#endif
