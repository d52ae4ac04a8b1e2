/* What a batch leaves behind: its rows in a results file while it lasts, its summary in the log when it is over. The service has
 * one batch after another, a run with --once has one. */
#ifndef DAEMON_RUN_OUTCOMES_H
#define DAEMON_RUN_OUTCOMES_H

#include "daemon/run/state.h"

void outcomes_take(struct app *app, const struct effect *effect);
/* A batch of the service is over: the next outcome begins another file. */
void outcomes_batch_over(struct app *app, const struct batch *batch);

#endif
