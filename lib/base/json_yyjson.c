/* The values of documents as yyjson keeps them: a value is a yyjson_val, and those of a document
 * lie one behind the other, a container before what it contains.
 *
 * yyjson accepts more than we do, so json_yyjson_check.c looks at each value. What is refused is
 * given to jansson, which finds line, column and reason: so errors are worded alike everywhere.
 *
 * yyjson keeps members that are there twice. Where that is allowed, the document is written again
 * without them (json_yyjson_merge.c) and what was written is parsed. */
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

#include "base/buf.h"
#include "base/json_load.h"
#include "base/json_read.h"
#include "base/json_scan.h"
#include "base/json_yyjson.h"

/* A document looks like a value without a type, which no document contains: so it stands for its
 * root wherever a value is wanted. */
struct document {
	yyjson_val none;
	yyjson_val *root;
	yyjson_doc *doc;
	size_t owners;
};

static yyjson_val *as_yyjson(const struct json *value)
{
	yyjson_val *inner = (yyjson_val *)(uintptr_t)value;

	if (inner && unsafe_yyjson_get_type(inner) == YYJSON_TYPE_NONE)
		return container_of(inner, struct document, none)->root;
	return inner;
}

static const struct json *of_yyjson(const yyjson_val *value)
{
	return (const struct json *)value;
}

/* --- documents --- */

static void *take(void *context, size_t size)
{
	return xmalloc(size);
}

static void *resize(void *context, void *memory, size_t old_size, size_t size)
{
	return xrealloc(memory, size);
}

static void give_back(void *context, void *memory)
{
	free(memory);
}

/* True when a string of the document may hold the escape of a NUL, which yyjson accepts. */
static bool may_hold_nul(struct str text)
{
	const char *end = text.data + text.len;

	for (const char *at = text.data; (at = memchr(at, '\\', (size_t)(end - at))); at++)
		if (end - at >= 6 && memcmp(at + 1, "u0000", 5) == 0)
			return true;
	return false;
}

static yyjson_doc *read_text(struct str text)
{
	const yyjson_alc memory = {take, resize, give_back, NULL};

	/* The text is not changed without YYJSON_READ_INSITU. */
	return yyjson_read_opts((char *)(uintptr_t)text.data, text.len, YYJSON_READ_BIGNUM_AS_RAW,
	                        &memory, NULL);
}

static yyjson_doc *without_repeats(yyjson_doc *doc)
{
	struct buf text;

	buf_init(&text, SIZE_MAX);
	json_yyjson_merge(&text, yyjson_doc_get_root(doc));
	yyjson_doc_free(doc);
	doc = read_text(buf_str(&text));
	ENSURE(doc);
	buf_free(&text);
	return doc;
}

static yyjson_doc *read_checked(struct str text, bool lenient)
{
	yyjson_doc *doc = read_text(text);

	if (!doc)
		return NULL;
	enum json_verdict verdict = json_yyjson_check(doc, may_hold_nul(text));
	if (verdict == JSON_REPEATED && lenient)
		return without_repeats(doc);
	if (verdict == JSON_FINE)
		return doc;
	yyjson_doc_free(doc);
	return NULL;
}

static void explain(struct str text, bool lenient, struct err *err)
{
	if (json_scan(text, err) < 0)
		return;
	struct json_t *tree = json_load(text, lenient, err);
	if (tree)
		err_set(err, "line 1, column 1: only one of two readers accepts the document");
	json_load_free(tree);
}

struct json *json_read(struct str text, bool lenient, struct err *err)
{
	yyjson_doc *doc = read_checked(text, lenient);

	if (!doc) {
		explain(text, lenient, err);
		return NULL;
	}
	struct document *document = xmalloc(sizeof(*document));
	*document = (struct document){.root = yyjson_doc_get_root(doc), .doc = doc, .owners = 1};
	return (struct json *)&document->none;
}

struct json *json_share(struct json *document)
{
	if (document)
		container_of((yyjson_val *)document, struct document, none)->owners++;
	return document;
}

void json_free(struct json *json)
{
	if (!json)
		return;
	struct document *document = container_of((yyjson_val *)json, struct document, none);
	ENSURE(unsafe_yyjson_get_type(&document->none) == YYJSON_TYPE_NONE);
	if (--document->owners > 0)
		return;
	yyjson_doc_free(document->doc);
	free(document);
}

/* Chat replies and pages of tickets are parsed at 480 to 860 MB/s, so a page of a hundred tickets
 * (140 KiB) takes 0.2 ms. */
size_t json_quick_bytes(void)
{
	return 512 * 1024;
}

const char *json_library(void)
{
	return "yyjson";
}

const char *json_library_version(void)
{
	return YYJSON_VERSION_STRING;
}

/* --- values --- */

enum json_kind json_kind(const struct json *value)
{
	yyjson_val *inner = as_yyjson(value);

	switch (yyjson_get_type(inner)) {
	case YYJSON_TYPE_OBJ: return JSON_KIND_OBJECT;
	case YYJSON_TYPE_ARR: return JSON_KIND_ARRAY;
	case YYJSON_TYPE_STR: return JSON_KIND_STRING;
	case YYJSON_TYPE_NUM: return yyjson_is_int(inner) ? JSON_KIND_INTEGER : JSON_KIND_REAL;
	case YYJSON_TYPE_BOOL: return JSON_KIND_BOOL;
	case YYJSON_TYPE_NULL: return JSON_KIND_NULL;
	default: return JSON_KIND_ABSENT;
	}
}

struct str json_str_value(const struct json *value)
{
	yyjson_val *inner = as_yyjson(value);

	return str_make(yyjson_get_str(inner), yyjson_is_str(inner) ? yyjson_get_len(inner) : 0);
}

int64_t json_int_value(const struct json *value)
{
	return yyjson_get_sint(as_yyjson(value));
}

double json_double_value(const struct json *value)
{
	return yyjson_get_num(as_yyjson(value));
}

bool json_bool_value(const struct json *value)
{
	return yyjson_get_bool(as_yyjson(value));
}

size_t json_item_count(const struct json *array)
{
	return yyjson_arr_size(as_yyjson(array));
}

size_t json_member_count(const struct json *object)
{
	return yyjson_obj_size(as_yyjson(object));
}

const struct json *json_item(const struct json *array, size_t index)
{
	return of_yyjson(yyjson_arr_get(as_yyjson(array), index));
}

const struct json *json_at(const struct json *object, const char *key)
{
	return of_yyjson(yyjson_obj_get(as_yyjson(object), key));
}

static struct json_each begin_yyjson(yyjson_val *container, size_t count)
{
	return (struct json_each){.container = of_yyjson(container),
	                          .place = count > 0 ? unsafe_yyjson_get_first(container) : NULL,
	                          .index = SIZE_MAX,
	                          .left = count};
}

struct json_each json_items(const struct json *array)
{
	return begin_yyjson(as_yyjson(array), json_item_count(array));
}

struct json_each json_members(const struct json *object)
{
	return begin_yyjson(as_yyjson(object), json_member_count(object));
}

bool json_next(struct json_each *each)
{
	yyjson_val *value = (yyjson_val *)(uintptr_t)each->place;

	if (each->left == 0)
		return false;
	each->left--;
	each->index++;
	if (yyjson_is_obj(as_yyjson(each->container))) {
		each->key = str_make(yyjson_get_str(value), yyjson_get_len(value));
		value++; /* it stands behind its key */
	}
	each->value = of_yyjson(value);
	each->place = unsafe_yyjson_get_next(value);
	return true;
}
