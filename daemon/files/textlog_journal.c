/* Translates an event of the log to fields of the journal. */
#include "daemon/files/textlog_journal.h"

#include <stdio.h>
#include <string.h>

#define FIELDS_MAX 5

struct fields {
	struct journal_field list[FIELDS_MAX];
	size_t count;
};

static void add_field(struct fields *fields, const char *name, struct str value)
{
	if (value.len > 0)
		fields->list[fields->count++] = (struct journal_field){name, value};
}

/* Message ids exist for the events that operators search for or attach actions to. */
static struct str message_id(const char *name)
{
	if (strcmp(name, "reloaded") == 0)
		return STR(JOURNAL_ID_RELOADED);
	if (strcmp(name, "reload_refused") == 0)
		return STR(JOURNAL_ID_RELOAD_REFUSED);
	return strcmp(name, "alert") == 0 ? STR(JOURNAL_ID_ALERT) : (struct str){0};
}

static void send_line(void *arg, enum log_level level, struct str text,
                      const struct textlog_event *event)
{
	struct fields fields = {.count = 0};
	char ticket[24] = "";

	if (event != NULL) {
		if (event->ticket_id != 0)
			snprintf(ticket, sizeof(ticket), "%llu",
			         (unsigned long long)event->ticket_id);
		if (event->name != NULL)
			add_field(&fields, JOURNAL_MESSAGE_ID, message_id(event->name));
		add_field(&fields, JOURNAL_EVENT, str_of(event->name));
		add_field(&fields, JOURNAL_TICKET, str_of(ticket));
		add_field(&fields, JOURNAL_STATUS, str_of(event->status));
		add_field(&fields, JOURNAL_ERROR, event->error);
	}
	journal_send(arg, level, text, fields.list, fields.count);
}

void textlog_to_journal(struct textlog *log, struct journal *journal)
{
	textlog_use_journal(log, send_line, journal);
}

struct journal *textlog_join_journal(struct textlog *log, uv_loop_t *loop)
{
	struct err err;

	if (!journal_is_stderr())
		return NULL;
	struct journal *journal = journal_open(loop, JOURNAL_SOCKET, &err);
	if (journal != NULL)
		textlog_to_journal(log, journal);
	else
		textlog_printf(log, LEVEL_WARNING,
		               "log lines go to stderr without journal fields: %s", err.text);
	return journal;
}
