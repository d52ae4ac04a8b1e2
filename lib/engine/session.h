/* Checking access: each service is asked whether it accepts our credentials before anything
 * else. */
#ifndef ENGINE_SESSION_H
#define ENGINE_SESSION_H

#include "engine/core/calls.h"

/* Both services are asked in the next session_pump(). */
void session_start(struct engine *engine);
void session_pump(struct engine *engine, msec *deadline);
/* Each reads the reply of its call and opens or halts the gate. `failure`: as zd_classify() filled
 * it; may be changed. */
void session_token_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                         struct desk_answer *failure);
void session_me_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                      struct desk_answer *failure);
void session_models_reply(struct engine *engine, struct call *call, const struct http_reply *reply);
/* After a reload: a halted service is asked again now. `account`, `service`: the credentials of
 * Zendesk, or the key or model, have changed, so access is checked again. */
void session_anew(struct engine *engine, bool account, bool service);

#endif
