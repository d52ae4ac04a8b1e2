/* What a batch leaves behind: its rows in a results file while it lasts, its summary in the log
 * when it is over. The service has one batch after another, a run with --once has one. */
#ifndef DAEMON_RUN_OUTCOMES_H
#define DAEMON_RUN_OUTCOMES_H

#include "daemon/files/results.h"
#include "engine/effect.h"

struct app;

struct outcomes {
	struct results *results; /* of the batch under way; NULL = there are no rows */
	unsigned files_closing;  /* of batches that are over, on their way to their names */
	/* At the end: */
	struct buf written; /* what was done to Zendesk, in case the results file cannot tell */
	bool lost;          /* the results file of the last batch could not be written */
	void (*closed)(struct app *app, const char *written);
};

void outcomes_take(struct app *app, const struct effect *effect); /* EFFECT_OUTCOME */
/* A batch of the service is over: the next outcome begins another file. */
void outcomes_batch_over(struct app *app, const struct batch *batch);
/* A file is on its way to its name, and stands nowhere to be found. */
bool outcomes_are_closing(const struct app *app);
/* The results of the batch under way lose the ticket, and `gone` is told when they have; false, and
 * it is not told, when there are none. */
bool outcomes_forget(struct app *app, struct ticket_key ticket,
                     void (*gone)(void *arg, struct ticket_key ticket), void *arg);
/* Where the rows of the batch under way are so far; NULL = there are none. */
const char *outcomes_temporary(const struct app *app);
/* The run is over: `closed` is called when all files have their names. Of a last batch whose file
 * could not be written `written` says what was done to Zendesk all the same (valid for the call);
 * else it is NULL. */
void outcomes_close(struct app *app, const struct batch *batch,
                    void (*closed)(struct app *app, const char *written));

#endif
