/* Answers with what was recorded in a span of time, unsealed. On the loop's thread, because
 * unsealing is not made for two threads. */
#include <stdlib.h>

#include "daemon/store/store_inside.h"

bool store_span_clear(const struct store *store, struct store_row *row)
{
	struct buf clear;
	struct err why;

	if (!row->sealed)
		return true;
	buf_init(&clear, STORE_EXPLAIN_BYTES);
	bool good = store_payload_open(store, row, &clear, &why) == 0 && !clear.overflow;
	record_free(&row->record);
	if (good)
		row->record.payload = buf_take(&clear, &row->len);
	else
		buf_free(&clear);
	return good;
}

void store_span_answer(struct store *store, struct task *task)
{
	struct store_rows *history = &task->history;
	struct store_events answer = {.more = history->more, .next = history->next};

	if (task->result != STORE_OK) {
		answer = (struct store_events){.next = task->span.after, .error = task->err.text};
		task->spanned(task->arg, &answer);
		return;
	}
	struct store_event *events = xcalloc(history->count + 1, sizeof(*events));
	for (size_t i = 0; i < history->count; i++) {
		struct store_row *row = &history->rows[i];
		bool readable = store_span_clear(store, row);

		events[i] = (struct store_event){.ticket = row->record.ticket,
		                                 .kind = row->record.kind,
		                                 .at = row->wall,
		                                 .alive = row->alive,
		                                 .payload = readable ? row->record.payload : NULL};
	}
	answer.events = events;
	answer.count = history->count;
	task->spanned(task->arg, &answer);
	free(events);
}
