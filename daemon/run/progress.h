/* Shows how far the run is, and in which phase: a status line on a terminal, redrawn at most five
 * times a second; elsewhere a line of the log every ten seconds. */
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

/* Starts the display; `log` and `engine` must stay valid until progress_stop. A service without
 * a terminal shows none: its timer would wake the loop for nobody. */
void progress_start(struct progress *progress, uv_loop_t *loop, struct textlog *log,
                    const struct engine *engine, bool service);
/* Clears the status line. `progress` itself must stay valid until the loop has ended. */
void progress_stop(struct progress *progress);

#endif
