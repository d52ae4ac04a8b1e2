/* Tells the engine what is recorded of a ticket that is to be analysed once more. */
#ifndef DAEMON_RUN_RECALLING_H
#define DAEMON_RUN_RECALLING_H

#include "ticket/key.h"

struct app;

/* Handles an EFFECT_RECALL: the answer is posted as an EVENT_RECALLED. */
void recalling_begin(struct app *app, struct ticket_key ticket);

#endif
