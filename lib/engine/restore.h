/* Taking up the records of earlier runs: first engine_restore() in engine.h for each record, then
 * this in the first step. */
#ifndef ENGINE_RESTORE_H
#define ENGINE_RESTORE_H

struct engine;

void restore_resume(struct engine *engine);

#endif
