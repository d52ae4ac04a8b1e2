/* What each kind of task does on the worker. While a task runs, the worker owns the database
 * and the task; of the store it reads only what never changes (the backend and the descriptor). */
#include <stdlib.h>
#include <string.h>

#include "daemon/store/deaths.h"
#include "daemon/store/store_inside.h"
#include "daemon/store/store_pieces.h"
#include "daemon/system/disk.h"

struct task *task_new(const struct task *wanted)
{
	struct task *task = xmalloc(sizeof(*task));

	*task = *wanted;
	list_init(&task->node);
	return task;
}

void task_free(struct task *task)
{
	for (size_t i = 0; i < task->count; i++)
		store_record_free(&task->records[i]);
	free(task->records);
	store_rows_free(&task->history);
	store_listed_free(&task->page);
	store_choice_rows_free(&task->choices);
	free(task->points);
	free(task->kept_text);
	if (task->kind == TASK_REBUILD)
		store_memory_free(&task->memory);
	free(task);
}

static enum store_result run_explain(struct store *store, struct task *task)
{
	const struct store_backend *backend = store->backend;

	task->deaths = deaths_count(store->deaths, task->ticket);
	if (task->erased &&
	    backend->erased_at(store->db, task->mac, &task->erased_at, &task->err) != STORE_OK)
		task->erased_at = 0;
	return backend->history(store->db, task->ticket, &task->history, &task->err);
}

/* Erases from the database first; when that succeeded, tries all other places and reports the
 * first failure. */
static enum store_result run_erase(struct store *store, struct task *task)
{
	const struct store_backend *backend = store->backend;
	struct store_erasure *erasure = &task->erasure;
	enum store_result result = backend->erase(store->db, task->ticket, task->mac, task->wall,
	                                          &erasure->records, &task->err);

	if (result != STORE_OK)
		return result;
	task->durable = true;
	result = backend->purge(store->db, &erasure->copies, &task->err);
	int code = deaths_forget(store->deaths, task->ticket);
	if (code < 0 && result == STORE_OK) {
		err_set(&task->err, "the records of its crashes cannot be removed: %s",
		        disk_words(code));
		result = STORE_FAILED;
	}
	return result;
}

/* The list of decisions is pruned after the last record, by tasks of its own. */
static enum store_result prune_records(struct store *store, struct task *task)
{
	enum store_result result = store->backend->prune(store->db, &task->from, task->before,
	                                                 &task->more, &task->err);

	if (result == STORE_OK && !task->more)
		task->records_over = task->more = true;
	return result;
}

static enum store_result run_prune(struct store *store, struct task *task)
{
	const struct store_backend *backend = store->backend;
	enum store_result result = STORE_OK;

	if (task->counts_before > 0)
		result = backend->drop_counts(store->db, task->counts_before, &task->err);
	task->counts_before = 0;
	if (result == STORE_OK && task->records_over)
		result = backend->drop_decisions(store->db, task->before, &task->more, &task->err);
	else if (result == STORE_OK)
		result = prune_records(store, task);
	if (result == STORE_OK && !task->more)
		result = backend->drop_copies(store->db, task->copies_before, &task->err);
	return result;
}

void task_run(struct store *store, struct task *task)
{
	const struct store_backend *backend = store->backend;
	struct store_db *db = store->db;
	struct err *err = &task->err;

	switch (task->kind) {
	case TASK_PUT:
	case TASK_NOTE: task->result = backend->put(db, task->records, task->count, err); break;
	case TASK_EXPLAIN: task->result = run_explain(store, task); break;
	case TASK_SPAN: task->result = backend->span(db, &task->span, &task->history, err); break;
	case TASK_PAGE: task->result = store_page_read(store, task); break;
	case TASK_SERIES: task->result = store_series_read(store, task); break;
	case TASK_CHOICES: task->result = store_choices_read(store, task); break;
	case TASK_ERASE: task->result = run_erase(store, task); break;
	case TASK_ERASED: task->result = backend->erased(db, task->ticket, err); break;
	case TASK_PRUNE: task->result = run_prune(store, task); break;
	case TASK_ANSWERS:
		task->result = backend->drop_answers(db, task->before, &task->more, err);
		break;
	case TASK_KEEP:
		task->result = backend->keep(db, task->kept_name, task->kept_text, err);
		break;
	case TASK_TRY: task->result = backend->try(db, err); break;
	case TASK_REBUILD: task->result = backend->rebuild(db, &task->memory, err); break;
	case TASK_TOLD: task->result = backend->told(db, err); break;
	case TASK_REST: backend->rest(db); break;
	case TASK_CLOSE: backend->close(db); break;
	}
}
