/* How far the run is: a status line on a terminal, redrawn at most five times a second; elsewhere a
 * plain line now and then. */
#ifndef DAEMON_RUN_PROGRESS_H
#define DAEMON_RUN_PROGRESS_H

#include <uv.h>

#include "daemon/files/textlog.h"
#include "engine/engine.h"

struct progress {
	uv_timer_t timer;
	struct textlog *log;
	const struct engine *engine;
	bool terminal;
	msec started_at; /* monotonic */
	msec drawn_at;   /* monotonic */
	uint64_t drawn;  /* tickets analysed at that time */
	double rate;     /* tickets a second, smoothed; 0 = not known yet */
};

/* A service without a terminal shows none: it would wake the loop for nobody. */
void progress_start(struct progress *progress, uv_loop_t *loop, struct textlog *log,
                    const struct engine *engine, bool service);
/* the memory stays in use until the loop has ended */
void progress_stop(struct progress *progress);

#endif
