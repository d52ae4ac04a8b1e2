/* What an undo would do, and what it did: numbers first, ticket numbers at the end of a line, the
 * next command at the bottom. */
#include <string.h>

#include "daemon/ctl/past.h"
#include "daemon/ctl/print.h"

#define IDS_SHOWN 20

static uint64_t count_at(const struct json *tree, const char *key)
{
	int64_t number = 0;

	return json_int_at(tree, key, &number) && number > 0 ? (uint64_t)number : 0;
}

static void add_some_ids(struct buf *out, const struct json *ids)
{
	size_t count = json_item_count(ids);

	for (size_t i = 0; i < count && i < IDS_SHOWN; i++)
		buf_printf(out, " %lld", (long long)json_int_value(json_item(ids, i)));
	if (count > IDS_SHOWN)
		buf_puts(out, " …");
}

static void add_left(struct buf *out, const struct json *tree)
{
	const struct json *left = json_at(tree, "left");

	for (struct json_each each = json_items(left); json_next(&each);) {
		const struct json *group = each.value;

		buf_printf(out, "  %5llu  ", (unsigned long long)count_at(group, "count"));
		struct str what = json_str_at(group, "what");
		print_add_text(out, what);
		for (size_t pad = what.len; pad < 16; pad++)
			buf_putc(out, ' ');
		print_add_text(out, json_str_at(group, "why"));
		buf_putc(out, ':');
		add_some_ids(out, json_at(group, "tickets"));
		buf_putc(out, '\n');
	}
}

static void add_count_line(struct buf *out, uint64_t count, const char *what)
{
	if (count > 0)
		buf_printf(out, "  %5llu  %s\n", (unsigned long long)count, what);
}

static void add_subject(struct buf *out, const struct json *tree, const struct past_call *call)
{
	buf_add_count(out, count_at(tree, "asked"));
	buf_puts(out, count_at(tree, "asked") == 1 ? " ticket" : " tickets");
	if (call->since >= 0)
		buf_printf(out, " done since %s", call->since_text);
	else if (call->run == 1)
		buf_puts(out, " done in the latest run");
	else if (call->run > 1)
		buf_printf(out, " done in run %lld (1 is the latest)", (long long)call->run);
}

void undo_show_plan(struct buf *out, const struct json *tree, const struct past_call *call)
{
	uint64_t change = count_at(tree, "would_change"), notes = count_at(tree, "notes_that_stay");
	bool forget = false;

	(void)json_bool_at(tree, "forget", &forget);
	if (change == 0) {
		buf_puts(out, "Nothing to undo: ");
		add_subject(out, tree, call);
		buf_puts(out, ".\n");
		add_left(out, tree);
		return;
	}
	buf_puts(out, "Would change ");
	buf_add_count(out, change);
	buf_puts(out, " of ");
	add_subject(out, tree, call);
	buf_puts(out, ":\n");
	buf_printf(out, "  %5llu  tags that we added are taken off (%s)\n",
	           (unsigned long long)count_at(tree, "tags"),
	           forget ? "the processed tag too" : "the processed tag stays");
	add_count_line(out, count_at(tree, "priorities"),
	               count_at(tree, "priorities") == 1 ? "priority is set back"
	                                                 : "priorities are set back");
	if (json_item_count(json_at(tree, "left")) > 0 || notes > 0)
		buf_puts(out, "Left alone:\n");
	add_left(out, tree);
	if (notes > 0)
		buf_printf(out, "  %5llu  internal notes  Zendesk cannot take a note back\n",
		           (unsigned long long)notes);
	buf_printf(out, "About %llu requests, %llu s. Nothing has been changed yet.\n",
	           (unsigned long long)count_at(tree, "requests"),
	           (unsigned long long)count_at(tree, "seconds"));
}

void undo_show_end(struct buf *out, const struct json *tree)
{
	uint64_t planned = count_at(tree, "planned"), undone = count_at(tree, "undone");

	buf_puts(out, "Undone ");
	buf_add_count(out, undone);
	buf_puts(out, " of ");
	buf_add_count(out, planned);
	buf_puts(out, " in ");
	print_add_span(out, (int64_t)count_at(tree, "took_ms"));
	buf_puts(out, ".\n");
	if (undone < planned)
		buf_puts(out, "Left alone:\n");
	add_left(out, tree);
	buf_puts(out, "Look:  ai-ticketctl history --undone      "
	              "Decide anew:  ai-ticketctl process --again ID\n");
}
