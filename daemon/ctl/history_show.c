/* The history as a table of columns that are as wide as what they hold, the counts, and what to ask
 * next. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/ctl/past.h"
#include "daemon/ctl/print.h"
#include "daemon/ctl/when.h"

#define COLUMNS 7
#define CELL_MAX 2048

struct cells {
	char *text[COLUMNS];
};

/* Terminal columns of a text: one for each character. */
static size_t width_of(const char *text)
{
	size_t width = 0;

	for (; *text != '\0'; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static char *text_or_dash(struct str text)
{
	struct buf out;

	buf_init(&out, CELL_MAX);
	if (text.len == 0)
		buf_putc(&out, '-');
	else
		print_add_text(&out, text);
	return buf_take(&out, NULL);
}

static char *priority_cell(const struct json *row)
{
	struct str before = json_str_at(row, "priority_before"),
	           after = json_str_at(row, "priority_after");
	struct buf out;

	buf_init(&out, CELL_MAX);
	if (after.len == 0 || str_eq(before, after)) {
		buf_putc(&out, '-');
	} else {
		print_add_text(&out, before.len > 0 ? before : STR("none"));
		buf_puts(&out, " → ");
		print_add_text(&out, after);
	}
	return buf_take(&out, NULL);
}

/* What happened since: only the records know, nobody is asked. */
static char *since_cell(const struct json *row, int64_t now)
{
	struct str since = json_str_at(row, "since"), reason = json_str_at(row, "since_reason"),
	           own = json_str_at(row, "reason");
	char at[WHEN_SIZE] = "";
	int64_t wall;
	struct buf out;

	buf_init(&out, CELL_MAX);
	if (json_int_at(row, "since_at", &wall))
		when_format(wall, now, at);
	if (str_eq(since, STR("undone")))
		buf_printf(&out, "undone %s", at);
	else if (str_eq(since, STR("untagged")))
		buf_printf(&out, "our tag was removed by someone, seen %s", at);
	else if (str_eq(since, STR("done")))
		buf_printf(&out, "done %s", at);
	else if (str_eq(since, STR("agent"))) {
		buf_puts(&out, "agent set ");
		print_add_text(&out, reason);
		buf_printf(&out, " %s", at);
	} else if (since.len > 0)
		buf_printf(&out, "tried again %s", at);
	if (str_eq(since, STR("failed")) || str_eq(since, STR("skipped"))) {
		buf_puts(&out, " (");
		print_add_text(&out, reason);
		buf_putc(&out, ')');
	}
	if (since.len == 0)
		print_add_text(&out, own.len > 0 ? own : STR("no change known"));
	return buf_take(&out, NULL);
}

static struct cells cells_of(const struct json *row, bool undone, int64_t now)
{
	char at[WHEN_SIZE] = "";
	int64_t wall = 0, id = 0;

	(void)json_int_at(row, "at", &wall);
	(void)json_int_at(row, "ticket_id", &id);
	when_format(wall, now, at);
	return (struct cells){{xstrdup(at), xasprintf("%lld", (long long)id),
	                       text_or_dash(json_str_at(row, "result")),
	                       text_or_dash(json_str_at(row, undone ? "tags_removed" : "labels")),
	                       priority_cell(row), text_or_dash(json_str_at(row, "by")),
	                       since_cell(row, now)}};
}

static void add_cells(struct buf *out, const char *const text[COLUMNS],
                      const size_t widths[COLUMNS])
{
	for (size_t i = 0; i < COLUMNS; i++) {
		buf_puts(out, text[i]);
		for (size_t pad = width_of(text[i]); i + 1 < COLUMNS && pad < widths[i] + 2; pad++)
			buf_putc(out, ' ');
	}
	buf_putc(out, '\n');
}

static void add_table(struct buf *out, const struct json *rows, bool undone, int64_t now)
{
	const char *head[COLUMNS] = {"TIME",
	                             "TICKET",
	                             "RESULT",
	                             undone ? "TAGS TAKEN OFF" : "LABELS",
	                             "PRIORITY",
	                             "BY",
	                             undone ? "NOTE" : "SINCE THEN"};
	size_t count = json_item_count(rows), widths[COLUMNS];
	struct cells *all = xcalloc(count + 1, sizeof(*all));

	for (size_t i = 0; i < COLUMNS; i++)
		widths[i] = width_of(head[i]);
	for (struct json_each row = json_items(rows); json_next(&row);) {
		struct cells *cells = &all[row.index];

		*cells = cells_of(row.value, undone, now);
		for (size_t i = 0; i < COLUMNS; i++)
			if (width_of(cells->text[i]) > widths[i])
				widths[i] = width_of(cells->text[i]);
	}
	add_cells(out, head, widths);
	for (size_t row = 0; row < count; row++) {
		const char *text[COLUMNS];

		for (size_t i = 0; i < COLUMNS; i++)
			text[i] = all[row].text[i];
		add_cells(out, text, widths);
		for (size_t i = 0; i < COLUMNS; i++)
			free(all[row].text[i]);
	}
	free(all);
}

static void add_count_of(struct buf *out, const struct json *tree, const char *member,
                         const char *word, bool *first)
{
	int64_t number = 0;

	if (!json_int_at(tree, member, &number) || number == 0)
		return;
	buf_puts(out, *first ? ": " : ", ");
	buf_add_count(out, (uint64_t)number);
	buf_printf(out, " %s", word);
	*first = false;
}

static const char *span_words(const struct past_call *call)
{
	return call->since < 0 || strcmp(call->since_text, "today") == 0 ? " today" : NULL;
}

void history_show(struct buf *out, const struct json *tree, const struct past_call *call,
                  int64_t now)
{
	const struct json *rows = json_at(tree, "rows");
	const char *span = span_words(call);
	int64_t total = 0, id = 0;
	bool first = true;

	(void)json_int_at(tree, "total", &total);
	if (total == 0) {
		buf_printf(out, "Nothing was %s%s%s.\n", call->undone ? "undone" : "done",
		           span != NULL ? span : " since ", span != NULL ? "" : call->since_text);
		return;
	}
	add_table(out, rows, call->undone, now);
	buf_printf(out, "%zu of ", json_item_count(rows));
	buf_add_count(out, (uint64_t)total);
	if (span != NULL)
		buf_puts(out, span);
	else
		buf_printf(out, " since %s", call->since_text);
	add_count_of(out, tree, "taken_back", "undone", &first);
	add_count_of(out, tree, "done", "done", &first);
	add_count_of(out, tree, "failed", "failed", &first);
	add_count_of(out, tree, "skipped", "skipped", &first);
	add_count_of(out, tree, "left_alone", "left alone", &first);
	add_count_of(out, tree, "nothing_to_do", "with nothing to undo", &first);
	if (json_int_at(json_item(rows, 0), "ticket_id", &id))
		buf_printf(out, ". Why one was decided so: ai-ticketctl explain %lld",
		           (long long)id);
	buf_putc(out, '\n');
}
