/* Shows the health of the service: /health for monitors, /status for people, and a sentence for
 * the status line of the service manager. All of it comes from the state in memory; no request
 * is sent to find out. */
#ifndef DAEMON_RUN_HEALTH_VIEW_H
#define DAEMON_RUN_HEALTH_VIEW_H

#include "base/buf.h"

struct app;

struct health_view {
	/* why the last reload was refused; NULL = it succeeded, or there was none */
	char *refusal;
};

/* Functions of views (daemon/control/views.h): append the body to `out` and return the HTTP
 * status. `arg` is the struct app. */
int health_view_health(void *arg, struct buf *out);
int health_view_status(void *arg, struct buf *out);

#define HEALTH_VIEW_SENTENCE_SIZE 896
/* The state of the service and what to do about it, in a sentence; followed by the reason why
 * the last reload was refused, if it was. */
void health_view_sentence(struct app *app, char text[HEALTH_VIEW_SENTENCE_SIZE]);

/* To be called after each reload. `errors`, one per line, are the reasons of a refusal; only
 * the first is shown. {0} = the reload succeeded. */
void health_view_reloaded(struct app *app, struct str errors);
/* Forgets a refusal and frees its text. */
void health_view_free(struct app *app);

#endif
