/* Writes and reads alerts as JSON. */
#include "observe/alert_book.h"

#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "observe/alert_words.h"

#define BOOK_FORM 1
#define VALUE_DECIMALS 6

static bool is_shown(enum alert_unit unit, double value)
{
	return alert_unit_name(unit) != NULL && isfinite(value) && value >= 0;
}

void alert_book_add_value(enum alert_unit unit, double value, double threshold, struct buf *out)
{
	const char *name = alert_unit_name(unit);

	json_add_member_number(out, "value", is_shown(unit, value) ? value : NAN, VALUE_DECIMALS);
	json_add_member_number(out, "threshold", is_shown(unit, threshold) ? threshold : NAN,
	                       VALUE_DECIMALS);
	if (name != NULL) {
		json_add_member(out, "unit", str_of(name));
		return;
	}
	json_add_key(out, "unit");
	buf_puts(out, "null");
}

/* --- writing the book --- */

static void write_numbers(double value, double threshold, struct buf *out)
{
	json_add_member_number(out, "value", value, VALUE_DECIMALS);
	json_add_member_number(out, "threshold", threshold, VALUE_DECIMALS);
}

static void write_active(const struct alert_state *state, struct clock_reading now, struct buf *out)
{
	for (int rule = 0; rule < ALERT_RULES; rule++) {
		const struct alert_entry *entry = &state->entries[rule];

		if (entry->phase != PHASE_ACTIVE)
			continue;
		json_add_comma(out);
		buf_putc(out, '{');
		json_add_member(out, "kind", str_of(alert_rules_row((enum alert_rule)rule)->name));
		json_add_member_int(out, "since", entry->since_wall);
		json_add_member_int(out, "told", now.wall - (now.mono - entry->told));
		write_numbers(entry->value, entry->threshold, out);
		json_add_member(out, "text", str_of(entry->text));
		buf_putc(out, '}');
	}
}

static void write_past(const struct alert_past *past, struct buf *out)
{
	json_add_comma(out);
	buf_putc(out, '{');
	json_add_member(out, "kind", str_of(alert_rules_row((enum alert_rule)past->rule)->name));
	json_add_member_int(out, "since", past->since);
	json_add_member_int(out, "ended", past->ended);
	write_numbers(past->value, past->threshold, out);
	json_add_member(out, "text", str_of(past->text));
	buf_putc(out, '}');
}

static void write_told(const struct alert_told *told, struct buf *out)
{
	json_add_comma(out);
	buf_putc(out, '{');
	json_add_member(out, "kind",
	                told->rule >= 0 ? str_of(alert_rules_row((enum alert_rule)told->rule)->name)
	                                : STR(""));
	json_add_member_int(out, "change", told->change);
	json_add_member_int(out, "severity", told->severity);
	json_add_member_int(out, "since", told->since);
	json_add_member_int(out, "at", told->at);
	json_add_member_int(out, "lasted", told->lasted);
	write_numbers(told->value, told->threshold, out);
	json_add_member(out, "title", str_of(told->title));
	json_add_member(out, "text", str_of(told->text));
	buf_putc(out, '}');
}

static void write_box(const struct alert_channel_box *box, struct buf *out)
{
	json_add_key(out, box->name);
	buf_putc(out, '{');
	json_add_member_int(out, "merged", (int64_t)box->outbox->merged);
	json_add_member_int(out, "severity", box->outbox->merged_severity);
	json_add_key(out, "messages");
	buf_putc(out, '[');
	for (size_t i = 0; i < box->outbox->count; i++)
		write_told(&box->outbox->items[i], out);
	buf_puts(out, "]}");
}

void alert_book_write(const struct alert_state *state, const struct alert_channel_box *boxes,
                      size_t count, struct clock_reading now, struct buf *out)
{
	buf_putc(out, '{');
	json_add_member_int(out, "form", BOOK_FORM);
	json_add_key(out, "active");
	buf_putc(out, '[');
	write_active(state, now, out);
	buf_putc(out, ']');
	json_add_key(out, "past");
	buf_putc(out, '[');
	for (size_t i = 0; i < state->past_count; i++)
		write_past(&state->past[i], out);
	buf_putc(out, ']');
	json_add_key(out, "channels");
	buf_putc(out, '{');
	for (size_t i = 0; i < count; i++)
		write_box(&boxes[i], out);
	buf_puts(out, "}}");
}

/* --- reading it --- */

static char *read_text(const struct json *object, const char *key, size_t bytes)
{
	struct buf clean;

	buf_init(&clean, bytes + 8);
	alert_words_clean(json_str_at(object, key), bytes, &clean);
	return buf_take(&clean, NULL);
}

static bool read_times(const struct json *object, const char *first, const char *second,
                       msec *ret_first, msec *ret_second)
{
	int64_t from, to;

	if (!json_int_at(object, first, &from) || !json_int_at(object, second, &to) || from < 0 ||
	    to < 0)
		return false;
	*ret_first = from;
	*ret_second = to;
	return true;
}

/* Null, which stands for what is not finite, becomes "not a number". */
static double read_number(const struct json *object, const char *key)
{
	double value;

	return json_number_at(object, key, &value) ? value : NAN;
}

static void read_active(const struct json *object, struct alert_state *state,
                        struct clock_reading now)
{
	int rule = alert_rules_find(json_str_at(object, "kind"));
	struct alert_past active = {.rule = rule};
	msec told;

	if (rule < 0 || !read_times(object, "since", "told", &active.since, &told))
		return;
	active.value = read_number(object, "value");
	active.threshold = read_number(object, "threshold");
	active.text = read_text(object, "text", ALERT_TEXT_BYTES);
	alert_state_restore(state, rule, &active, told, now);
}

static void read_past(const struct json *object, struct alert_state *state, msec wall)
{
	struct alert_past past = {.rule = alert_rules_find(json_str_at(object, "kind"))};

	if (past.rule < 0 || !read_times(object, "since", "ended", &past.since, &past.ended))
		return;
	past.value = read_number(object, "value");
	past.threshold = read_number(object, "threshold");
	past.text = read_text(object, "text", ALERT_TEXT_BYTES);
	alert_state_remember(state, &past, wall);
}

static bool read_told(const struct json *object, struct alert_told *ret)
{
	int64_t change, severity, lasted;

	*ret = (struct alert_told){.rule = alert_rules_find(json_str_at(object, "kind"))};
	if (!json_int_at(object, "change", &change) || change < ALERT_BEGUN ||
	    change > ALERT_RESOLVED || !json_int_at(object, "severity", &severity) ||
	    severity < ALERT_NOTICE || severity > ALERT_CRITICAL ||
	    !json_int_at(object, "lasted", &lasted) ||
	    !read_times(object, "since", "at", &ret->since, &ret->at))
		return false;
	ret->change = (enum alert_change)change;
	ret->severity = (enum alert_severity)severity;
	ret->lasted = lasted;
	ret->value = read_number(object, "value");
	ret->threshold = read_number(object, "threshold");
	ret->title = read_text(object, "title", ALERT_TITLE_BYTES);
	ret->text = read_text(object, "text", ALERT_TEXT_BYTES);
	return true;
}

static void read_box(const struct json *object, struct alert_outbox *outbox)
{
	int64_t merged = 0, severity = 0;

	for (struct json_each each = json_items(json_at(object, "messages")); json_next(&each);) {
		struct alert_told told;

		if (!read_told(each.value, &told))
			continue;
		alert_outbox_put(outbox, &told);
		alert_told_free(&told);
	}
	if (outbox->state != OUTBOX_OFF && json_int_at(object, "merged", &merged) && merged > 0 &&
	    json_int_at(object, "severity", &severity) && severity >= ALERT_NOTICE &&
	    severity <= ALERT_CRITICAL) {
		outbox->merged += (uint64_t)merged;
		outbox->merged_severity = (enum alert_severity)severity;
	}
}

int alert_book_read(struct str book, struct alert_state *state,
                    const struct alert_channel_box *boxes, size_t count, struct clock_reading now,
                    struct err *err)
{
	int64_t form = 0;

	if (book.len > ALERT_BOOK_BYTES_MAX)
		return err_set(err, "the book of alerts is larger than %d bytes",
		               ALERT_BOOK_BYTES_MAX);
	struct json *tree = json_parse(book, err);
	if (tree == NULL)
		return -1;
	if (!json_int_at(tree, "form", &form) || form != BOOK_FORM) {
		json_free(tree);
		return err_set(err, "the book of alerts has another form");
	}
	for (struct json_each each = json_items(json_at(tree, "active")); json_next(&each);)
		read_active(each.value, state, now);
	for (struct json_each each = json_items(json_at(tree, "past")); json_next(&each);)
		read_past(each.value, state, now.wall);
	for (size_t i = 0; i < count; i++)
		read_box(json_at(json_at(tree, "channels"), boxes[i].name), boxes[i].outbox);
	json_free(tree);
	return 0;
}

/* --- showing them --- */

static void view_one(int rule, msec since, msec ended, double value, double threshold,
                     const char *text, struct buf *out)
{
	const struct alert_row *row = alert_rules_row((enum alert_rule)rule);

	json_add_comma(out);
	buf_putc(out, '{');
	json_add_member(out, "kind", str_of(row->name));
	json_add_member(out, "severity", str_of(alert_severity_name(row->severity)));
	json_add_member(out, "title", str_of(row->title));
	json_add_member(out, "text", str_of(text));
	json_add_member_int(out, "since", since);
	if (ended >= 0) {
		json_add_member_int(out, "ended", ended);
	} else {
		json_add_key(out, "ended");
		buf_puts(out, "null");
	}
	alert_book_add_value(row->unit, value, threshold, out);
	buf_putc(out, '}');
}

void alert_book_view(const struct alert_state *state, struct buf *out)
{
	json_add_key(out, "active");
	buf_putc(out, '[');
	for (int rule = 0; rule < ALERT_RULES; rule++) {
		const struct alert_entry *entry = &state->entries[rule];

		if (entry->phase == PHASE_ACTIVE)
			view_one(rule, entry->since_wall, -1, entry->value, entry->threshold,
			         entry->text, out);
	}
	buf_putc(out, ']');
	json_add_key(out, "recent");
	buf_putc(out, '[');
	for (size_t i = state->past_count; i-- > 0;)
		view_one(state->past[i].rule, state->past[i].since, state->past[i].ended,
		         state->past[i].value, state->past[i].threshold, state->past[i].text, out);
	buf_putc(out, ']');
}
