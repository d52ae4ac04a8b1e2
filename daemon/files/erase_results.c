/* A queue of tickets to be erased. For each: hold the log, rewrite the logs of its day, release
 * the log, rewrite all other files, report. */
#include "daemon/files/erase_results.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "daemon/files/erase_file.h"
#include "daemon/files/logdir.h"
#include "daemon/files/sealing.h"

#define FAILURES_MAX (64 * 1024)
#define NEVER_A_DAY INT64_MIN

struct job {
	struct list node;
	struct erased erased;
	enum erase_part part;
	msec log_day;
	void (*done)(void *arg, const struct erased *erased);
	void *arg;
};

struct eraser {
	uv_loop_t *loop;
	char *dir;
	char *secret;
	struct textlog *log;
	msec started_wall;
	struct list jobs; /* struct job; the first one is being done */
	bool busy;
	atomic_bool stop;
	uv_work_t work;
	void (*closed)(void *arg);
	void *arg;
};

/* --- on a worker --- */

struct walk {
	enum erase_part part;
	msec day, started_wall;
	struct unsealer *unsealer;
	atomic_bool *stop;
	struct erased *erased;
	bool changed;
	bool vanished; /* a file disappeared: it was renamed or removed meanwhile */
};

/* Passes over the folder until no file disappears meanwhile. */
#define WALKS_MAX 5

static bool is_in_part(const struct walk *walk, const struct logdir_name *name)
{
	bool log_of_day = name->kind == LOGDIR_LOG && name->day == walk->day;

	return log_of_day == (walk->part == ERASE_LOGS_OF_DAY);
}

/* Whether this process is writing the file, and not an earlier process with the same number. */
static bool is_own_temporary(const struct walk *walk, const char *path,
                             const struct logdir_name *name)
{
	return name->kind == LOGDIR_TEMPORARY && name->pid == (uint64_t)uv_os_getpid() &&
	       !logdir_is_left_over(path, name, walk->started_wall);
}

/* A file that is being rewritten by another eraser: that one will remove the ticket's lines too or
 * report a failure. */
static bool is_being_rewritten(const struct logdir_name *name, const struct err *err)
{
	return name->kind == LOGDIR_TEMPORARY && name->pid == 0 &&
	       strcmp(err->text, ERASE_FILE_BUSY) == 0;
}

/* Restores the time of the last change: by it, the owner of a temporary file is recognised
 * later. */
static void restore_age(const char *path, msec changed)
{
	uv_fs_t req;

	(void)uv_fs_utime(NULL, &req, path, (double)changed / MSEC_SECOND,
	                  (double)changed / MSEC_SECOND, NULL);
	uv_fs_req_cleanup(&req);
}

static bool erase_from_file(void *arg, const char *path, const struct logdir_name *name)
{
	struct walk *walk = arg;
	msec changed = logdir_changed(path);
	uint64_t removed;
	struct err err;

	if (!is_in_part(walk, name) || is_own_temporary(walk, path, name))
		return true;
	if (walk->stop != NULL && atomic_load(walk->stop)) {
		buf_printf(&walk->erased->failures,
		           "%s: this file and the files after it were not checked: the service is "
		           "stopping\n",
		           path);
		return false;
	}
	if (erase_file(path, name->results, walk->unsealer, walk->erased->ticket.id, &removed,
	               &err) < 0) {
		if (logdir_is_gone(path))
			walk->vanished = true;
		else if (!is_being_rewritten(name, &err))
			buf_printf(&walk->erased->failures, "%s: %s\n", path, err.text);
	} else if (name->results)
		walk->erased->rows += removed;
	else
		walk->erased->lines += removed;
	if (name->kind == LOGDIR_TEMPORARY && removed > 0)
		restore_age(path, changed);
	walk->changed = walk->changed || removed > 0;
	return true;
}

void eraser_walk(const char *dir, enum erase_part part, msec day, msec started_wall,
                 struct unsealer *unsealer, atomic_bool *stop, struct erased *erased)
{
	struct walk walk = {.part = part,
	                    .day = day,
	                    .started_wall = started_wall,
	                    .unsealer = unsealer,
	                    .stop = stop,
	                    .erased = erased};
	struct err err;

	size_t failures = erased->failures.len;
	for (int i = 0; i < WALKS_MAX && (i == 0 || walk.vanished); i++) {
		walk.vanished = false;
		erased->failures.len = failures; /* of the walk before: what lasts is met again */
		if (logdir_each(dir, erase_from_file, &walk, &err) < 0)
			buf_printf(&erased->failures, "%s\n", err.text);
	}
	if (walk.vanished)
		buf_printf(&erased->failures,
		           "%s: files were renamed or removed meanwhile; erase the ticket again\n",
		           dir);
	if (walk.changed)
		logdir_sync(dir);
}

static struct job *first_job(struct eraser *eraser)
{
	return list_first(&eraser->jobs, struct job, node);
}

static void erase_on_worker(uv_work_t *work)
{
	struct eraser *eraser = container_of(work, struct eraser, work);
	struct job *job = first_job(eraser);
	struct seal_key *key = sealing_reader(str_of(eraser->secret), eraser->dir);
	struct unsealer unsealer;

	unsealer_init(&unsealer, key);
	eraser_walk(eraser->dir, job->part, job->log_day, eraser->started_wall,
	            key != NULL ? &unsealer : NULL, &eraser->stop, &job->erased);
	unsealer_wipe(&unsealer);
	seal_key_free(key);
}

/* --- on the loop --- */

static void start_next_job(struct eraser *eraser);

static void end_job(struct eraser *eraser)
{
	struct job *job = first_job(eraser);

	list_remove(&job->node);
	job->done(job->arg, &job->erased);
	buf_free(&job->erased.failures);
	free(job);
}

static void on_walked(uv_work_t *work, int status);

static void walk_part(struct eraser *eraser, enum erase_part part)
{
	first_job(eraser)->part = part;
	ENSURE(uv_queue_work(eraser->loop, &eraser->work, erase_on_worker, on_walked) == 0);
}

static void on_walked(uv_work_t *work, int status)
{
	struct eraser *eraser = container_of(work, struct eraser, work);

	if (first_job(eraser)->part == ERASE_LOGS_OF_DAY) {
		textlog_release(eraser->log);
		walk_part(eraser, ERASE_THE_REST);
		return;
	}
	end_job(eraser);
	eraser->busy = false;
	start_next_job(eraser);
}

static void on_held(void *arg)
{
	walk_part(arg, ERASE_LOGS_OF_DAY);
}

static void free_when_idle(struct eraser *eraser)
{
	if (eraser->closed == NULL || eraser->busy)
		return;
	while (!list_empty(&eraser->jobs)) {
		buf_puts(&first_job(eraser)->erased.failures,
		         "no file was checked: the service is stopping\n");
		end_job(eraser);
	}
	eraser->closed(eraser->arg);
	free(eraser->dir);
	crypto_wipe(eraser->secret, strlen(eraser->secret));
	free(eraser->secret);
	free(eraser);
}

static void start_next_job(struct eraser *eraser)
{
	if (eraser->closed != NULL) {
		free_when_idle(eraser);
		return;
	}
	if (eraser->busy || list_empty(&eraser->jobs))
		return;
	eraser->busy = true;
	if (eraser->log == NULL) {
		first_job(eraser)->log_day = NEVER_A_DAY;
		walk_part(eraser, ERASE_THE_REST);
		return;
	}
	first_job(eraser)->log_day = textlog_day(eraser->log);
	textlog_hold(eraser->log, on_held, eraser);
}

struct eraser *eraser_new(uv_loop_t *loop, const char *dir, struct str secret, struct textlog *log,
                          msec started_wall)
{
	struct eraser *eraser = xcalloc(1, sizeof(*eraser));

	crypto_prepare();
	*eraser = (struct eraser){.loop = loop,
	                          .dir = xstrdup(dir),
	                          .secret = xmemdup0(secret.data, secret.len),
	                          .log = log,
	                          .started_wall = started_wall};
	list_init(&eraser->jobs);
	atomic_init(&eraser->stop, false);
	return eraser;
}

void eraser_erase(struct eraser *eraser, struct ticket_key ticket,
                  void (*done)(void *arg, const struct erased *erased), void *arg)
{
	struct job *job = xcalloc(1, sizeof(*job));

	ENSURE(eraser->closed == NULL);
	job->erased.ticket = ticket;
	buf_init(&job->erased.failures, FAILURES_MAX);
	job->done = done;
	job->arg = arg;
	list_push_back(&eraser->jobs, &job->node);
	start_next_job(eraser);
}

void eraser_close(struct eraser *eraser, void (*closed)(void *arg), void *arg)
{
	eraser->closed = closed;
	eraser->arg = arg;
	atomic_store(&eraser->stop, true);
	free_when_idle(eraser);
}
