/* What is asked of the store while the loop runs: each call makes a task of it, for the queue. */
#include "daemon/store/store.h"

#include <stdlib.h>

#include "daemon/store/store_inside.h"

#define BATCH_RECORDS_MAX 4096
#define DAY_MS (24 * MSEC_HOUR)

void store_start(struct store *store, uv_loop_t *loop, const struct store_callbacks *callbacks)
{
	ENSURE(!store->started);
	store->started = true;
	store->loop = loop;
	store->callbacks = *callbacks;
	ENSURE(uv_idle_init(loop, &store->idle) == 0);
	store->idle.data = store;
}

static void add_record(struct store *store, struct task *task, struct record *record, msec wall)
{
	if (task->count == task->cap) {
		task->cap = task->cap == 0 ? 16 : 2 * task->cap;
		task->records = xrealloc(task->records, task->cap * sizeof(*task->records));
	}
	struct store_record *added = &task->records[task->count++];
	*added = (struct store_record){.record = *record, .wall = wall};
	record->payload = NULL;
	store_payload_seal(store, added);
}

void store_put(struct store *store, struct record *record, msec wall)
{
	struct task *task = store_queue_last(store, TASK_PUT);

	ENSURE(store->started);
	ENSURE(record->payload != NULL && record->ticket.account != 0);
	if (task == NULL || task->count >= BATCH_RECORDS_MAX) {
		task = task_new(TASK_PUT);
		task->first = record->sequence;
		store_queue_add(store, task);
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
	store_queue_add(store, task);
}

void store_told(struct store *store)
{
	ENSURE(store->started);
	store_queue_add(store, task_new(TASK_TOLD));
}

void store_rest(struct store *store, void (*done)(void *arg), void *arg)
{
	struct task *task = task_new(TASK_REST);

	ENSURE(store->started);
	task->rested = done;
	task->arg = arg;
	store_queue_add(store, task);
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
	store_queue_add(store, task);
}

void store_erased(struct store *store, struct ticket_key ticket)
{
	struct task *task = task_new(TASK_ERASED);

	ENSURE(store->started);
	task->ticket = ticket;
	store_queue_add(store, task);
}

void store_try(struct store *store)
{
	ENSURE(store->started);
	store_queue_add(store, task_new(TASK_TRY));
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
	task->copies_before = wall - STORE_COPIES_KEPT_DAYS * DAY_MS;
	store_queue_add(store, task);
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
	store_queue_add(store, task_new(TASK_CLOSE));
	store->closing = true;
}
