/* The numbers of one ticket that people are shown: how it ended, how long it took and waited, what
 * it cost. */
#ifndef ENGINE_CORE_FIGURES_H
#define ENGINE_CORE_FIGURES_H

#include "base/clock.h"
#include "ticket/outcome.h"

struct engine;
struct ticket;

enum outcome_status figures_status(const struct engine *engine, const struct ticket *ticket);
msec figures_processing(const struct ticket *ticket); /* model call plus own write request */
msec figures_queue(const struct engine *engine, const struct ticket *ticket);
/* estimated US dollars */
double figures_cost(const struct engine *engine, const struct ticket *ticket);

#endif
