/* Removing logs and results that are older than log.retention_days: at the start and once a day, on
 * a worker. Only files whose names are ours (daemon/files/logdir.h) are touched, and the day in the
 * name is what counts, not the time of the last change.
 *
 * A clock that is far ahead by mistake would remove everything. So the service believes a clock
 * only when it goes with what else is known: at the start with the newest file of an earlier day,
 * later with the time that passed since the last sweep. When it is more than a week ahead of that,
 * nothing is removed for its age until it has gone on as it should for a day, and a line says so.
 *
 * On the way it finds what dead processes left: a results file that never got its name is kept as
 * results_….json.bak, unless it is empty. */
#ifndef DAEMON_FILES_RETENTION_H
#define DAEMON_FILES_RETENTION_H

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
	bool compare;      /* the clock with the newest file */
	bool doubted;      /* the clock is not believed: no file is too old */
	/* found; `doubted` too, when compared */
	uint64_t removed;
	uint64_t kept; /* results of dead processes that got the name of a backup */
	char last_kept[64];
	struct err failure; /* the first one; empty = none */
};
/* All of it, waiting for the disk. */
void retention_sweep(struct sweep *sweep);

/* Whether the clock is believed, and since when it goes on as it should. */
struct clock_trust {
	struct clock_reading since;
	bool doubted;
};
/* The clock now; says whether it is believed. */
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
	struct sweep sweep; /* while `working` */
	struct clock_trust trust;
	msec swept_wall; /* of the last sweep that believed the clock */
	bool compare;
	bool working, again, stopped;
	atomic_bool stop;
};

/* `say` gets a line when something was removed, kept, doubted or failed. `dir` is copied. The first
 * sweep begins now, and doubts the clock only when `stays`: who ends soon cannot wait for a day.
 * The loop is not kept alive by waiting for the next day. */
void retention_start(struct retention *retention, uv_loop_t *loop, const char *dir, int64_t days,
                     bool stays, void (*say)(void *arg, enum log_level level, struct str text),
                     void *arg);
/* The time that the last finished sweep went by; 0 = none has, or the clock was not believed. */
msec retention_wall(const struct retention *retention);
/* Our start, by the clock that our files were written by: when it was put back since, they are
 * older than our start was then. */
msec retention_started_wall(const struct retention *retention);
/* Sweeps again if it is another number. */
void retention_set_days(struct retention *retention, int64_t days);
/* Nothing is said after it. The struct must live until the loop has run out. Only after
 * retention_start. */
void retention_stop(struct retention *retention);

#endif
