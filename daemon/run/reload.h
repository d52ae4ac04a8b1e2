/* Reads the whole configuration again while the program runs; on a worker, because it reads
 * files. */
#ifndef DAEMON_RUN_RELOAD_H
#define DAEMON_RUN_RELOAD_H

#include <uv.h>

#include "daemon/start/settings.h"

struct reload {
	uv_work_t work;
	const struct cli *cli;
	struct settings next;
	bool busy;   /* a reading has begun, and reload_end was not called for it */
	bool wanted; /* another reading was asked for while one is under way */
	bool good;
	void (*read)(void *arg, struct settings *next, bool good);
	void *arg;
};

/* `read` is called on the loop's thread after each reading. When `good`, the callee owns the
 * settings; otherwise problems.errors lists all that is wrong, and the settings are freed after
 * the call. `cli` is borrowed. */
void reload_init(struct reload *reload, const struct cli *cli,
                 void (*read)(void *arg, struct settings *next, bool good), void *arg);
/* Begins a reading. If one is under way, a single further reading follows it, however often
 * this is called. */
void reload_begin(struct reload *reload, uv_loop_t *loop);
/* To be called when what was read is in force or refused. True: no other reading was asked for.
 * False: another one was, and begins now. */
bool reload_end(struct reload *reload, uv_loop_t *loop) MUST_CHECK;

#endif
