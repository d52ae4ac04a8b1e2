/* Reads pages of the list of decisions and series on the worker, and answers with them on the loop,
 * where sealed reasons are opened. */
#include "daemon/store/store_listed.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/store/store_pieces.h"

#define REASON_BYTES_MAX 4096

/* --- pages --- */

enum store_result store_page_read(struct store *store, struct task *task)
{
	store_listed_free(&task->page);
	store_listed_init(&task->page);
	return store->backend->decisions(store->db, &task->filter, &task->page, &task->err);
}

/* A reason that cannot be opened is left out. */
static void open_reason(const struct store *store, const struct store_listed *page, size_t at)
{
	struct store_listed_row *row = &page->rows[at];
	struct buf clear;

	buf_init(&clear, REASON_BYTES_MAX);
	if (store_reason_open(store, row->ticket, str_make(page->sealed[at], page->sealed_len[at]),
	                      &clear) == 0)
		listed_set_reason(&row->listed, buf_str(&clear));
	buf_free(&clear);
}

void store_page_answer(struct store *store, struct task *task)
{
	struct store_listed *page = &task->page;
	struct store_listed_page answer = {.next = task->filter.after, .error = task->err.text};

	store->pages_waiting--;
	if (task->result == STORE_OK) {
		for (size_t i = 0; i < page->count; i++)
			if (page->sealed[i] != NULL)
				open_reason(store, page, i);
		answer = (struct store_listed_page){.rows = page->rows,
		                                    .count = page->count,
		                                    .more = page->more,
		                                    .next = page->next};
	}
	task->paged(task->arg, &answer);
}

/* --- series --- */

/* Quarters that are read in one piece, so that it takes the worker some milliseconds. */
#define QUARTERS_A_PIECE 2880

static void add_quarter(void *arg, int64_t quarter, const struct counts *counts)
{
	struct task *task = arg;
	msec at = quarter * STATISTICS_QUARTER, begin;
	struct store_point *last =
	        task->point_count > 0 ? &task->points[task->point_count - 1] : NULL;

	if (at < task->from || at >= task->before)
		return;
	begin = at - (at - task->from) % task->step;
	/* Only a damaged index leads back; there is room for each step once. */
	if (last != NULL && begin < last->at)
		return;
	if (last == NULL || last->at != begin) {
		last = &task->points[task->point_count++];
		last->at = begin;
	}
	counts_add(&last->counts, counts);
}

enum store_result store_series_read(struct store *store, struct task *task)
{
	int64_t end = statistics_quarter(task->before), first = task->quarter,
	        next = end - first > QUARTERS_A_PIECE ? first + QUARTERS_A_PIECE : end;
	enum store_result result = STORE_OK;

	if (next > first)
		result = store->backend->counts(store->db, first, next - 1, add_quarter, task,
		                                &task->err);
	task->more = next < end;
	task->quarter = next;
	return result;
}

void store_listed_again(struct task *task)
{
	if (task->points != NULL)
		memset(task->points, 0, (task->point_count + 1) * sizeof(*task->points));
	task->point_count = 0;
	task->quarter = statistics_quarter(task->from);
	store_choice_rows_free(&task->choices);
}

void store_series_answer(struct store *store, struct task *task)
{
	struct store_points answer = {.points = task->points, .count = task->point_count};

	store->pages_waiting--;
	if (task->result != STORE_OK)
		answer = (struct store_points){.error = task->err.text};
	task->series_done(task->arg, &answer);
}

/* --- choices --- */

enum store_result store_choices_read(struct store *store, struct task *task)
{
	if (task->choices.rows == NULL)
		store_choice_rows_init(&task->choices);
	enum store_result result = store->backend->choices(store->db, task->from, task->before,
	                                                   &task->choices, &task->err);

	task->more = task->choices.more;
	return result;
}

void store_choices_answer(struct store *store, struct task *task)
{
	struct store_choice_rows *rows = &task->choices;
	struct store_chosen answer = {.error = task->err.text};

	task->more = task->result == STORE_OK && task->more && !store->closing;
	store->pages_waiting -= !task->more;
	if (task->result != STORE_OK) {
		task->choices_done(task->arg, &answer);
		return;
	}
	for (size_t i = 0; i < rows->count; i++) {
		struct store_row *row = &rows->rows[i];

		rows->facts[i].payload = store_span_clear(store, row) ? row->record.payload : NULL;
	}
	answer = (struct store_chosen){
	        .choices = rows->facts, .count = rows->count, .more = task->more};
	task->choices_done(task->arg, &answer);
	store_choice_rows_clear(rows);
}
