/* The queue between the loop and the worker. The usual course: store_put() extends the last task
 * of the queue, which gathers records for a while; then the idle handle is started; in the next
 * turn of the loop the oldest task goes to a worker; its callback runs on the loop, and the next
 * task goes to a worker. A task that finds the database damaged is repeated once after a rebuild.
 *
 * A commit costs the same for one record as for many, and a slow model's answers come one by one:
 * so records gather before a commit (store_put says how long). Only the last task of the queue
 * gathers. Whatever is queued behind it ends that: so nothing else is delayed, all tasks stay in
 * order, and who looks something up finds all that was put before. */
#include "daemon/store/store_queue.h"

#include <stdlib.h>

#include "daemon/store/store_pieces.h"

#define GATHER_MS 20
#define GATHER_RECORDS 64

static void on_idle(uv_idle_t *idle);

/* Whether the worker is free and the oldest task is ready for it. */
static bool queue_is_ready(const struct store *store)
{
	return store->started && store->running == NULL && !list_empty(&store->queue) &&
	       !list_first(&store->queue, struct task, node)->gathers;
}

/* Starts the idle handle, which also keeps the loop from sleeping. */
static void wake_queue(struct store *store)
{
	if (queue_is_ready(store))
		(void)uv_idle_start(&store->idle, on_idle);
}

/* --- gathering --- */

void store_hurry(struct store *store)
{
	struct task *task = store_queue_last(store, TASK_PUT);

	if (task == NULL || !task->gathers)
		return;
	task->gathers = false;
	(void)uv_timer_stop(&store->gather);
	wake_queue(store);
}

static void on_gathered(uv_timer_t *timer)
{
	store_hurry(timer->data);
}

struct task *store_queue_gather(struct store *store, uint64_t first)
{
	struct task *task = store_queue_add(
	        store, &(struct task){.kind = TASK_PUT, .gathers = true, .first = first});

	(void)uv_timer_start(&store->gather, on_gathered, GATHER_MS, 0);
	return task;
}

void store_queue_gathered(struct store *store, const struct task *task)
{
	if (task->count >= GATHER_RECORDS)
		store_hurry(store);
}

static void append_task(struct store *store, struct task *task)
{
	store_hurry(store);
	list_push_back(&store->queue, &task->node);
	wake_queue(store);
}

struct task *store_queue_add(struct store *store, const struct task *wanted)
{
	struct task *task = task_new(wanted);

	ENSURE(store->started && !store->closing);
	append_task(store, task);
	return task;
}

struct task *store_queue_last(struct store *store, enum task_kind kind)
{
	struct task *task;

	if (list_empty(&store->queue))
		return NULL;
	task = container_of(store->queue.prev, struct task, node);
	return task->kind == kind && !task->retried ? task : NULL;
}

static void drop_error(struct store *store)
{
	free(store->error);
	store->error = NULL;
}

static void keep_error(struct store *store, const struct err *err)
{
	free(store->error);
	store->error = xstrdup(err->text);
}

/* --- callbacks, on the loop --- */

static void report_counts(const struct store *store, const struct task *task)
{
	if (store->callbacks.counted == NULL)
		return;
	for (size_t i = 0; i < task->count; i++) {
		const struct store_record *item = &task->records[i];

		if (counts_any(&item->record.counts))
			store->callbacks.counted(store->callbacks.arg,
			                         statistics_quarter(item->wall),
			                         &item->record.counts);
	}
}

/* When records are lost, those that were put after them are dropped too: records must become
 * durable in order. */
static void answer_put(struct store *store, struct task *task)
{
	if (task->result == STORE_OK) {
		report_counts(store, task);
		if (store->callbacks.committed != NULL && task->count > 0)
			store->callbacks.committed(store->callbacks.arg, task->count);
		store->callbacks.persisted(store->callbacks.arg, task->upto);
		return;
	}
	list_each(node, next, &store->queue)
	{
		struct task *later = container_of(node, struct task, node);

		if (later->kind != TASK_PUT)
			continue;
		list_remove(&later->node);
		task_free(later);
	}
	store->callbacks.failed(store->callbacks.arg, task->first);
}

static void answer_explain(struct store *store, struct task *task)
{
	if (task->result == STORE_OK)
		task->explained(task->arg, store_payload_explain(store, task), NULL);
	else
		task->explained(task->arg, NULL, task->err.text);
}

static void answer_erase(struct store *store, struct task *task)
{
	if (!task->durable && task->buried)
		tombstones_remove(&store->memory.tombstones, task->mac);
	task->erasure.error = task->result == STORE_OK ? NULL : task->err.text;
	task->done(task->arg, &task->erasure);
}

static void answer_backup(struct task *task)
{
	if (task->result == STORE_OK)
		task->backed_up(task->arg, &task->copy, NULL);
	else
		task->backed_up(task->arg, NULL, task->err.text);
}

/* Queues the rest of work in pieces again, behind all other tasks, so that nothing waits long
 * for it. True when the task is still in use. */
static bool queue_rest(struct store *store, struct task *task)
{
	if (task->result != STORE_OK || !task->more || store->closing)
		return false;
	append_task(store, task);
	return true;
}

static void on_timer_closed(uv_handle_t *handle)
{
	struct store *store = handle->data;
	void (*closed)(void *arg) = store->closed;
	void *arg = store->closed_arg;

	store_free(store);
	if (closed != NULL)
		closed(arg);
}

static void on_idle_closed(uv_handle_t *handle)
{
	struct store *store = handle->data;

	uv_close((uv_handle_t *)&store->gather, on_timer_closed);
}

/* Whether the success of this task shows that the database can be written again. */
static bool task_proves_disk(const struct task *task)
{
	return (task->kind == TASK_PUT && task->count > 0) || task->kind == TASK_ERASE ||
	       task->kind == TASK_TRY || task->kind == TASK_KEEP;
}

/* A copy for a backup may find no room and say nothing of the database. */
static bool task_shows_an_error(const struct task *task)
{
	return task->result != STORE_OK &&
	       (task->kind != TASK_BACKUP || task->result == STORE_DAMAGED);
}

static void answer_task(struct store *store, struct task *task)
{
	if (task_shows_an_error(task)) {
		keep_error(store, &task->err);
	} else if (task_proves_disk(task)) {
		drop_error(store);
	}
	switch (task->kind) {
	case TASK_PUT: answer_put(store, task); break;
	case TASK_EXPLAIN: answer_explain(store, task); break;
	case TASK_SPAN: store_span_answer(store, task); break;
	case TASK_ERASE: answer_erase(store, task); break;
	case TASK_PAGE: store_page_answer(store, task); break;
	case TASK_SERIES:
		if (queue_rest(store, task))
			return;
		store_series_answer(store, task);
		break;
	case TASK_CHOICES:
		store_choices_answer(store, task);
		if (queue_rest(store, task))
			return;
		break;
	case TASK_PRUNE:
	case TASK_ANSWERS:
		if (queue_rest(store, task))
			return;
		break;
	case TASK_REST: task->rested(task->arg); break;
	case TASK_KEEP: task->kept(task->arg, task->result == STORE_OK); break;
	case TASK_BACKUP: answer_backup(task); break;
	case TASK_CLOSE: uv_close((uv_handle_t *)&store->idle, on_idle_closed); break;
	case TASK_NOTE:
	case TASK_ERASED:
	case TASK_TRY:
	case TASK_TOLD:
	case TASK_REBUILD: break;
	}
	task_free(task);
}

/* --- damage --- */

/* Fails all queued tasks, because there is no database; the task that closes the store stays. */
static void fail_waiting(struct store *store, const struct err *err)
{
	struct list waiting;

	list_init(&waiting);
	while (!list_empty(&store->queue)) {
		struct list *node = store->queue.next;

		list_remove(node);
		list_push_back(&waiting, node);
	}
	while (!list_empty(&waiting)) {
		struct task *task = list_first(&waiting, struct task, node);

		list_remove(&task->node);
		if (task->kind == TASK_CLOSE) {
			list_push_back(&store->queue, &task->node);
			continue;
		}
		task->result = STORE_FAILED;
		task->err = *err;
		answer_task(store, task);
	}
}

/* Takes over the results of a rebuild. True when there is a damaged file to be reported. */
static bool adopt_rebuilt_memory(struct store_memory *memory, struct store_memory *rebuilt)
{
	if (rebuilt->damaged_copy == NULL)
		return false;
	free(memory->damaged_copy);
	memory->damaged_copy = rebuilt->damaged_copy;
	rebuilt->damaged_copy = NULL;
	memory->useless_tombstones = rebuilt->useless_tombstones;
	return true;
}

static void end_rebuild(struct store *store, struct task *task)
{
	bool moved = adopt_rebuilt_memory(&store->memory, &task->memory);

	store->damaged = task->result != STORE_OK;
	if (store->damaged) {
		keep_error(store, &task->err);
		fail_waiting(store, &task->err);
	} else {
		drop_error(store);
	}
	task_free(task);
	if (moved && store->callbacks.rebuilt != NULL)
		store->callbacks.rebuilt(store->callbacks.arg, store->memory.damaged_copy,
		                         store->memory.useless_tombstones);
}

static void queue_again(struct store *store, struct task *task)
{
	keep_error(store, &task->err);
	task->retried = true;
	store_rows_free(&task->history);
	store_listed_again(task);
	list_push_front(&store->queue, &task->node);
}

/* --- between loop and worker --- */

static void run_on_worker(uv_work_t *work)
{
	struct store *store = container_of(work, struct store, work);

	uint64_t begin = uv_hrtime();

	task_run(store, store->running);
	store->running->took_ns = uv_hrtime() - begin;
}

/* What is not listed looks something up. */
static enum store_work work_of(enum task_kind kind)
{
	static const enum store_work works[] = {
	        [TASK_PUT] = STORE_WORK_PERSIST,   [TASK_NOTE] = STORE_WORK_PERSIST,
	        [TASK_ERASE] = STORE_WORK_PERSIST, [TASK_ERASED] = STORE_WORK_PERSIST,
	        [TASK_TRY] = STORE_WORK_PERSIST,   [TASK_TOLD] = STORE_WORK_PERSIST,
	        [TASK_PRUNE] = STORE_WORK_UPKEEP,  [TASK_ANSWERS] = STORE_WORK_UPKEEP,
	        [TASK_REST] = STORE_WORK_UPKEEP,   [TASK_REBUILD] = STORE_WORK_UPKEEP,
	        [TASK_CLOSE] = STORE_WORK_UPKEEP,  [TASK_BACKUP] = STORE_WORK_UPKEEP,
	};

	return kind < ARRAY_LEN(works) ? works[kind] : STORE_WORK_READ;
}

static void tell_work(const struct store *store, const struct task *task)
{
	if (store->callbacks.worked != NULL)
		store->callbacks.worked(store->callbacks.arg, work_of(task->kind), task->took_ns);
}

static void on_task_done(uv_work_t *work, int status)
{
	struct store *store = container_of(work, struct store, work);
	struct task *task = store->running;

	store->running = NULL;
	tell_work(store, task);
	if (task->kind == TASK_REBUILD) {
		end_rebuild(store, task);
	} else if (task->result == STORE_DAMAGED) {
		store->damaged = true;
		if (!task->retried)
			queue_again(store, task);
		else
			answer_task(store, task);
	} else {
		answer_task(store, task);
	}
	wake_queue(store);
}

static struct task *take_next_task(struct store *store)
{
	struct task *task = list_first(&store->queue, struct task, node);

	if (!store->damaged || task->kind == TASK_CLOSE) {
		list_remove(&task->node);
		return task;
	}
	task = task_new(&(struct task){.kind = TASK_REBUILD});
	store_memory_copy(&task->memory, &store->memory);
	free(task->memory.damaged_copy);
	task->memory.damaged_copy = NULL;
	return task;
}

static void on_idle(uv_idle_t *idle)
{
	struct store *store = idle->data;

	(void)uv_idle_stop(idle);
	if (!queue_is_ready(store))
		return;
	store->running = take_next_task(store);
	ENSURE(uv_queue_work(store->loop, &store->work, run_on_worker, on_task_done) == 0);
}
