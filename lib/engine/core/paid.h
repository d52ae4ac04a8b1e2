/* Counts what requests to the model cost: accepted answers, failed attempts, dry runs, probes, and
 * requests whose answer never came although the model may have worked on it. */
#ifndef ENGINE_CORE_PAID_H
#define ENGINE_CORE_PAID_H

#include "engine/core/calls.h"
#include "observe/spending.h"

struct engine;

/* A chat or a probe has ended. `result`: its reply was read; NULL: it is not read any more. Adds to
 * the ticket, or in equal shares to those that the request held, to the batch, to the tallies, and
 * to what the next record makes durable. */
void paid_count(struct engine *engine, const struct call *call, const struct http_reply *reply,
                const struct llm_result *result);
/* What was counted since the last record; the caller makes it durable. */
struct spending paid_take_unrecorded(struct engine *engine);

#endif
