/* JSON: strict parsing with jansson, and writing straight into a buffer.
 *
 * Every document from outside may be hostile: its depth and its number of containers are limited
 * before jansson recurses and allocates, its size by the buffer it came in; invalid UTF-8, NUL and
 * trailing bytes are errors. Trees are reference counted by jansson; json_free() drops one
 * reference. Getters accept NULL and wrong types and treat them as absent. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>

#include "base/buf.h"

#define JSON_DEPTH_MAX 64
/* objects and arrays; a page of 1 MiB full of custom fields has 35,000 */
#define JSON_CONTAINERS_MAX (256 * 1024)

/* Must be called once before the first parse: jansson would otherwise read a seed from the
 * operating system. It also sets jansson's allocator, which ends the process when memory is
 * exhausted, so that a NULL tree never means that. */
void json_seed(uint64_t seed);
/* Parses one strict document (an object or an array), without duplicate keys. The caller frees it
 * with json_free(). NULL on failure, with line, column and reason in `err`, never content. Also
 * refused: a byte order mark, NUL as byte or as \u0000, invalid UTF-8, lone surrogates, numbers
 * that do not fit int64_t or double, nesting deeper than JSON_DEPTH_MAX, more than
 * JSON_CONTAINERS_MAX objects and arrays, anything but white space after the document. */
json_t *json_parse(struct str text, struct err *err) MUST_CHECK;
/* The same, but duplicate keys are allowed and the last one counts. For answers of models. */
json_t *json_parse_lenient(struct str text, struct err *err) MUST_CHECK;
void json_free(json_t *tree);

/* NULL when absent or not an object */
const json_t *json_at(const json_t *object, const char *key);
/* The string, valid as long as the tree; data == NULL when absent, null or no string. */
struct str json_str_at(const json_t *object, const char *key);
struct str json_str_value(const json_t *value);
bool json_int_at(const json_t *object, const char *key, int64_t *ret);   /* integers only */
bool json_number_at(const json_t *object, const char *key, double *ret); /* integers and reals */
bool json_bool_at(const json_t *object, const char *key, bool *ret);

/* Appends a quoted JSON string; each byte that is not part of valid UTF-8 becomes U+FFFD. */
void json_add_string(struct buf *buf, struct str text);
/* Appends `"key":`, with a comma before it unless the buffer ends in '{', '[' or is empty. */
void json_add_key(struct buf *buf, const char *key);
void json_add_member(struct buf *buf, const char *key, struct str value);
void json_add_member_int(struct buf *buf, const char *key, int64_t value);
/* Rounded to `decimals` (0 to 9); null when not finite. */
void json_add_member_number(struct buf *buf, const char *key, double value, int decimals);
void json_add_member_bool(struct buf *buf, const char *key, bool value);
/* Appends a comma unless the buffer ends in '{', '[' or is empty. */
void json_add_comma(struct buf *buf);

#endif
