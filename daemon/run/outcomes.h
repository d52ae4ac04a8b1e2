/* What a batch leaves behind: a row per ticket in its results file, written while the batch
 * lasts, and a summary in the log when the batch is over. The service has one batch after
 * another, a run with --once exactly one. */
#ifndef DAEMON_RUN_OUTCOMES_H
#define DAEMON_RUN_OUTCOMES_H

#include "daemon/files/results.h"
#include "engine/effect.h"

struct app;

struct outcomes {
	struct results *results; /* results of the running batch; NULL = it has no rows yet */
	/* files of completed batches that do not have their final names yet */
	unsigned files_closing;
	/* For the end of the run. */
	/* which tickets were written to Zendesk, in case the results file is lost */
	struct buf written;
	bool lost; /* the results file of the last batch could not be written */
	void (*closed)(struct app *app, const char *written);
};

void outcomes_take(struct app *app, const struct effect *effect); /* handles an EFFECT_OUTCOME */
/* Handles an EFFECT_BATCH of the service: logs the summary and closes the results file; the
 * next outcome begins another file. */
void outcomes_batch_over(struct app *app, const struct batch *batch);
/* Whether a results file is being closed: until it has its final name, an eraser cannot find
 * it. */
bool outcomes_are_closing(const struct app *app);
/* Drops the ticket from the results of the running batch. True: `gone` is called when that is
 * done. False, and `gone` is never called: there are no results. */
bool outcomes_forget(struct app *app, struct ticket_key ticket,
                     void (*gone)(void *arg, struct ticket_key ticket), void *arg);
/* Path of the temporary file with the rows of the running batch; borrowed; NULL = there are
 * none. */
const char *outcomes_temporary(const struct app *app);
/* Ends the last batch; `closed` is called when all files have their final names. If the last
 * file could not be written, `written` is a sentence that lists the tickets written to Zendesk
 * (valid during the call); otherwise it is NULL. */
void outcomes_close(struct app *app, const struct batch *batch,
                    void (*closed)(struct app *app, const char *written));

#endif
