/* The values of a JSON document, as one of the libraries that parse for us gives them: jansson
 * (json_jansson.c) or yyjson (json_yyjson.c). Which one it is, nobody else sees.
 *
 * A value belongs to its document and is valid until json_free() of that. Each function takes NULL
 * and values of other kinds and treats them as absent. */
#ifndef BASE_JSON_VALUE_H
#define BASE_JSON_VALUE_H

#include "base/str.h"

struct json;

/* Must be called once before the first parse: jansson would otherwise read a seed from the
 * operating system. It also sets the library's allocator, which ends the process when memory is
 * exhausted, so that a document that is NULL never means that. */
void json_seed(uint64_t seed);
/* Which library it is, and its version. */
const char *json_library(void);
const char *json_library_version(void);
/* Documents of up to so many bytes are parsed within a millisecond or so: longer ones had better
 * not be parsed on the thread of an event loop. */
size_t json_quick_bytes(void);
/* One more owner of a document (not of a value inside of one), who frees it as well. */
struct json *json_share(struct json *document) MUST_CHECK;
/* One owner less; the last one frees the document. NULL is allowed. */
void json_free(struct json *document);

enum json_kind {
	JSON_KIND_ABSENT, /* NULL */
	JSON_KIND_NULL,
	JSON_KIND_BOOL,
	JSON_KIND_INTEGER, /* written without fraction and exponent */
	JSON_KIND_REAL,
	JSON_KIND_STRING,
	JSON_KIND_ARRAY,
	JSON_KIND_OBJECT,
};

enum json_kind json_kind(const struct json *value);
/* The string, which a NUL follows and which holds none; data == NULL when it is no string. */
struct str json_str_value(const struct json *value);
/* 0 when it is no integer */
int64_t json_int_value(const struct json *value);
/* of integers and reals; 0 when it is neither */
double json_double_value(const struct json *value);
/* false when it is no boolean */
bool json_bool_value(const struct json *value);

/* How many elements the array has, or members the object; 0 when it is none. */
size_t json_item_count(const struct json *array);
size_t json_member_count(const struct json *object);
/* The element of an array, from 0; NULL beyond its end. This may walk from the first one: use
 * json_items() for more than a few of them. */
const struct json *json_item(const struct json *array, size_t index);
/* The member of an object, NULL when absent. This may walk over all members. */
const struct json *json_at(const struct json *object, const char *key);

/* Goes through the elements of an array, or the members of an object, in the order of the text (of
 * a key that is there twice, see json_parse_lenient(), in the order of its first place):
 *
 *     for (struct json_each each = json_items(list); json_next(&each);)
 *             use(each.value);
 */
struct json_each {
	const struct json *value;
	struct str key; /* of a member, a NUL follows it */
	size_t index;   /* from 0 */
	/* of the library */
	const struct json *container;
	const void *place;
	size_t left;
};
struct json_each json_items(const struct json *array);
struct json_each json_members(const struct json *object);
bool json_next(struct json_each *each);

#endif
