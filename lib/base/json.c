/* Strict parsing of JSON, and values of members. A library parses (json_read.h). */
#include "base/json.h"

#include <stdlib.h>

#include "base/json_read.h"

struct json *json_parse(struct str text, struct err *err)
{
	return json_read(text, false, err);
}

struct json *json_parse_lenient(struct str text, struct err *err)
{
	return json_read(text, true, err);
}

const struct json **json_list(const struct json *array, size_t *ret_count)
{
	const struct json **list = xcalloc(json_item_count(array) + 1, sizeof(*list));

	for (struct json_each each = json_items(array); json_next(&each);)
		list[each.index] = each.value;
	*ret_count = json_item_count(array);
	return list;
}

struct str json_str_at(const struct json *object, const char *key)
{
	return json_str_value(json_at(object, key));
}

bool json_int_at(const struct json *object, const char *key, int64_t *ret)
{
	const struct json *value = json_at(object, key);
	if (!json_is_integer(value))
		return false;
	*ret = json_int_value(value);
	return true;
}

bool json_number_at(const struct json *object, const char *key, double *ret)
{
	const struct json *value = json_at(object, key);
	if (!json_is_number(value))
		return false;
	*ret = json_double_value(value);
	return true;
}

bool json_bool_at(const struct json *object, const char *key, bool *ret)
{
	const struct json *value = json_at(object, key);
	if (json_kind(value) != JSON_KIND_BOOL)
		return false;
	*ret = json_bool_value(value);
	return true;
}

bool json_is_object(const struct json *value)
{
	return json_kind(value) == JSON_KIND_OBJECT;
}

bool json_is_array(const struct json *value)
{
	return json_kind(value) == JSON_KIND_ARRAY;
}

bool json_is_string(const struct json *value)
{
	return json_kind(value) == JSON_KIND_STRING;
}

bool json_is_integer(const struct json *value)
{
	return json_kind(value) == JSON_KIND_INTEGER;
}

bool json_is_real(const struct json *value)
{
	return json_kind(value) == JSON_KIND_REAL;
}

bool json_is_null(const struct json *value)
{
	return json_kind(value) == JSON_KIND_NULL;
}

bool json_is_number(const struct json *value)
{
	return json_is_integer(value) || json_is_real(value);
}

bool json_is_true(const struct json *value)
{
	return json_bool_value(value);
}

bool json_is_false(const struct json *value)
{
	return json_kind(value) == JSON_KIND_BOOL && !json_bool_value(value);
}
