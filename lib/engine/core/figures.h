/* The figures of one ticket that people are shown: how it ended, how long it took and waited. */
#ifndef ENGINE_CORE_FIGURES_H
#define ENGINE_CORE_FIGURES_H

#include "base/clock.h"
#include "ticket/listed.h"

struct engine;
struct ticket;

enum outcome_status figures_status(const struct engine *engine, const struct ticket *ticket);
/* Time of the model call plus time of the ticket's write requests. */
msec figures_processing(const struct ticket *ticket);
/* Time since admission that is not processing time; 0 when the ticket was never admitted. */
msec figures_queue(const struct engine *engine, const struct ticket *ticket);
/* The ticket as a row of the list of decisions; `reason` may be NULL. */
void figures_listed(const struct ticket *ticket, enum outcome_status status, const char *reason,
                    struct listed *ret);

#endif
