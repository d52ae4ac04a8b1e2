/* What a task does on the worker. While it runs the database and the task are the worker's alone, and nothing else of the store is
 * touched but what never changes (path and descriptors). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/store/deaths.h"
#include "daemon/store/sqlite/store_file.h"
#include "daemon/store/store_inside.h"

struct task *task_new(enum task_kind kind)
{
	struct task *task = xcalloc(1, sizeof(*task));

	list_init(&task->node);
	task->kind = kind;
	return task;
}

void task_free(struct task *task)
{
	for (size_t i = 0; i < task->count; i++)
		db_record_free(&task->records[i]);
	free(task->records);
	db_history_free(&task->history);
	if (task->kind == TASK_REBUILD)
		store_memory_free(&task->memory);
	free(task);
}

static enum db_result explain(struct store *store, struct task *task)
{
	task->deaths = deaths_count(store->deaths, task->ticket);
	if (task->erased && store_db_erased_at(&store->db, task->mac, &task->erased_at, &task->err) != DB_OK)
		task->erased_at = 0;
	return store_db_history(&store->db, task->ticket, &task->history, &task->err);
}

/* The database first; when that succeeded the rest is tried to the end, and the first failure told. */
static enum db_result erase(struct store *store, struct task *task)
{
	struct store_erasure *erasure = &task->erasure;
	struct err err;
	enum db_result result =
	        store_db_erase(&store->db, task->ticket, task->mac, task->wall, &erasure->records, &task->err);

	if (result != DB_OK)
		return result;
	task->durable = true;
	result = store_db_empty_log(&store->db, &task->err);
	if (store_file_remove_copies(store->path, &erasure->copies, &err) < 0 && result == DB_OK) {
		task->err = err;
		result = DB_FAILED;
	}
	if (deaths_forget(store->deaths, task->ticket) < 0 && result == DB_OK) {
		err_set(&task->err, "its marks of death cannot be removed: %s", strerror(errno));
		result = DB_FAILED;
	}
	return result;
}

static enum db_result erased(struct store_db *db, struct task *task)
{
	enum db_result result = store_db_erased(db, task->ticket, &task->err);

	return result == DB_OK ? store_db_empty_log(db, &task->err) : result;
}

static enum db_result prune(struct store_db *db, struct task *task)
{
	enum db_result result = DB_OK;

	if (task->counts_before > 0)
		result = store_db_drop_counts(db, task->counts_before, &task->err);
	task->counts_before = 0;
	return result == DB_OK ? store_db_prune(db, &task->from, task->before, &task->more, &task->err) : result;
}

void task_run(struct store *store, struct task *task)
{
	struct store_db *db = &store->db;
	struct err *err = &task->err;

	switch (task->kind) {
	case TASK_PUT: task->result = store_db_put(db, task->records, task->count, err); break;
	case TASK_EXPLAIN: task->result = explain(store, task); break;
	case TASK_ERASE: task->result = erase(store, task); break;
	case TASK_ERASED: task->result = erased(db, task); break;
	case TASK_PRUNE: task->result = prune(db, task); break;
	case TASK_TRY: task->result = store_db_try(db, err); break;
	case TASK_REBUILD: task->result = store_db_rebuild(db, store->path, &task->memory, err); break;
	case TASK_TOLD: task->result = store_db_told(db, err); break;
	case TASK_REST: store_db_rest(db); break;
	case TASK_CLOSE: store_db_close(db); break;
	}
}
