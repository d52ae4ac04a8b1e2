/* What there is to do, what limits it now, and how long it will take: for health and status. */
#ifndef ENGINE_WORKLOAD_H
#define ENGINE_WORKLOAD_H

#include "observe/load.h"

struct engine;

void workload_view(const struct engine *engine, struct load *ret);

#endif
