/* Shows the health of the service: /health for monitors, /live and /ready for containers, and a
 * sentence for people and for the status line of the service manager. All of it comes from the
 * state in memory; no request is sent to find out. */
#ifndef DAEMON_RUN_HEALTH_VIEW_H
#define DAEMON_RUN_HEALTH_VIEW_H

#include "base/buf.h"
#include "daemon/control/views.h"
#include "engine/stats.h"
#include "observe/health.h"

struct app;

struct health_view {
	/* why the last reload was refused; NULL = it succeeded, or there was none */
	char *refusal;
	char *alert_trouble; /* why alerts do not reach anybody; NULL = they do */
};

/* Functions of views (daemon/control/views.h): append the body to `out` and return the HTTP
 * status. `arg` is the struct app. */
int health_view_health(void *arg, const struct view_request *request, struct buf *out);
int health_view_live(void *arg, const struct view_request *request,
                     struct buf *out); /* 200 while the loop turns */
int health_view_ready(void *arg, const struct view_request *request,
                      struct buf *out); /* 200 ready, else 503 */

/* The judgement and what it rests on; the strings in it are valid until the next step. */
void health_view_judge(struct app *app, const struct engine_stats *stats,
                       struct health_input *ret_input, struct health *ret);

#define HEALTH_VIEW_SENTENCE_SIZE 1024
/* The state of the service and what to do about it, in a sentence; followed by the reason why
 * the last reload was refused, if it was. */
void health_view_sentence(struct app *app, char text[HEALTH_VIEW_SENTENCE_SIZE]);
/* The same of a judgement that was made before. */
void health_view_words(const struct app *app, const struct health *health,
                       const struct health_input *input, char text[HEALTH_VIEW_SENTENCE_SIZE]);

/* To be called after each reload. `errors`, one per line, are the reasons of a refusal; only
 * the first is shown. {0} = the reload succeeded. */
void health_view_reloaded(struct app *app, struct str errors);
/* Alerts do not reach a channel, for this reason; "" = they reach all. */
void health_view_alerts(struct app *app, const char *trouble);
/* Why the last reload was refused; NULL = it was not. Borrowed until the next reload. */
const char *health_view_refusal(const struct app *app);
/* Forgets a refusal and a trouble, and frees their texts. */
void health_view_free(struct app *app);

#endif
