/* Writes a document again, with each key of an object once. Answers of models may have one twice;
 * they are small, and it is rare. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_yyjson.h"

struct member {
	yyjson_val *key;
	size_t index;
};

static int compare_members(const void *a, const void *b)
{
	const struct member *one = a, *other = b;
	size_t len = yyjson_get_len(one->key), other_len = yyjson_get_len(other->key);

	if (len != other_len)
		return len < other_len ? -1 : 1;
	int order = memcmp(yyjson_get_str(one->key), yyjson_get_str(other->key), len);
	if (order != 0)
		return order;
	return one->index < other->index ? -1 : 1;
}

static bool same_member(const struct member *a, const struct member *b)
{
	size_t len = yyjson_get_len(a->key);

	return len == yyjson_get_len(b->key) &&
	       memcmp(yyjson_get_str(a->key), yyjson_get_str(b->key), len) == 0;
}

/* The value of each member by its place: of a key that is there twice the last one at the first
 * place, and NULL at the others. */
static yyjson_val **last_values(yyjson_val *object, size_t count)
{
	struct member *members = xcalloc(count + 1, sizeof(*members));
	yyjson_val **values = xcalloc(count + 1, sizeof(*values));
	yyjson_val *key = count > 0 ? unsafe_yyjson_get_first(object) : NULL;

	for (size_t i = 0; i < count; i++, key = unsafe_yyjson_get_next(key + 1))
		members[i] = (struct member){key, i};
	qsort(members, count, sizeof(*members), compare_members);
	for (size_t i = 0, first = 0; i < count; i++) {
		if (!same_member(&members[first], &members[i]))
			first = i;
		values[members[first].index] = members[i].key + 1;
	}
	free(members);
	return values;
}

static void merge_object(struct buf *out, yyjson_val *object)
{
	size_t count = yyjson_obj_size(object);
	yyjson_val **values = last_values(object, count);
	yyjson_val *key = count > 0 ? unsafe_yyjson_get_first(object) : NULL;

	buf_putc(out, '{');
	for (size_t i = 0; i < count; i++, key = unsafe_yyjson_get_next(key + 1)) {
		if (!values[i])
			continue;
		json_add_comma(out);
		json_add_string(out, str_make(yyjson_get_str(key), yyjson_get_len(key)));
		buf_putc(out, ':');
		json_yyjson_merge(out, values[i]);
	}
	buf_putc(out, '}');
	free(values);
}

void json_yyjson_merge(struct buf *out, yyjson_val *value)
{
	if (yyjson_is_obj(value)) {
		merge_object(out, value);
		return;
	}
	if (!yyjson_is_arr(value)) {
		json_add_value(out, (const struct json *)value);
		return;
	}
	yyjson_val *item = yyjson_arr_get_first(value);
	buf_putc(out, '[');
	for (size_t i = 0; i < yyjson_arr_size(value); i++, item = unsafe_yyjson_get_next(item)) {
		json_add_comma(out);
		json_yyjson_merge(out, item);
	}
	buf_putc(out, ']');
}
