/* Removing logs and results that are older than log.retention_days: at the start and once a day, on a worker. Only files whose names
 * are ours (daemon/logdir.h) are touched, and the day in the name is what counts, not the time of the last change.
 *
 * On the way it finds what dead processes left: a results file that never got its name is kept as results_….json.bak, unless it is
 * empty. */
#ifndef DAEMON_RETENTION_H
#define DAEMON_RETENTION_H

#include <stdatomic.h>
#include <uv.h>

#include "config/config.h"

struct sweep {
	/* given */
	const char *dir;
	int64_t days;
	msec wall;         /* now */
	msec started_wall; /* of this process */
	atomic_bool *stop; /* end early; NULL = never */
	/* found */
	uint64_t removed;
	uint64_t kept; /* results of dead processes that got the name of a backup */
	char last_kept[64];
	struct err failure; /* the first one; empty = none */
};
/* All of it, waiting for the disk. */
void retention_sweep(struct sweep *sweep);

struct retention {
	uv_loop_t *loop;
	char *dir;
	int64_t days;
	msec started_wall;
	void (*say)(void *arg, enum log_level level, struct str text);
	void *arg;
	uv_timer_t timer;
	uv_work_t work;
	struct sweep sweep; /* while `working` */
	bool working, again, stopped;
	atomic_bool stop;
};

/* `say` gets a line when something was removed, kept or failed. `dir` is copied. The first sweep begins now. The loop is not kept
 * alive by waiting for the next day. */
void retention_start(struct retention *retention, uv_loop_t *loop, const char *dir, int64_t days,
                     void (*say)(void *arg, enum log_level level, struct str text), void *arg);
/* Sweeps again if it is another number. */
void retention_set_days(struct retention *retention, int64_t days);
/* Nothing is said after it. The struct must live until the loop has run out. Only after retention_start. */
void retention_stop(struct retention *retention);

#endif
