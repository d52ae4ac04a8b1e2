/* What people and monitors ask of the running service, and the orders they give: the operations behind the routes. Everything is
 * answered from the loop's own state; no request to Zendesk or a model is made to answer one. */
#ifndef DAEMON_RUN_CONTROL_H
#define DAEMON_RUN_CONTROL_H

#include "daemon/control/routes.h"
#include "daemon/run/state.h"

/* Takes over the sockets of the service manager. Changes the environment, so it comes before any thread; only for the service. */
void control_inherit(struct app *app);
/* Opens the sockets: those inherited from the service manager, else http.socket or its default place; TCP with http.listen. -1 with
 * the reason. Only for the service. */
int control_open(struct app *app, struct err *err) MUST_CHECK;
void control_close(struct app *app);
/* Gives the engine what was ordered since the last turn. */
void control_step(struct app *app, void (*step)(struct app *app, struct event *event));
/* The configuration was read again, or refused (`errors` lists why): whoever asked for it is answered, unless another reading, begun after the order, is to follow. `rotate`:
 * what this cannot have read anew, and what to do; NULL = nothing. */
void control_reloaded(struct app *app, bool good, struct str errors, struct str changes, const char *rotate);
#define CONTROL_SENTENCE_SIZE 896
/* One sentence: how it is and what to do; behind it why the last reload was refused, if it was. */
void control_sentence(struct app *app, char text[CONTROL_SENTENCE_SIZE]);

#endif
