/* Checking access: each service is asked whether it accepts our credentials before anything
 * else. */
#ifndef ENGINE_SESSION_H
#define ENGINE_SESSION_H

#include "engine/core/calls.h"

void session_start(struct engine *engine);
void session_pump(struct engine *engine, msec *deadline);
void session_token_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                         struct desk_answer *failure);
void session_me_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                      struct desk_answer *failure);
void session_models_reply(struct engine *engine, struct call *call, const struct http_reply *reply);
/* After a reload: a halted service is asked again now. `account`, `service`: the credentials of
 * Zendesk, or the key or model, have changed, so access is checked again. */
void session_anew(struct engine *engine, bool account, bool service);

#endif
