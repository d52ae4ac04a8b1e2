/* Walks through the log folder on a worker once a day, and logs what it did. */
#include "daemon/files/retention.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/files/logdir.h"
#include "daemon/system/clock.h"

#define DAY (24 * MSEC_HOUR)
/* A clock may be so much ahead without being doubted, since a machine may sleep. */
#define AHEAD_MAX (7 * DAY)
/* A temporary file that was not written to for so long is left over if its process is not seen. */
#define QUIET_FOR MSEC_HOUR
#define NAMES_MAX 1000

/* --- the clock --- */

/* A doubted clock that is put back by more than AHEAD_MAX was corrected, and is believed again. */
bool clock_trust_step(struct clock_trust *trust, struct clock_reading now)
{
	msec passed = now.mono - trust->since.mono, told = now.wall - trust->since.wall;

	if (told - passed > AHEAD_MAX) {
		*trust = (struct clock_trust){.since = now, .doubted = true};
	} else if (!trust->doubted || passed >= DAY - MSEC_HOUR || passed - told > AHEAD_MAX) {
		/* Measure from the last look only: otherwise the nights of a machine that sleeps
		 * would add up. */
		*trust = (struct clock_trust){.since = now};
	}
	return !trust->doubted;
}

/* --- on a worker --- */

static void retention_fail(struct sweep *sweep, const char *path, int code)
{
	if (sweep->failure.text[0] == '\0')
		err_set(&sweep->failure, "log.retention_days: %s: %s", path, uv_strerror(code));
}

static bool is_too_old(const struct sweep *sweep, const struct logdir_name *name)
{
	return !sweep->doubted && name->day + DAY <= sweep->wall - sweep->days * DAY;
}

static void remove_file(struct sweep *sweep, const char *path)
{
	int code = logdir_remove(path);

	if (code == 0)
		sweep->removed++;
	else if (code != UV_ENOENT)
		retention_fail(sweep, path, code);
}

/* Whether nobody will complete the file: its process is gone, and it was not written to for a
 * while, in case that process runs on another machine. */
static bool was_given_up(const struct sweep *sweep, const char *path,
                         const struct logdir_name *name)
{
	msec changed = logdir_changed(path);

	return changed != 0 && changed <= sweep->wall - QUIET_FOR &&
	       logdir_is_left_over(path, name, sweep->started_wall);
}

/* Converts "DIR/.results_….json.PID" to "DIR/results_….json"; to be freed. */
static char *wanted_name(const struct sweep *sweep, const char *path)
{
	const char *name = path + strlen(sweep->dir) + 2; /* without the slash and the dot */

	return xasprintf("%s/%.*s", sweep->dir, (int)(strrchr(name, '.') - name), name);
}

static bool stat_path(const char *path, uv_stat_t *ret)
{
	uv_fs_t req;
	bool there = uv_fs_lstat(NULL, &req, path, NULL) == 0;

	*ret = req.statbuf;
	uv_fs_req_cleanup(&req);
	return there;
}

/* Whether the file is empty, or is also there under its final name because the process died before
 * it removed the temporary one. */
static bool is_needless(const struct sweep *sweep, const char *path)
{
	char *base = wanted_name(sweep, path), *name;
	uv_stat_t here, there;
	bool needless = stat_path(path, &here) && here.st_size == 0;

	base[strlen(sweep->dir) + 1 + strlen("results_YYYYMMDD_HHMMSS")] = '\0';
	name = xasprintf("%s.json", base);
	for (int attempt = 2; !needless && attempt <= NAMES_MAX && stat_path(name, &there);
	     attempt++) {
		needless = there.st_ino == here.st_ino && there.st_dev == here.st_dev;
		free(name);
		name = xasprintf("%s_%d.json", base, attempt);
	}
	free(name);
	free(base);
	return needless;
}

/* Renames the file to "….json.bak", or to the next free ".bak.N". */
static void keep_as_backup(struct sweep *sweep, const char *path)
{
	char *wanted = wanted_name(sweep, path), *backup = NULL;
	int code = UV_EEXIST;

	for (int attempt = 1; code == UV_EEXIST && attempt <= NAMES_MAX; attempt++) {
		backup = attempt == 1 ? xasprintf("%s.bak", wanted)
		                      : xasprintf("%s.bak.%d", wanted, attempt);
		code = logdir_take_name(path, backup);
		if (code < 0) {
			free(backup);
			backup = NULL;
		}
	}
	if (code < 0 && code != UV_ENOENT)
		retention_fail(sweep, path, code);
	if (backup != NULL) {
		sweep->kept++;
		snprintf(sweep->last_kept, sizeof(sweep->last_kept), "%s",
		         backup + strlen(sweep->dir) + 1);
	}
	free(backup);
	free(wanted);
}

static bool sweep_file(void *arg, const char *path, const struct logdir_name *name)
{
	struct sweep *sweep = arg;

	if (name->kind != LOGDIR_TEMPORARY) {
		if (is_too_old(sweep, name))
			remove_file(sweep, path);
	} else if (was_given_up(sweep, path, name)) {
		if (name->pid == 0 || is_too_old(sweep, name))
			remove_file(sweep, path);
		else if (is_needless(sweep, path))
			(void)logdir_remove(path);
		else
			keep_as_backup(sweep, path);
	}
	return sweep->stop == NULL || !atomic_load(sweep->stop);
}

struct newest {
	msec today, day; /* beginnings of UTC days; 0 = none */
};

static bool find_newest(void *arg, const char *path, const struct logdir_name *name)
{
	struct newest *newest = arg;

	if (name->kind != LOGDIR_TEMPORARY && name->day < newest->today && name->day > newest->day)
		newest->day = name->day;
	return true;
}

/* Compares the clock with the newest file of an earlier day; files of today were named by the
 * clock that is in question. */
static void compare_with_files(struct sweep *sweep)
{
	struct newest newest = {.today = sweep->wall - sweep->wall % DAY};

	if (logdir_each(sweep->dir, find_newest, &newest, NULL) == 0 && newest.day > 0)
		sweep->doubted = newest.today - newest.day > AHEAD_MAX;
}

void retention_sweep(struct sweep *sweep)
{
	struct err err;

	if (sweep->compare)
		compare_with_files(sweep);
	if (logdir_each(sweep->dir, sweep_file, sweep, &err) < 0)
		err_set(&sweep->failure, "log.retention_days: %s", err.text);
	if (sweep->kept > 0)
		logdir_sync(sweep->dir);
}

static void prune_on_worker(uv_work_t *work)
{
	retention_sweep(&container_of(work, struct retention, work)->sweep);
}

/* --- on the loop --- */

static void begin_sweep(struct retention *retention);

static void log_sweep(struct retention *retention)
{
	const struct sweep *sweep = &retention->sweep;
	struct buf text;

	buf_init(&text, 1024);
	if (sweep->removed > 0) {
		buf_printf(&text, "Removed %llu log and result %s older than %lld %s",
		           (unsigned long long)sweep->removed,
		           str_plural(sweep->removed, "file", "files"), (long long)sweep->days,
		           str_plural((uint64_t)sweep->days, "day", "days"));
		retention->say(retention->arg, LEVEL_INFO, buf_str(&text));
		buf_reset(&text);
	}
	if (sweep->kept > 0) {
		buf_printf(
		        &text,
		        "%llu unfinished result %s of a crashed process %s; the last is kept as %s",
		        (unsigned long long)sweep->kept, str_plural(sweep->kept, "file", "files"),
		        str_plural(sweep->kept, "was found", "were found"), sweep->last_kept);
		retention->say(retention->arg, LEVEL_WARNING, buf_str(&text));
	}
	if (sweep->doubted)
		retention->say(retention->arg, LEVEL_WARNING,
		               STR("The system clock is more than a week ahead of the last log "
		                   "file or of the elapsed time: no logs, results or history are "
		                   "removed until it has been steady for a day"));
	if (sweep->failure.text[0] != '\0')
		retention->say(retention->arg, LEVEL_WARNING, str_of(sweep->failure.text));
	buf_free(&text);
}

static void free_when_stopped(struct retention *retention)
{
	if (!retention->stopped || retention->working)
		return;
	free(retention->dir);
	retention->dir = NULL;
}

static void on_swept(uv_work_t *work, int status)
{
	struct retention *retention = container_of(work, struct retention, work);

	retention->working = false;
	if (retention->stopped) {
		free_when_stopped(retention);
		return;
	}
	if (retention->compare) {
		retention->compare = false;
		retention->trust.doubted = retention->sweep.doubted;
	}
	if (!retention->sweep.doubted)
		retention->swept_wall = retention->sweep.wall;
	log_sweep(retention);
	if (retention->again)
		begin_sweep(retention);
}

msec retention_started_wall(const struct retention *retention)
{
	struct clock_reading now = clock_now();
	msec by_time_passed = now.wall - (now.mono - retention->started.mono);

	return by_time_passed < retention->started.wall ? by_time_passed : retention->started.wall;
}

static void begin_sweep(struct retention *retention)
{
	struct clock_reading now = clock_now();

	retention->again = retention->working;
	if (retention->working)
		return;
	retention->sweep = (struct sweep){.dir = retention->dir,
	                                  .days = retention->days,
	                                  .wall = now.wall,
	                                  .started_wall = retention_started_wall(retention),
	                                  .compare = retention->compare,
	                                  .doubted = !clock_trust_step(&retention->trust, now),
	                                  .stop = &retention->stop};
	retention->working = true;
	ENSURE(uv_queue_work(retention->loop, &retention->work, prune_on_worker, on_swept) == 0);
}

static void on_timer(uv_timer_t *timer)
{
	begin_sweep(timer->data);
}

void retention_start(struct retention *retention, uv_loop_t *loop, const char *dir, int64_t days,
                     bool stays, void (*say)(void *arg, enum log_level level, struct str text),
                     void *arg)
{
	*retention = (struct retention){.loop = loop,
	                                .dir = xstrdup(dir),
	                                .days = days,
	                                .started = clock_now(),
	                                .compare = stays,
	                                .say = say,
	                                .arg = arg};
	retention->trust.since = retention->started;
	atomic_init(&retention->stop, false);
	ENSURE(uv_timer_init(loop, &retention->timer) == 0);
	retention->timer.data = retention;
	(void)uv_timer_start(&retention->timer, on_timer, (uint64_t)DAY, (uint64_t)DAY);
	uv_unref((uv_handle_t *)&retention->timer);
	begin_sweep(retention);
}

msec retention_wall(const struct retention *retention)
{
	return retention->trust.doubted ? 0 : retention->swept_wall;
}

void retention_set_days(struct retention *retention, int64_t days)
{
	if (retention->days == days)
		return;
	retention->days = days;
	begin_sweep(retention);
}

void retention_stop(struct retention *retention)
{
	retention->stopped = true;
	atomic_store(&retention->stop, true);
	uv_close((uv_handle_t *)&retention->timer, NULL);
	free_when_stopped(retention);
}
