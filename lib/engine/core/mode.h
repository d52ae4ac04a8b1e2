/* What the engine may do now (pause, stop of writing, drain, halted services, --limit), and
 * whether its run is over. */
#ifndef ENGINE_CORE_MODE_H
#define ENGINE_CORE_MODE_H

#include "engine/effect.h"

struct engine;

/* a ticket waits at most this long for others to share its request … */
#define READ_WAIT (2 * MSEC_SECOND)
/* … and this long for so many that the request is full, when that many are on their way */
#define FULL_READ_WAIT (8 * MSEC_SECOND)
/* … and this long for the last tickets of a run, which go alone unless they come at once */
#define LAST_READ_WAIT ((msec)250)
#define LAST_ALONE 3

/* Updates may be taken back: no model is needed for that. */
bool mode_may_undo(const struct engine *engine);
/* mode_working(): tickets that a person asked for may be begun; mode_admitting(): all others
 * too. */
bool mode_working(const struct engine *engine);
bool mode_admitting(const struct engine *engine);
/* The run is not over: tickets are held or will be looked for. */
bool mode_more_to_come(const struct engine *engine);
/* More decisions may soon be durable; more tickets may soon be ready to be written. If not, no
 * ticket waits for others to share its request. */
bool mode_decisions_coming(const struct engine *engine);
bool mode_writes_coming(const struct engine *engine);
/* Of a run that has written in bulk at most LAST_ALONE decisions are still to come. They go alone,
 * so that the end of the run need not wait for another job. */
bool mode_at_the_end(const struct engine *engine);
/* At least `count` more decisions are under way, or tickets in memory that wait for a model which
 * takes requests. */
bool mode_many_coming(const struct engine *engine, size_t count);
/* Fewer tickets are in progress than the model's window, plus a number that may wait for their
 * write, plus `more`. */
bool mode_has_room(const struct engine *engine, size_t more);
/* Notes an end of the run and its reason; the worst one counts. */
void mode_end_run(struct engine *engine, enum run_end end, const char *format, ...)
        PRINTF_LIKE(3, 4);

#endif
