/* What follows when the emergency stop of writing (core/stop.h) begins or ends, or the mode changes
 * (core/shadow.h). */
#ifndef ENGINE_STOPPING_H
#define ENGINE_STOPPING_H

#include "base/base.h"
#include "ticket/write_mode.h"

struct engine;

/* After each event; `before`: whether writing was stopped before it. When the stop has begun,
 * requests that it forbids are taken back as far as they have not left; when it has ended, Zendesk
 * is searched at once. `writing`: the mode before it. */
void stopping_apply(struct engine *engine, bool before, enum write_mode writing);

#endif
