/* What the end of a request means for one ticket, whether it was alone or one of several. */
#ifndef ENGINE_DECIDE_RESULT_H
#define ENGINE_DECIDE_RESULT_H

#include "engine/core/calls.h"

/* What was recognised in a ticket's text; the caller frees. */
struct buf result_known(const struct ticket *ticket);
/* Redacts the text of `result`, and cuts what it quotes of the ticket. */
void result_clean(struct engine *engine, const struct ticket *ticket,
                  const struct http_reply *reply, struct llm_result *result);
/* A request was answered well. */
void result_model_works(struct engine *engine, const struct call *call);
/* That is the ticket's answer, and the decision is made. The ticket may be gone afterwards. */
void result_take(struct engine *engine, struct ticket *ticket, const struct call *call,
                 const struct llm_result *result);
/* The model answered, but nothing that can be used: that is an attempt. */
void result_invalid(struct engine *engine, struct ticket *ticket, const char *reason);
/* No answer. Whether that is an attempt is known later (outage.c). The next one comes after
 * `delay`. */
void result_failed(struct engine *engine, struct ticket *ticket, msec delay, const char *reason);
/* Its attempts are used up. */
void result_give_up(struct engine *engine, struct ticket *ticket);

#endif
