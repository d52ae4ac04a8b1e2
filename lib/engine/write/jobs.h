/* What becomes of bulk updates: the jobs that Zendesk carries out. */
#ifndef ENGINE_WRITE_JOBS_H
#define ENGINE_WRITE_JOBS_H

#include "engine/sent.h"
#include "engine/write/write.h"

void jobs_pump(struct engine *engine, msec *deadline);
void jobs_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                struct desk_answer *failure);
void jobs_free(struct engine *engine);
/* Calls `each` for every job that is not over (engine_each_sent). */
void jobs_each(const struct engine *engine, void (*each)(void *arg, const struct engine_sent *sent),
               void *arg);

#endif
