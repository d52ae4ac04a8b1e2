/* On Windows the event log is what the journal is elsewhere: a service has no stderr, and there an
 * administrator looks. It gets warnings, errors, and what has an identifier of its own (reloads,
 * alerts); the text log has all lines.
 *
 * ReportEvent() waits for another process, so a worker calls it: one at a time, in order, with a
 * queue that is limited. */
#include "daemon/system/systemd_journal.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "daemon/system/windows/service_run.h"
#include "daemon/system/windows/wide.h"

#define SOURCE L"ai-ticketd"
#define QUEUE_MAX 1000
/* What stands for the text: the message "%1" of the file that `install` registers. */
#define EVENT_ID 1

struct record {
	struct list node;
	WORD type;
	wchar_t *text;
};

struct journal {
	uv_loop_t *loop;
	HANDLE source;
	struct list queue;
	size_t queued;
	uv_work_t work;
	struct record *sending; /* NULL = no worker is at it */
	bool closing;
	uint64_t dropped;
};

bool journal_is_stderr(void)
{
	return service_is_run();
}

struct journal *journal_open(uv_loop_t *loop, const char *path, struct err *err)
{
	HANDLE source = RegisterEventSourceW(NULL, SOURCE);

	if (source == NULL) {
		err_set(err, "the event log: %s",
		        uv_strerror(uv_translate_sys_error((int)GetLastError())));
		return NULL;
	}
	struct journal *journal = xcalloc(1, sizeof(*journal));
	*journal = (struct journal){.loop = loop, .source = source};
	list_init(&journal->queue);
	return journal;
}

static void free_record(struct record *record)
{
	free(record->text);
	free(record);
}

static void free_journal(struct journal *journal)
{
	struct record *record;

	while ((record = list_first(&journal->queue, struct record, node)) != NULL) {
		list_remove(&record->node);
		free_record(record);
	}
	(void)DeregisterEventSource(journal->source);
	free(journal);
}

static void report_on_worker(uv_work_t *work)
{
	struct journal *journal = container_of(work, struct journal, work);
	const wchar_t *text = journal->sending->text;

	(void)ReportEventW(journal->source, journal->sending->type, 0, EVENT_ID, NULL, 1, 0, &text,
	                   NULL);
}

static void on_reported(uv_work_t *work, int status);

static void send_next(struct journal *journal)
{
	if (journal->sending != NULL)
		return;
	journal->sending = list_first(&journal->queue, struct record, node);
	if (journal->sending == NULL) {
		if (journal->closing)
			free_journal(journal);
		return;
	}
	list_remove(&journal->sending->node);
	journal->queued--;
	ENSURE(uv_queue_work(journal->loop, &journal->work, report_on_worker, on_reported) == 0);
}

static void on_reported(uv_work_t *work, int status)
{
	struct journal *journal = container_of(work, struct journal, work);

	free_record(journal->sending);
	journal->sending = NULL;
	send_next(journal);
}

static bool is_worth_it(enum log_level level, const struct journal_field *fields,
                        size_t field_count)
{
	for (size_t i = 0; i < field_count; i++)
		if (strcmp(fields[i].name, JOURNAL_MESSAGE_ID) == 0)
			return true;
	return level >= LEVEL_WARNING;
}

static WORD type_of(enum log_level level)
{
	if (level == LEVEL_ERROR)
		return EVENTLOG_ERROR_TYPE;
	return level == LEVEL_WARNING ? EVENTLOG_WARNING_TYPE : EVENTLOG_INFORMATION_TYPE;
}

void journal_send(struct journal *journal, enum log_level level, struct str text,
                  const struct journal_field *fields, size_t field_count)
{
	if (!is_worth_it(level, fields, field_count))
		return;
	if (journal->queued == QUEUE_MAX) {
		journal->dropped++;
		return;
	}
	char *line = xmemdup0(text.data, text.len);
	struct record *record = xcalloc(1, sizeof(*record));
	*record = (struct record){.type = type_of(level), .text = wide_of(line)};
	free(line);
	list_push_back(&journal->queue, &record->node);
	journal->queued++;
	send_next(journal);
}

void journal_close(struct journal *journal)
{
	journal->closing = true;
	send_next(journal);
}

uint64_t journal_dropped(const struct journal *journal)
{
	return journal != NULL ? journal->dropped : 0;
}
