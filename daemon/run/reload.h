/* Reading the configuration again, whole, while the program runs: on a worker, since it reads
 * files. */
#ifndef DAEMON_RUN_RELOAD_H
#define DAEMON_RUN_RELOAD_H

#include <uv.h>

#include "daemon/start/settings.h"

struct reload {
	uv_work_t work;
	const struct cli *cli;
	struct settings next;
	bool busy;   /* from the begin of a reading until it is over */
	bool wanted; /* once more: asked for while one was under way */
	bool good;
	void (*read)(void *arg, struct settings *next, bool good);
	void *arg;
};

/* `read` is called on the loop with what was read: the settings are the callee's when `good`; else
 * problems.errors says all that is wrong, and they are freed afterwards. */
void reload_init(struct reload *reload, const struct cli *cli,
                 void (*read)(void *arg, struct settings *next, bool good), void *arg);
/* One that comes while another is under way is done after it, once. */
void reload_begin(struct reload *reload, uv_loop_t *loop);
/* What was read is in force, or refused. True: it was the last one; false: another reading, which
 * was asked for meanwhile, begins now. */
bool reload_end(struct reload *reload, uv_loop_t *loop) MUST_CHECK;

#endif
