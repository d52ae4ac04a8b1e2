/* Prints the history of a ticket. Each kind of event has a headline and a list of lines; a line is
 * skipped when its member is missing. */
#include "daemon/ctl/explain.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/ctl/explain_kinds.h"
#include "daemon/ctl/print.h"
#include "daemon/ctl/trail.h"

#define VALUE_MAX (64 * 1024)

/* --- lines --- */

/* Whether the value is zero, empty or null, and so not worth a line. */
static bool is_empty_value(const struct json *value)
{
	if (json_is_integer(value))
		return json_int_value(value) == 0;
	if (json_is_string(value))
		return json_str_value(value).len == 0;
	if (json_is_array(value))
		return json_item_count(value) == 0;
	return value == NULL || json_is_null(value);
}

/* Adds the model's confidence; rules have none, so nothing is added then. */
static void add_confidence(struct buf *out, const struct json *payload, const char *member)
{
	double confidence;

	if (json_number_at(json_at(payload, "confidence"), member, &confidence))
		buf_printf(out, " (%.0f %% sure)", 100 * confidence);
	else if (!explain_is_set(payload, "by_rules"))
		buf_puts(out, " (the model gave no confidence)");
}

/* {"earlier_mail":1200,"picture":64000} as "earlier mail 1.2 KB, picture 64.0 KB". */
static void add_sizes(struct buf *out, const struct json *value)
{
	for (struct json_each each = json_members(value); json_next(&each);) {
		long long bytes = (long long)json_int_value(each.value);

		buf_puts(out, each.index == 0 ? "" : ", ");
		for (const char *c = each.key.data; *c != '\0'; c++)
			buf_putc(out, *c == '_' ? ' ' : *c);
		if (bytes < 1000)
			buf_printf(out, " %lld %s", bytes,
			           str_plural((uint64_t)bytes, "byte", "bytes"));
		else
			buf_printf(out, " %.1f KB", (double)bytes / 1000);
	}
}

static bool is_estimated(const struct json *payload)
{
	bool estimated = false;

	return json_bool_at(payload, "tokens_estimated", &estimated) && estimated;
}

static void add_shaped(struct buf *out, const struct json *payload, const struct line *line,
                       const struct json *value)
{
	int64_t requests = 1;

	if (line->shape == SHAPE_SPAN && json_is_integer(value)) {
		print_add_span(out, json_int_value(value));
		return;
	}
	if (line->shape == SHAPE_WALL && json_is_integer(value)) {
		print_add_wall(out, json_int_value(value));
		return;
	}
	if (line->shape == SHAPE_SIZES && json_is_object(value)) {
		add_sizes(out, value);
		return;
	}
	if (line->shape == SHAPE_TOKENS && is_estimated(payload))
		buf_putc(out, '~');
	if (line->shape == SHAPE_ALWAYS && !json_is_integer(value) && is_empty_value(value))
		buf_puts(out, "none");
	else
		print_add_value(out, str_of(line->member), value);
	if (line->shape == SHAPE_CONFIDENT)
		add_confidence(out, payload, line->member);
	if (line->shape == SHAPE_HASH && json_int_at(payload, "attempts", &requests))
		buf_puts(out, requests > 0 ? " (as sent)" : " (not sent)");
}

static void add_line(struct table *table, const struct json *payload, const struct line *line)
{
	const struct json *value = json_at(payload, line->member);
	struct buf text;

	if (line->words == NULL || value == NULL ||
	    (line->shape != SHAPE_ALWAYS && is_empty_value(value)) ||
	    (line->shape == SHAPE_IF_TRUE && !json_is_true(value)))
		return;
	buf_init(&text, VALUE_MAX);
	add_shaped(&text, payload, line, value);
	table_add(table, xasprintf("    %s:", line->words), buf_take(&text, NULL));
}

static bool has_words(const struct kind *kind, const char *member)
{
	for (size_t i = 0; i < kind->line_count; i++)
		if (strcmp(kind->lines[i].member, member) == 0)
			return true;
	return false;
}

static void add_unknown(struct table *table, const char *member, const struct json *value)
{
	struct buf name, text;

	buf_init(&name, 256);
	buf_init(&text, VALUE_MAX);
	buf_puts(&name, "    ");
	print_add_name(&name, str_of(member), value);
	buf_putc(&name, ':');
	print_add_value(&text, str_of(member), value);
	table_add(table, buf_take(&name, NULL), buf_take(&text, NULL));
}

static void add_payload(struct buf *out, const struct kind *kind, const struct json *payload)
{
	struct table table = {0};

	for (size_t i = 0; i < kind->line_count; i++)
		add_line(&table, payload, &kind->lines[i]);
	for (struct json_each each = json_members(payload); json_next(&each);)
		if (!has_words(kind, each.key.data))
			add_unknown(&table, each.key.data, each.value);
	table_print(&table, out);
	table_free(&table);
}

/* --- events --- */

/* A suffix for an event that the next start will not restore: it was replaced by a later one, or
 * the ticket was closed. Commands are history from the beginning. */
static const char *suffix_of(const struct json *events, size_t at)
{
	const struct json *event = json_item(events, at);
	struct str kind = json_str_at(event, "kind");
	bool alive;

	if (!json_bool_at(event, "alive", &alive) || alive || str_eq(kind, STR("command")) ||
	    str_eq(kind, STR("choice")))
		return "";
	for (size_t i = at + 1; i < json_item_count(events); i++)
		if (str_eq(json_str_at(json_item(events, i), "kind"), kind))
			return " [replaced by a later one]";
	return " [closed]";
}

static void add_event(struct buf *out, const struct json *events, size_t i)
{
	static const struct kind unknown = {0};
	const struct json *event = json_item(events, i), *payload = json_at(event, "payload");
	const struct kind *kind = explain_kind(json_str_at(event, "kind"));
	int64_t at = 0;

	(void)json_int_at(event, "at", &at);
	buf_putc(out, '\n');
	print_add_wall(out, at);
	buf_puts(out, "  ");
	if (kind != NULL && json_is_object(payload))
		kind->headline(out, payload);
	else
		explain_add_string(out, event, "kind", "something");
	buf_puts(out, suffix_of(events, i));
	buf_putc(out, '\n');
	if (json_is_null(payload))
		buf_puts(out, "    This record cannot be read: it is damaged, or sealed with a key "
		              "other than log.key.\n");
	add_payload(out, kind != NULL ? kind : &unknown, payload);
}

/* --- the ticket as a whole --- */

static void add_erased(struct buf *out, const struct json *tree)
{
	int64_t at;

	if (!explain_is_set(tree, "erased"))
		return;
	buf_puts(out, "Erased on request");
	if (json_int_at(tree, "erased_at", &at) && at > 0) {
		buf_puts(out, " on ");
		print_add_wall(out, at);
	}
	if (json_at(tree, "erased_by") != NULL) {
		buf_puts(out, " by ");
		trail_add_who(out, json_at(tree, "erased_by"));
	}
	buf_puts(out, "; a tombstone (a keyed hash of its number) prevents a new analysis.\n");
}

static void add_deaths(struct buf *out, const struct json *tree)
{
	int64_t deaths;

	if (!json_int_at(tree, "deaths", &deaths) || deaths <= 0)
		return;
	if (deaths == 1) {
		buf_puts(out, "The service crashed once while it processed this ticket; after a "
		              "second crash the ticket is quarantined.\n");
		return;
	}
	buf_printf(out,
	           "Quarantined: the service crashed %lld times while it processed this ticket. "
	           "Please report it, with the\n"
	           "last log lines before each restart. To retry it: stop the service "
	           "(systemctl stop ai-ticketd),\n"
	           "remove its lines from the file \"deaths\" next to the database, and start the "
	           "service again.\n",
	           (long long)deaths);
}

static void add_omitted(struct buf *out, const struct json *tree)
{
	int64_t omitted;

	if (json_int_at(tree, "omitted", &omitted) && omitted > 0)
		buf_printf(out, "%lld older %s not shown.\n", (long long)omitted,
		           str_plural((uint64_t)omitted, "record is", "records are"));
}

static void add_now(struct buf *out, const struct json *tree)
{
	struct str now = json_str_at(tree, "now");

	if (now.len == 0)
		return;
	buf_puts(out, "Now: ");
	print_add_text(out, now);
	buf_putc(out, '\n');
}

static int64_t id_of(const struct json *tree)
{
	int64_t id = 0;

	(void)json_int_at(tree, "ticket_id", &id);
	return id;
}

void explain_answer(struct buf *out, const struct json *tree)
{
	const struct json *events = json_at(tree, "events");

	buf_printf(out, "Ticket %lld\n", (long long)id_of(tree));
	add_erased(out, tree);
	add_deaths(out, tree);
	add_now(out, tree);
	add_omitted(out, tree);
	if (json_item_count(events) == 0 && !explain_is_set(tree, "erased"))
		buf_puts(out, "It has no recorded history.\n");
	for (size_t i = 0; i < json_item_count(events); i++)
		add_event(out, events, i);
}

void explain_nothing(struct buf *out, const struct json *tree)
{
	const struct json *reasons = json_at(tree, "reasons");

	explain_add_string(out, tree, "error", "No record of this ticket.");
	buf_putc(out, '\n');
	add_now(out, tree);
	if (json_item_count(reasons) > 0)
		buf_puts(out, "Possible reasons:\n");
	for (struct json_each each = json_items(reasons); json_next(&each);) {
		buf_puts(out, "  - ");
		print_add_text(out, json_str_value(each.value));
		buf_putc(out, '\n');
	}
}
