/* A new life of the process takes up what the records of earlier ones say: engine_restore() in
 * engine.h, then this in the first step. */
#ifndef ENGINE_RESTORE_H
#define ENGINE_RESTORE_H

struct engine;

void restore_resume(struct engine *engine);

#endif
