/* The queue between the loop and the worker. The happy path: store_put() adds to the last task of the queue and arms the idle handle;
 * in the next turn of the loop the oldest task goes to a worker; its end is answered on the loop, and the next one goes. A task under
 * which the database proves damaged is done once more after a rebuild. */
#include "daemon/store/store.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/store/store_inside.h"

#define BATCH_RECORDS_MAX 4096
#define DAY_MS (24 * MSEC_HOUR)

static void on_idle(uv_idle_t *idle);

/* An active idle handle also keeps the loop from sleeping. */
static void wake(struct store *store)
{
	if (store->started && store->running == NULL && !list_empty(&store->queue))
		(void)uv_idle_start(&store->idle, on_idle);
}

static void enqueue(struct store *store, struct task *task)
{
	ENSURE(!store->closing);
	list_push_back(&store->queue, &task->node);
	wake(store);
}

static struct task *last_of_kind(struct store *store, enum task_kind kind)
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

/* --- answers, on the loop --- */

static void tell_counts(const struct store *store, const struct task *task)
{
	if (store->callbacks.counted == NULL)
		return;
	for (size_t i = 0; i < task->count; i++) {
		const struct db_record *item = &task->records[i];

		if (counts_any(&item->record.counts))
			store->callbacks.counted(store->callbacks.arg, statistics_quarter(item->wall),
			                         &item->record.counts);
	}
}

/* Those put after the lost ones are lost with them. */
static void answer_put(struct store *store, struct task *task)
{
	if (task->result == DB_OK) {
		tell_counts(store, task);
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
	if (task->result == DB_OK)
		task->explained(task->arg, payload_explain(store, task), NULL);
	else
		task->explained(task->arg, NULL, task->err.text);
}

static void answer_erase(struct store *store, struct task *task)
{
	if (!task->durable && task->buried)
		tombstones_remove(&store->memory.tombstones, task->mac);
	task->erasure.error = task->result == DB_OK ? NULL : task->err.text;
	task->done(task->arg, &task->erasure);
}

/* The rest goes to the end of the queue, behind what came meanwhile. True when it lives on. */
static bool answer_prune(struct store *store, struct task *task)
{
	if (task->result != DB_OK || !task->more || store->closing)
		return false;
	enqueue(store, task);
	return true;
}

static void on_closed(uv_handle_t *handle)
{
	struct store *store = handle->data;
	void (*closed)(void *arg) = store->closed;
	void *arg = store->closed_arg;

	store_free(store);
	if (closed != NULL)
		closed(arg);
}

/* Something was written: the disk takes it again. */
static bool shows_that_it_works(const struct task *task)
{
	return (task->kind == TASK_PUT && task->count > 0) || task->kind == TASK_ERASE || task->kind == TASK_TRY;
}

static void answer(struct store *store, struct task *task)
{
	if (task->result != DB_OK) {
		keep_error(store, &task->err);
	} else if (shows_that_it_works(task)) {
		drop_error(store);
	}
	switch (task->kind) {
	case TASK_PUT: answer_put(store, task); break;
	case TASK_EXPLAIN: answer_explain(store, task); break;
	case TASK_ERASE: answer_erase(store, task); break;
	case TASK_PRUNE:
		if (answer_prune(store, task))
			return;
		break;
	case TASK_REST: task->rested(task->arg); break;
	case TASK_CLOSE: uv_close((uv_handle_t *)&store->idle, on_closed); break;
	case TASK_ERASED:
	case TASK_TRY:
	case TASK_TOLD:
	case TASK_REBUILD: break;
	}
	task_free(task);
}

/* --- damage --- */

/* Without a database nothing that waits can be done. */
static void fail_all(struct store *store, const struct err *err)
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
		task->result = DB_FAILED;
		task->err = *err;
		answer(store, task);
	}
}

/* True when a damaged file was put aside. */
static bool take_over(struct store_memory *memory, struct store_memory *rebuilt)
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
	bool moved = take_over(&store->memory, &task->memory);

	store->damaged = task->result != DB_OK;
	if (store->damaged) {
		keep_error(store, &task->err);
		fail_all(store, &task->err);
	} else {
		drop_error(store);
	}
	task_free(task);
	if (moved && store->callbacks.rebuilt != NULL)
		store->callbacks.rebuilt(store->callbacks.arg, store->memory.damaged_copy,
		                         store->memory.useless_tombstones);
}

static void do_again(struct store *store, struct task *task)
{
	keep_error(store, &task->err);
	task->retried = true;
	db_history_free(&task->history);
	list_push_front(&store->queue, &task->node);
}

/* --- between loop and worker --- */

static void on_worker(uv_work_t *work)
{
	struct store *store = container_of(work, struct store, work);

	task_run(store, store->running);
}

static void on_done(uv_work_t *work, int status)
{
	struct store *store = container_of(work, struct store, work);
	struct task *task = store->running;

	store->running = NULL;
	if (task->kind == TASK_REBUILD) {
		end_rebuild(store, task);
	} else if (task->result == DB_DAMAGED) {
		store->damaged = true;
		if (!task->retried)
			do_again(store, task);
		else
			answer(store, task);
	} else {
		answer(store, task);
	}
	wake(store);
}

static struct task *next_task(struct store *store)
{
	struct task *task = list_first(&store->queue, struct task, node);

	if (!store->damaged || task->kind == TASK_CLOSE) {
		list_remove(&task->node);
		return task;
	}
	task = task_new(TASK_REBUILD);
	store_memory_copy(&task->memory, &store->memory);
	free(task->memory.damaged_copy);
	task->memory.damaged_copy = NULL;
	return task;
}

static void on_idle(uv_idle_t *idle)
{
	struct store *store = idle->data;

	(void)uv_idle_stop(idle);
	if (store->running != NULL || list_empty(&store->queue))
		return;
	store->running = next_task(store);
	ENSURE(uv_queue_work(store->loop, &store->work, on_worker, on_done) == 0);
}

void store_start(struct store *store, uv_loop_t *loop, const struct store_callbacks *callbacks)
{
	ENSURE(!store->started);
	store->started = true;
	store->loop = loop;
	store->callbacks = *callbacks;
	ENSURE(uv_idle_init(loop, &store->idle) == 0);
	store->idle.data = store;
}

/* --- what is asked for --- */

static void add_record(struct store *store, struct task *task, struct record *record, msec wall)
{
	struct db_record *added;

	if (task->count == task->cap) {
		task->cap = task->cap == 0 ? 16 : 2 * task->cap;
		task->records = xrealloc(task->records, task->cap * sizeof(*task->records));
	}
	added = &task->records[task->count++];
	*added = (struct db_record){.record = *record, .wall = wall};
	record->payload = NULL;
	payload_seal(store, added);
}

void store_put(struct store *store, struct record *record, msec wall)
{
	struct task *task = last_of_kind(store, TASK_PUT);

	ENSURE(store->started);
	ENSURE(record->payload != NULL);
	if (task == NULL || task->count >= BATCH_RECORDS_MAX) {
		task = task_new(TASK_PUT);
		task->first = record->sequence;
		enqueue(store, task);
	}
	task->upto = record->sequence;
	if (store_is_erased(store, record->ticket))
		record_free(record);
	else
		add_record(store, task, record, wall);
}

void store_explain(struct store *store, struct ticket_key ticket,
                   void (*done)(void *arg, char *json, const char *error), void *arg)
{
	struct task *task = task_new(TASK_EXPLAIN);

	ENSURE(store->started);
	task->ticket = ticket;
	task->erased = store_is_erased(store, ticket);
	tombstones_mac(&store->memory.tombstones, ticket, task->mac);
	task->explained = done;
	task->arg = arg;
	enqueue(store, task);
}

void store_told(struct store *store)
{
	ENSURE(store->started);
	enqueue(store, task_new(TASK_TOLD));
}

void store_rest(struct store *store, void (*done)(void *arg), void *arg)
{
	struct task *task = task_new(TASK_REST);

	ENSURE(store->started);
	task->rested = done;
	task->arg = arg;
	enqueue(store, task);
}

void store_erase(struct store *store, struct ticket_key ticket, msec wall,
                 void (*done)(void *arg, const struct store_erasure *erasure), void *arg)
{
	struct task *task = task_new(TASK_ERASE);

	ENSURE(store->started);
	task->ticket = ticket;
	task->wall = wall;
	task->done = done;
	task->arg = arg;
	tombstones_mac(&store->memory.tombstones, ticket, task->mac);
	task->buried = tombstones_add(&store->memory.tombstones, task->mac);
	enqueue(store, task);
}

void store_erased(struct store *store, struct ticket_key ticket)
{
	struct task *task = task_new(TASK_ERASED);

	ENSURE(store->started);
	task->ticket = ticket;
	enqueue(store, task);
}

void store_try(struct store *store)
{
	ENSURE(store->started);
	enqueue(store, task_new(TASK_TRY));
}

const struct tombstones *store_tombstones(const struct store *store)
{
	return &store->memory.tombstones;
}

bool store_is_erased(const struct store *store, struct ticket_key ticket)
{
	return tombstones_have(&store->memory.tombstones, ticket);
}

void store_prune(struct store *store, int days, msec wall)
{
	struct task *task = task_new(TASK_PRUNE);

	ENSURE(store->started);
	task->from = INT64_MIN;
	task->before = wall - days * DAY_MS;
	task->counts_before = statistics_days_ago(wall, STATISTICS_KEPT_DAYS);
	enqueue(store, task);
}

const char *store_error(const struct store *store)
{
	return store->error;
}

void store_close(struct store *store, void (*closed)(void *arg), void *arg)
{
	if (!store->started) {
		store_free(store);
		if (closed != NULL)
			closed(arg);
		return;
	}
	store->closed = closed;
	store->closed_arg = arg;
	enqueue(store, task_new(TASK_CLOSE));
	store->closing = true;
}
