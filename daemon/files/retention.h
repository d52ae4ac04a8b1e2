/* Removes logs and results that are older than log.retention_days: at the start and once a day, on
 * a worker. Only files with names of ours (daemon/files/logdir.h) are touched. Their age is that
 * of the day in the name, not of the last change.
 *
 * A clock that is far ahead by mistake would remove everything. So the service believes the clock
 * only when it agrees with other evidence: at the start the newest file of an earlier day, later
 * the time that passed since the last sweep. When the clock is more than a week ahead of that, it
 * is doubted: no file is removed for its age until the clock has run correctly for a day, and a
 * line of the log says so.
 *
 * A sweep also finds files of dead processes: a results file that never got its name is kept as
 * results_….json.bak, unless it is empty. */
#ifndef DAEMON_FILES_RETENTION_H
#define DAEMON_FILES_RETENTION_H

#include <stdatomic.h>
#include <uv.h>

#include "config/config.h"

struct sweep {
	/* arguments of retention_sweep */
	const char *dir;
	int64_t days;
	/* ms */
	msec wall;         /* now */
	msec started_wall; /* start of this process, wall time */
	atomic_bool *stop; /* set by another thread to end early; NULL = never */
	bool compare;      /* compare the clock with the newest file */
	bool doubted;      /* the clock is doubted: no file is too old */
	/* results; also `doubted`, when `compare` is set */
	uint64_t removed;
	uint64_t kept; /* results of dead processes that were renamed to backups */
	char last_kept[64];
	struct err failure; /* the first one; empty = none */
};
/* Does one sweep; blocks. */
void retention_sweep(struct sweep *sweep);

/* Whether the clock is believed; `since`: when it was last judged. */
struct clock_trust {
	struct clock_reading since;
	bool doubted;
};
/* Judges the clock by `now`; returns whether it is believed. */
bool clock_trust_step(struct clock_trust *trust, struct clock_reading now);

struct retention {
	uv_loop_t *loop;
	char *dir;
	int64_t days;
	struct clock_reading started;
	void (*say)(void *arg, enum log_level level, struct str text);
	void *arg;
	uv_timer_t timer;
	uv_work_t work;
	struct sweep sweep; /* in use while `working` */
	struct clock_trust trust;
	msec swept_wall; /* time of the last sweep that believed the clock; 0 = none */
	bool compare;
	/* `again`: another sweep follows the one that is working */
	bool working, again, stopped;
	atomic_bool stop;
};

/* Starts the first sweep at once, and one a day later. `say` is called with a line for the log
 * when files were removed or kept, or when something was doubted or failed. `dir` is copied. The
 * first sweep compares the clock with the files only when `stays`: a process that ends soon cannot
 * wait for a day. The timer does not keep the loop alive. */
void retention_start(struct retention *retention, uv_loop_t *loop, const char *dir, int64_t days,
                     bool stays, void (*say)(void *arg, enum log_level level, struct str text),
                     void *arg);
/* The wall time (ms) that the last complete sweep went by; 0 = there was none, or the clock is
 * doubted. */
msec retention_wall(const struct retention *retention);
/* The wall time (ms) of our start, by the present clock or the one at the start, whichever is
 * earlier: after the clock was put back, our files are older than the recorded start. */
msec retention_started_wall(const struct retention *retention);
/* Sets the number of days; sweeps again if it has changed. */
void retention_set_days(struct retention *retention, int64_t days);
/* Stops; `say` is not called any more. The struct must stay valid until the loop has run out. Must
 * be called after retention_start only. */
void retention_stop(struct retention *retention);

#endif
