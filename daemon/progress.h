/* How far the run is: a status line on a terminal, redrawn at most five times a second; elsewhere a plain line now and then. */
#ifndef DAEMON_PROGRESS_H
#define DAEMON_PROGRESS_H

#include <uv.h>

#include "daemon/textlog.h"
#include "engine/engine.h"

struct progress {
	uv_timer_t timer;
	struct textlog *log;
	const struct engine *engine;
	bool terminal;
	msec drawn_at;  /* monotonic */
	uint64_t drawn; /* tickets done at that time */
	double rate;    /* tickets a second, smoothed; < 0 = not known yet */
};

void progress_start(struct progress *progress, uv_loop_t *loop, struct textlog *log, const struct engine *engine);
void progress_stop(struct progress *progress); /* the memory stays in use until the loop has ended */
/* "120/1000 tickets, 45.2/s, 1 failed, 19 s left": the text itself. rate < 0 = not known. */
void progress_text(char *out, size_t size, uint64_t done, uint64_t expected, uint64_t failed, double rate);

#endif
