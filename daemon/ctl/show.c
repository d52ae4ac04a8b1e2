/* Turns any JSON object into a sentence and a table with dotted names. */
#include "daemon/ctl/show.h"

#include <stdio.h>
#include <string.h>

#include "daemon/ctl/print.h"

#define NAME_BYTES_MAX 512
#define VALUE_MAX (256 * 1024)

static const char *const sentences[] = {"message", "error"};

static bool is_sentence(const char *key)
{
	for (size_t i = 0; i < ARRAY_LEN(sentences); i++)
		if (strcmp(key, sentences[i]) == 0)
			return true;
	return false;
}

static bool is_simple_array(const struct json *value)
{
	if (!json_is_array(value))
		return false;
	for (struct json_each each = json_items(value); json_next(&each);)
		if (json_is_object(each.value) || json_is_array(each.value))
			return false;
	return true;
}

static void add_rows(struct table *table, const char *path, const char *key,
                     const struct json *value);

/* Adds a member of an object, or an entry of an array with its number as name. */
static void add_named_value(struct table *table, const char *path, const char *key,
                            const struct json *value)
{
	struct buf name;

	buf_init(&name, NAME_BYTES_MAX);
	if (path[0] != '\0')
		buf_printf(&name, "%s.", path);
	print_add_name(&name, str_of(key), value);
	add_rows(table, buf_cstr(&name), key, value);
	buf_free(&name);
}

static void add_members(struct table *table, const char *path, const struct json *object)
{
	for (struct json_each each = json_members(object); json_next(&each);)
		if (path[0] != '\0' || !is_sentence(each.key.data) || !json_is_string(each.value))
			add_named_value(table, path, each.key.data, each.value);
}

static void add_entries(struct table *table, const char *path, const struct json *array)
{
	for (struct json_each each = json_items(array); json_next(&each);) {
		char number[24];

		snprintf(number, sizeof(number), "%zu", each.index + 1);
		add_named_value(table, path, number, each.value);
	}
}

/* Adds a text; one of several lines, such as the reasons of a refusal, gets a row per line. */
static void add_text(struct table *table, const char *path, struct str whole)
{
	const char *name = path;

	do {
		struct str line = str_split(&whole, '\n');
		struct buf text;

		buf_init(&text, VALUE_MAX);
		print_add_text(&text, line);
		table_add(table, xstrdup(name), buf_take(&text, NULL));
		name = "";
	} while (whole.len > 0);
}

static void add_rows(struct table *table, const char *path, const char *key,
                     const struct json *value)
{
	struct buf text;

	if (json_is_object(value)) {
		add_members(table, path, value);
	} else if (json_is_string(value) && str_find(json_str_value(value), STR("\n")) >= 0) {
		add_text(table, path, json_str_value(value));
	} else if (json_is_array(value) && !is_simple_array(value)) {
		add_entries(table, path, value);
	} else {
		buf_init(&text, VALUE_MAX);
		print_add_value(&text, str_of(key), value);
		table_add(table, xstrdup(path), buf_take(&text, NULL));
	}
}

void show_answer(struct buf *out, const struct json *tree)
{
	struct table table = {0};

	for (size_t i = 0; i < ARRAY_LEN(sentences); i++) {
		struct str sentence = json_str_at(tree, sentences[i]);

		if (sentence.data != NULL) {
			print_add_text(out, sentence);
			buf_putc(out, '\n');
		}
	}
	add_members(&table, "", tree);
	if (out->len > 0 && table.count > 0)
		buf_putc(out, '\n');
	table_print(&table, out);
	table_free(&table);
}

/* --- the inside of the service --- */

static bool is_zero(const struct json *value)
{
	return json_is_null(value) || (json_is_number(value) && json_double_value(value) == 0);
}

static void add_unless_zero(struct table *table, const char *member, const struct json *object)
{
	for (struct json_each each = json_members(object); json_next(&each);)
		if (!is_zero(each.value))
			add_named_value(table, member, each.key.data, each.value);
}

void show_inside(struct buf *out, const struct json *tree)
{
	static const char *const inside[] = {"queue", "zendesk", "llm", "loop"};
	struct table table = {0};

	for (size_t i = 0; i < ARRAY_LEN(inside); i++)
		add_unless_zero(&table, inside[i], json_at(tree, inside[i]));
	table_print(&table, out);
	table_free(&table);
}
