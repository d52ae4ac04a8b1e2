/* Our side, with the functions of base/json.h only, and the comparison. */
#include "json_pair.h"

#include <string.h>

#include "base/json.h"

static void show(struct buf *out, const struct json *value);

static void show_array(struct buf *out, const struct json *array)
{
	size_t count = 0;

	buf_printf(out, "[%zu ", json_item_count(array));
	for (struct json_each each = json_items(array); json_next(&each); count++) {
		ENSURE(each.index == count);
		ENSURE(count > 8 || json_item(array, count) == each.value);
		show(out, each.value);
	}
	ENSURE(count == json_item_count(array) && !json_item(array, count));
	ENSURE(json_member_count(array) == 0 && !json_at(array, "a"));
}

static void show_object(struct buf *out, const struct json *object)
{
	size_t count = 0;

	buf_printf(out, "{%zu ", json_member_count(object));
	for (struct json_each each = json_members(object); json_next(&each); count++) {
		ENSURE(count > 100 || json_at(object, each.key.data) == each.value);
		buf_printf(out, "%zu:%s ", each.key.len, each.key.data);
		show(out, each.value);
	}
	ENSURE(count == json_member_count(object));
	ENSURE(json_item_count(object) == 0 && !json_item(object, 0));
}

static void show(struct buf *out, const struct json *value)
{
	struct str text = json_str_value(value);

	switch (json_kind(value)) {
	case JSON_KIND_OBJECT: show_object(out, value); break;
	case JSON_KIND_ARRAY: show_array(out, value); break;
	case JSON_KIND_STRING: buf_printf(out, "%zu:%s ", text.len, text.data); break;
	case JSON_KIND_INTEGER: buf_printf(out, "%lld ", (long long)json_int_value(value)); break;
	case JSON_KIND_REAL: buf_printf(out, "%a ", json_double_value(value)); break;
	case JSON_KIND_BOOL: buf_puts(out, json_bool_value(value) ? "true " : "false "); break;
	case JSON_KIND_NULL: buf_puts(out, "null "); break;
	case JSON_KIND_ABSENT: fatal("a value without a kind");
	}
}

/* What was read is written and read again: nothing may be lost. */
static void check_writing(const struct json *document, const struct buf *tree)
{
	struct buf text, again;
	struct err err;

	buf_init(&text, SIZE_MAX);
	buf_init(&again, SIZE_MAX);
	json_add_value(&text, document);
	struct json *copy = json_parse(buf_str(&text), &err);
	ENSURE(copy);
	show(&again, copy);
	ENSURE(str_eq(buf_str(tree), buf_str(&again)));
	json_free(copy);
	buf_free(&text);
	buf_free(&again);
}

bool json_pair_ours(struct str text, bool lenient, struct buf *tree, struct err *err)
{
	struct json *document = lenient ? json_parse_lenient(text, err) : json_parse(text, err);

	if (!document)
		return false;
	show(tree, document);
	check_writing(document, tree);
	json_free(document);
	return true;
}

bool json_pair_compare(struct str text, bool lenient)
{
	struct buf ours, theirs;
	struct err our_err = {""}, their_err = {""};

	buf_init(&ours, SIZE_MAX);
	buf_init(&theirs, SIZE_MAX);
	bool we = json_pair_ours(text, lenient, &ours, &our_err);
	bool they = json_pair_jansson(text, lenient, &theirs, &their_err);
	if (we != they)
		fatal("%s accepts %s, jansson does not: %s%s", we ? json_library() : "jansson",
		      lenient ? "leniently" : "strictly", our_err.text, their_err.text);
	if (strcmp(our_err.text, their_err.text) != 0)
		fatal("'%s' and '%s' about one document", our_err.text, their_err.text);
	if (!str_eq(buf_str(&ours), buf_str(&theirs)))
		fatal("two trees:\n%s\n%s", buf_cstr(&ours), buf_cstr(&theirs));
	buf_free(&ours);
	buf_free(&theirs);
	return we;
}
