/* Writes rows through a spool; one call on a worker then gives the file its name. */
#include "daemon/files/results.h"

#include <stdio.h>
#include <stdlib.h>

#include "daemon/files/erase_file.h"
#include "daemon/system/file.h"
#include "daemon/files/logdir.h"
#include "daemon/files/sealing.h"
#include "daemon/files/spool.h"

#define WAITING_MAX (16 * 1024 * 1024)
#define ROW_MAX (64 * 1024)
#define NAMES_MAX 1000

struct results {
	uv_loop_t *loop;
	char *dir;
	const struct seal_key *key; /* NULL = plain */
	struct sealer sealer;
	struct spool *spool; /* NULL before the first row and after closing */
	char *temporary;     /* path */
	/* number in the temporary name; the final name has the same or a higher one */
	int attempt;
	char *path; /* final path; NULL before it has its name */
	char *error;
	char *left; /* why a ticket that was to be removed is still in the file */
	msec started_wall;
	struct keys {
		struct ticket_key *items;
		size_t count, cap;
	} written, forgotten; /* tickets written to Zendesk; tickets to be removed from the file */
	void (*gone)(void *arg, struct ticket_key ticket);
	void *gone_arg;
	uv_work_t publishing;
	void (*done)(void *arg, const char *path, const char *error);
	void *arg;
};

struct results *results_new(uv_loop_t *loop, const char *dir, const struct seal_key *key)
{
	struct results *results = xcalloc(1, sizeof(*results));

	*results = (struct results){.loop = loop, .dir = xstrdup(dir), .key = key};
	return results;
}

static void results_free(struct results *results)
{
	free(results->dir);
	free(results->temporary);
	free(results->path);
	free(results->error);
	free(results->left);
	free(results->written.items);
	free(results->forgotten.items);
	crypto_wipe(&results->sealer, sizeof(results->sealer));
	free(results);
}

static void results_fail(struct results *results, const char *path, const char *reason)
{
	if (results->error == NULL)
		results->error = xasprintf("%s: %s", path, reason);
}

/* Appends text to the file; with a key the spool gets only sealed text. `last`: the file ends
 * here. */
static void spool_text(struct results *results, struct spool *spool, struct str text, bool last)
{
	struct buf sealed;

	if (results->key == NULL) {
		spool_add(spool, text);
		return;
	}
	buf_init(&sealed, SEAL_LINE_MAX);
	sealer_add(&results->sealer, text, &sealed);
	if (last)
		sealer_end(&results->sealer, &sealed);
	spool_add(spool, buf_str(&sealed));
	buf_free(&sealed);
}

static void begin_sealed_file(struct results *results)
{
	uint8_t random[SEAL_SALT_SIZE];
	struct buf head;

	sealing_random(random);
	buf_init(&head, SEAL_LINE_MAX);
	sealer_begin(&results->sealer, results->key, SEAL_RESULTS, random, NULL, &head);
	spool_add(results->spool, buf_str(&head));
	buf_free(&head);
}

/* Opens a temporary file with an unused name: another batch that began within the same second may
 * still be closing. */
static int open_temporary(struct results *results)
{
	int fd = UV_EEXIST;

	for (results->attempt = 1; fd == UV_EEXIST && results->attempt <= NAMES_MAX;
	     results->attempt++) {
		char name[64];
		uv_fs_t req;

		report_results_name(name, results->started_wall, results->attempt);
		free(results->temporary);
		results->temporary =
		        xasprintf("%s/.%s.%d", results->dir, name, (int)uv_os_getpid());
		fd = uv_fs_open(NULL, &req, results->temporary,
		                UV_FS_O_WRONLY | UV_FS_O_CREAT | UV_FS_O_EXCL | UV_FS_O_NOFOLLOW,
		                0600, NULL);
		uv_fs_req_cleanup(&req);
	}
	results->attempt--;
	if (fd >= 0)
		file_give_to_folder(fd, results->temporary);
	return fd;
}

/* Creates the file. Blocks for a short call: it is a new file in a folder that is in use. */
static void begin_file(struct results *results, const struct batch *batch)
{
	struct spool_rules rules = {.max = WAITING_MAX, .sync = true};
	struct buf head;

	results->started_wall = batch->started_wall;
	int fd = open_temporary(results);
	if (fd < 0) {
		results_fail(results, results->temporary, uv_strerror(fd));
		return;
	}
	/* The lock tells an eraser that the file is being written. */
	if (!file_lock(fd, false)) {
		file_close(fd);
		(void)logdir_remove(results->temporary);
		results_fail(results, results->temporary, "another process has it open");
		return;
	}
	results->spool = spool_new(results->loop, fd, rules);
	if (results->key != NULL)
		begin_sealed_file(results);
	buf_init(&head, ROW_MAX);
	report_results_head(&head, batch);
	spool_text(results, results->spool, buf_str(&head), false);
	buf_free(&head);
}

static void add_key(struct keys *keys, struct ticket_key ticket)
{
	if (keys->count == keys->cap) {
		keys->cap = keys->cap == 0 ? 64 : 2 * keys->cap;
		keys->items = xrealloc(keys->items, keys->cap * sizeof(*keys->items));
	}
	keys->items[keys->count++] = ticket;
}

static void remove_key(struct keys *keys, struct ticket_key ticket)
{
	size_t kept = 0;

	for (size_t i = 0; i < keys->count; i++)
		if (!ticket_key_eq(keys->items[i], ticket))
			keys->items[kept++] = keys->items[i];
	keys->count = kept;
}

void results_forget(struct results *results, struct ticket_key ticket,
                    void (*gone)(void *arg, struct ticket_key ticket), void *arg)
{
	remove_key(&results->written, ticket);
	add_key(&results->forgotten, ticket);
	results->gone = gone;
	results->gone_arg = arg;
}

static void report_gone(const struct results *results)
{
	for (size_t i = 0; i < results->forgotten.count; i++)
		if (results->forgotten.items[i].id != 0)
			results->gone(results->gone_arg, results->forgotten.items[i]);
}

void results_add(struct results *results, const struct batch *batch, const struct outcome *outcome)
{
	bool first = results->temporary == NULL;
	struct buf row;

	if (outcome->status == OUTCOME_SUCCESS)
		add_key(&results->written, outcome->ticket);
	if (first)
		begin_file(results, batch);
	if (results->spool == NULL)
		return;
	buf_init(&row, ROW_MAX);
	report_results_row(&row, outcome, first);
	spool_text(results, results->spool, buf_str(&row), false);
	buf_free(&row);
}

/* Removes the forgotten tickets. A ticket that cannot be removed stays, and its erasing remains
 * incomplete, because the rows of the others are worth more. */
static void remove_forgotten(struct results *results)
{
	struct unsealer unsealer;
	uint64_t removed;
	struct err err;

	unsealer_init(&unsealer, results->key);
	for (size_t i = 0; results->error == NULL && i < results->forgotten.count; i++)
		if (erase_file(results->temporary, true, results->key != NULL ? &unsealer : NULL,
		               results->forgotten.items[i].id, &removed, &err) < 0) {
			results->forgotten.items[i] = (struct ticket_key){0};
			if (results->left == NULL)
				results->left = xstrdup(err.text);
		}
	unsealer_wipe(&unsealer);
}

/* Gives the file its name, on a worker. */
static void publish_on_worker(uv_work_t *work)
{
	struct results *results = container_of(work, struct results, publishing);
	int code = UV_EEXIST;

	remove_forgotten(results);
	for (int attempt = results->attempt;
	     results->error == NULL && code == UV_EEXIST && attempt <= NAMES_MAX; attempt++) {
		char name[64];

		report_results_name(name, results->started_wall, attempt);
		char *path = xasprintf("%s/%s", results->dir, name);
		code = logdir_take_name(results->temporary, path);
		if (code == 0)
			results->path = path;
		else
			free(path);
	}
	if (results->error == NULL && code < 0)
		results_fail(results, results->temporary, uv_strerror(code));
	if (results->error != NULL)
		logdir_remove(results->temporary);
	else
		logdir_sync(results->dir);
}

static void on_published(uv_work_t *work, int status)
{
	struct results *results = container_of(work, struct results, publishing);

	report_gone(results);
	results->done(results->arg, results->path,
	              results->error != NULL ? results->error : results->left);
	results_free(results);
}

static void on_spool_closed(void *arg, const char *error)
{
	struct results *results = arg;

	if (error != NULL)
		results_fail(results, results->temporary, error);
	ENSURE(uv_queue_work(results->loop, &results->publishing, publish_on_worker,
	                     on_published) == 0);
}

void results_close(struct results *results, const struct batch *batch,
                   void (*done)(void *arg, const char *path, const char *error), void *arg)
{
	struct spool *spool = results->spool;
	struct buf foot;

	results->done = done;
	results->arg = arg;
	if (spool == NULL) {
		report_gone(results);
		done(arg, NULL, results->error);
		results_free(results);
		return;
	}
	results->spool = NULL;
	buf_init(&foot, ROW_MAX);
	report_results_foot(&foot, batch);
	spool_text(results, spool, buf_str(&foot), true);
	buf_free(&foot);
	spool_close(spool, on_spool_closed, results);
}

const char *results_temporary(const struct results *results)
{
	return results->temporary;
}

static int compare_ids(const void *a, const void *b)
{
	uint64_t x = ((const struct ticket_key *)a)->id, y = ((const struct ticket_key *)b)->id;

	return x < y ? -1 : x > y;
}

void results_list_written(const struct results *results, struct buf *out)
{
	const struct ticket_key *keys = results->written.items;
	size_t count = results->written.count;

	if (count > 0)
		qsort(results->written.items, count, sizeof(*keys), compare_ids);
	for (size_t i = 0, last; i < count; i = last + 1) {
		for (last = i; last + 1 < count && keys[last + 1].id <= keys[last].id + 1; last++)
			;
		buf_printf(out, i == 0 ? "%llu" : ", %llu", (unsigned long long)keys[i].id);
		if (last > i)
			buf_printf(out, "-%llu", (unsigned long long)keys[last].id);
	}
}
