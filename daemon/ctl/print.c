/* Escapes text and formats values and tables. */
#include "daemon/ctl/print.h"

#include <stdlib.h>

#include "base/clock.h"

#define NAME_WIDTH_MAX 40
#define NAME_BYTES_MAX 512

/* Control characters, and characters that break lines or change the writing direction. */
static bool acts_on_terminal(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0xfeff || c == 0xfffd;
}

void print_add_text(struct buf *out, struct str text)
{
	while (text.len > 0) {
		size_t bytes;
		uint32_t c = utf8_decode(text, &bytes);

		if (!acts_on_terminal(c))
			buf_add(out, text.data, bytes);
		else if (bytes == 1)
			buf_printf(out, "\\x%02x", (unsigned)(unsigned char)text.data[0]);
		else
			buf_printf(out, "\\u{%04x}", (unsigned)c);
		text = str_skip(text, bytes);
	}
}

static struct str strip_unit(struct str name)
{
	static const char *const units[] = {"_ms", "_bytes", "_wall"};

	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		struct str unit = str_of(units[i]);

		if (str_ends(name, unit) && name.len > unit.len)
			return str_make(name.data, name.len - unit.len);
	}
	return name;
}

/* Members whose names programs rely on, in plainer words for people. */
static struct str title_of(struct str name)
{
	static const struct {
		const char *member, *title;
	} titles[] = {
	        {"copies_of_the_database", "database copies"},
	        {"rows_of_results", "result rows"},
	        {"lines_of_logs", "log lines"},
	        {"what_is_left", "not erased"},
	        {"what_is_left_in_the_database", "not erased in the database"},
	        {"not_ours_to_erase", "cannot be erased from here"},
	        {"erased_and_left_alone", "erased, not processed"},
	        {"waiting_to_return", "waiting for a retry"},
	};

	for (size_t i = 0; i < ARRAY_LEN(titles); i++)
		if (str_eq(name, str_of(titles[i].member)))
			return str_of(titles[i].title);
	return name;
}

void print_add_name(struct buf *out, struct str name, const struct json *value)
{
	struct buf escaped;

	buf_init(&escaped, NAME_BYTES_MAX);
	print_add_text(&escaped, title_of(json_is_number(value) ? strip_unit(name) : name));
	for (size_t i = 0; i < escaped.len; i++)
		buf_putc(out, escaped.data[i] == '_' ? ' ' : escaped.data[i]);
	buf_free(&escaped);
}

void print_add_span(struct buf *out, int64_t ms)
{
	char span[CLOCK_SPAN_SIZE];

	clock_format_span(ms, span);
	buf_puts(out, span);
}

void print_add_wall(struct buf *out, int64_t ms)
{
	char utc[CLOCK_UTC_SIZE];

	clock_format_utc(ms, utc);
	buf_puts(out, utc);
}

/* A time that is written for programs, "2026-11-22T10:00:00Z", is shown like all others. */
static void add_string(struct buf *out, struct str text)
{
	msec wall;

	if (text.len == CLOCK_ISO_SIZE - 1 && clock_parse_iso(text, &wall) == 0)
		print_add_wall(out, wall);
	else
		print_add_text(out, text);
}

static void add_bytes(struct buf *out, double bytes)
{
	static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
	size_t unit = 0;

	for (; bytes >= 1024 && unit + 1 < ARRAY_LEN(units); unit++)
		bytes /= 1024;
	buf_printf(out, unit == 0 ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
}

static void add_integer(struct buf *out, struct str name, int64_t number)
{
	if (str_ends(name, STR("_ms")))
		print_add_span(out, number);
	else if (str_ends(name, STR("_bytes")))
		add_bytes(out, (double)number);
	else if (str_ends(name, STR("_wall")) && number > 0)
		print_add_wall(out, number);
	else if (str_ends(name, STR("_wall")))
		buf_puts(out, "never");
	else
		buf_printf(out, "%lld", (long long)number);
}

static void add_real(struct buf *out, struct str name, double number)
{
	if (str_ends(name, STR("_ms")) && number >= 1 && number < 1e15)
		print_add_span(out, (int64_t)number);
	else if (str_ends(name, STR("_ms")))
		buf_printf(out, "%.3g ms", number);
	else
		buf_printf(out, "%.6g", number);
}

static void add_array(struct buf *out, struct str name, const struct json *array)
{
	if (json_item_count(array) == 0)
		buf_puts(out, "none");
	for (struct json_each each = json_items(array); json_next(&each);) {
		if (each.index > 0)
			buf_puts(out, ", ");
		print_add_value(out, name, each.value);
	}
}

void print_add_value(struct buf *out, struct str name, const struct json *value)
{
	switch (json_kind(value)) {
	case JSON_KIND_STRING: add_string(out, json_str_value(value)); break;
	case JSON_KIND_INTEGER: add_integer(out, name, json_int_value(value)); break;
	case JSON_KIND_REAL: add_real(out, name, json_double_value(value)); break;
	case JSON_KIND_BOOL: buf_puts(out, json_bool_value(value) ? "yes" : "no"); break;
	case JSON_KIND_NULL:
	case JSON_KIND_ABSENT: buf_puts(out, "-"); break;
	case JSON_KIND_ARRAY: add_array(out, name, value); break;
	case JSON_KIND_OBJECT: buf_puts(out, "{…}"); break;
	}
}

/* --- tables --- */

struct table_row {
	char *name, *value;
};

void table_add(struct table *table, char *name, char *value)
{
	if (table->count == table->cap) {
		table->cap = table->cap > 0 ? 2 * table->cap : 16;
		table->rows = xrealloc(table->rows, table->cap * sizeof(*table->rows));
	}
	table->rows[table->count++] = (struct table_row){name, value};
}

void table_print(const struct table *table, struct buf *out)
{
	size_t width = 0;

	for (size_t i = 0; i < table->count; i++) {
		size_t chars = utf8_chars(str_of(table->rows[i].name));

		if (chars > width && chars <= NAME_WIDTH_MAX)
			width = chars;
	}
	for (size_t i = 0; i < table->count; i++) {
		const struct table_row *row = &table->rows[i];

		buf_puts(out, row->name);
		size_t at = utf8_chars(str_of(row->name));
		do
			buf_putc(out, ' ');
		while (++at < width + 2);
		buf_printf(out, "%s\n", row->value);
	}
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		free(table->rows[i].name);
		free(table->rows[i].value);
	}
	free(table->rows);
	*table = (struct table){0};
}
