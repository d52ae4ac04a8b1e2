/* The calls that are made while the loop runs: each of them queues a task. */
#include "daemon/store/store.h"

#include <stdlib.h>

#include "daemon/store/store_queue.h"

#define BATCH_RECORDS_MAX 4096
#define DAY_MS (24 * MSEC_HOUR)

void store_start(struct store *store, uv_loop_t *loop, const struct store_callbacks *callbacks)
{
	ENSURE(!store->started);
	store->started = true;
	store->loop = loop;
	store->callbacks = *callbacks;
	ENSURE(uv_idle_init(loop, &store->idle) == 0);
	ENSURE(uv_timer_init(loop, &store->gather) == 0);
	store->idle.data = store->gather.data = store;
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
	record->listed = NULL;
	store_payload_seal(store, added);
}

void store_put(struct store *store, struct record *record, msec wall)
{
	struct task *task = store_queue_last(store, TASK_PUT);

	ENSURE(record->payload != NULL && record->ticket.account != 0);
	if (task == NULL || task->count >= BATCH_RECORDS_MAX)
		task = store_queue_gather(store, record->sequence);
	task->upto = record->sequence;
	if (store_is_erased(store, record->ticket))
		record_free(record);
	else
		add_record(store, task, record, wall);
	store_queue_gathered(store, task);
}

void store_note(struct store *store, struct record *records, size_t count, msec wall)
{
	struct task *task = store_queue_add(store, &(struct task){.kind = TASK_NOTE});

	for (size_t i = 0; i < count; i++)
		if (store_is_erased(store, records[i].ticket))
			record_free(&records[i]);
		else
			add_record(store, task, &records[i], wall);
}

void store_explain(struct store *store, struct ticket_key ticket,
                   void (*done)(void *arg, char *json, const char *error), void *arg)
{
	struct task task = {.kind = TASK_EXPLAIN,
	                    .ticket = ticket,
	                    .erased = store_is_erased(store, ticket),
	                    .explained = done,
	                    .arg = arg};

	tombstones_mac(&store->memory.tombstones, ticket, task.mac);
	store_queue_add(store, &task);
}

void store_history(struct store *store, const struct store_span *span,
                   void (*done)(void *arg, const struct store_events *events), void *arg)
{
	struct task task = {.kind = TASK_SPAN, .span = *span, .spanned = done, .arg = arg};

	ENSURE(span->limit <= STORE_SPAN_EVENTS);
	if (task.span.limit == 0)
		task.span.limit = STORE_SPAN_EVENTS;
	store_queue_add(store, &task);
}

void store_told(struct store *store)
{
	store_queue_add(store, &(struct task){.kind = TASK_TOLD});
}

void store_rest(struct store *store, void (*done)(void *arg), void *arg)
{
	store_queue_add(store, &(struct task){.kind = TASK_REST, .rested = done, .arg = arg});
}

void store_erase(struct store *store, struct ticket_key ticket, msec wall,
                 void (*done)(void *arg, const struct store_erasure *erasure), void *arg)
{
	struct task task = {
	        .kind = TASK_ERASE, .ticket = ticket, .wall = wall, .done = done, .arg = arg};

	tombstones_mac(&store->memory.tombstones, ticket, task.mac);
	task.buried = tombstones_add(&store->memory.tombstones, task.mac);
	store_queue_add(store, &task);
}

void store_erased(struct store *store, struct ticket_key ticket)
{
	store_queue_add(store, &(struct task){.kind = TASK_ERASED, .ticket = ticket});
}

void store_try(struct store *store)
{
	store_queue_add(store, &(struct task){.kind = TASK_TRY});
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
	store_queue_add(
	        store,
	        &(struct task){.kind = TASK_PRUNE,
	                       .from = INT64_MIN,
	                       .before = wall - days * DAY_MS,
	                       .counts_before = statistics_days_ago(wall, STATISTICS_KEPT_DAYS),
	                       .copies_before = wall - STORE_COPIES_KEPT_DAYS * DAY_MS});
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
	store_queue_add(store, &(struct task){.kind = TASK_CLOSE});
	store->closing = true;
}
