/* The values of documents as jansson keeps them: a value is a json_t. */
#include <jansson.h>

#include "base/json_load.h"
#include "base/json_read.h"
#include "base/json_scan.h"

static const json_t *as_jansson(const struct json *value)
{
	return (const json_t *)value;
}

static const struct json *of_jansson(const json_t *value)
{
	return (const struct json *)value;
}

/* Chat replies with log probabilities, which are slowest, are parsed at 40 to 380 MB/s. */
size_t json_quick_bytes(void)
{
	return 32 * 1024;
}

const char *json_library(void)
{
	return "jansson";
}

const char *json_library_version(void)
{
	return jansson_version_str();
}

struct json *json_read(struct str text, bool lenient, struct err *err)
{
	if (json_scan(text, err) < 0)
		return NULL;
	return (struct json *)json_load(text, lenient, err);
}

struct json *json_share(struct json *document)
{
	return (struct json *)json_incref((json_t *)document);
}

void json_free(struct json *document)
{
	json_decref((json_t *)document);
}

/* --- values --- */

enum json_kind json_kind(const struct json *value)
{
	if (!value)
		return JSON_KIND_ABSENT;
	switch (json_typeof(as_jansson(value))) {
	case JSON_OBJECT: return JSON_KIND_OBJECT;
	case JSON_ARRAY: return JSON_KIND_ARRAY;
	case JSON_STRING: return JSON_KIND_STRING;
	case JSON_INTEGER: return JSON_KIND_INTEGER;
	case JSON_REAL: return JSON_KIND_REAL;
	case JSON_TRUE:
	case JSON_FALSE: return JSON_KIND_BOOL;
	case JSON_NULL: break;
	}
	return JSON_KIND_NULL;
}

struct str json_str_value(const struct json *value)
{
	return str_make(json_string_value(as_jansson(value)),
	                json_string_length(as_jansson(value)));
}

int64_t json_int_value(const struct json *value)
{
	return json_integer_value(as_jansson(value));
}

double json_double_value(const struct json *value)
{
	return json_number_value(as_jansson(value));
}

bool json_bool_value(const struct json *value)
{
	return json_boolean_value(as_jansson(value));
}

size_t json_item_count(const struct json *array)
{
	return json_array_size(as_jansson(array));
}

size_t json_member_count(const struct json *object)
{
	return json_object_size(as_jansson(object));
}

const struct json *json_item(const struct json *array, size_t index)
{
	return of_jansson(json_array_get(as_jansson(array), index));
}

const struct json *json_at(const struct json *object, const char *key)
{
	return of_jansson(json_object_get(as_jansson(object), key));
}

static struct json_each begin_jansson(const struct json *container, size_t count)
{
	return (struct json_each){.container = container, .index = SIZE_MAX, .left = count};
}

struct json_each json_items(const struct json *array)
{
	return begin_jansson(array, json_item_count(array));
}

struct json_each json_members(const struct json *object)
{
	return begin_jansson(object, json_member_count(object));
}

static void next_member(struct json_each *each)
{
	/* jansson's iteration takes objects that could be changed, and changes nothing. */
	json_t *object = (json_t *)(uintptr_t)each->container;
	void *place = each->place ? json_object_iter_next(object, (void *)(uintptr_t)each->place)
	                          : json_object_iter(object);

	each->place = place;
	each->key = str_of(json_object_iter_key(place));
	each->value = of_jansson(json_object_iter_value(place));
}

bool json_next(struct json_each *each)
{
	if (each->left == 0)
		return false;
	each->left--;
	each->index++;
	if (json_typeof(as_jansson(each->container)) == JSON_OBJECT)
		next_member(each);
	else
		each->value = json_item(each->container, each->index);
	return true;
}
