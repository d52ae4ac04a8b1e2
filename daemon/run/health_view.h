/* How the service is: /health for monitors, /status for people, and a sentence for the status line
 * of the service manager. All of it comes from the state of the loop; no request is made to find
 * out. */
#ifndef DAEMON_RUN_HEALTH_VIEW_H
#define DAEMON_RUN_HEALTH_VIEW_H

#include "base/buf.h"

struct app;

struct health_view {
	char *refusal; /* why the last reload was refused; NULL = it was not */
};

/* The functions of views (daemon/control/views.h); `arg` is the app. */
int health_view_health(void *arg, struct buf *out);
int health_view_status(void *arg, struct buf *out);

#define HEALTH_VIEW_SENTENCE_SIZE 896
/* One sentence: how it is and what to do; behind it why the last reload was refused, if it was. */
void health_view_sentence(struct app *app, char text[HEALTH_VIEW_SENTENCE_SIZE]);

/* The last reload was refused for these errors, a line each; {0} = it was not. */
void health_view_reloaded(struct app *app, struct str errors);
void health_view_free(struct app *app);

#endif
