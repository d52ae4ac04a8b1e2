/* JSON: strict parsing, and writing straight into a buffer.
 *
 * Every document from outside may be hostile: its depth and its number of containers are limited
 * before a library parses it, its size by the buffer it came in; invalid UTF-8, NUL and trailing
 * bytes are errors. This is the only way to read JSON: the library that does it is known to
 * lib/base/json_*.c alone. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"
#include "base/json_value.h"

#define JSON_DEPTH_MAX 64
/* objects and arrays; a page of 1 MiB full of custom fields has 35,000 */
#define JSON_CONTAINERS_MAX (256 * 1024)

/* Parses one strict document (an object or an array), without duplicate keys. The caller frees it
 * with json_free(). NULL on failure, with line, column and reason in `err`, never content. Also
 * refused: a byte order mark, NUL as byte or as \u0000, invalid UTF-8, lone surrogates, numbers
 * that do not fit int64_t or double, nesting deeper than JSON_DEPTH_MAX, more than
 * JSON_CONTAINERS_MAX objects and arrays, anything but white space after the document. */
struct json *json_parse(struct str text, struct err *err) MUST_CHECK;
/* The same, but duplicate keys are allowed and the last one counts. For answers of models. */
struct json *json_parse_lenient(struct str text, struct err *err) MUST_CHECK;

/* The elements of an array, for going through them in another order than theirs. The list, not the
 * elements, is the caller's, who releases it with free(). */
const struct json **json_list(const struct json *array, size_t *ret_count) MUST_CHECK;

bool json_is_object(const struct json *value);
bool json_is_array(const struct json *value);
bool json_is_string(const struct json *value);
bool json_is_integer(const struct json *value);
bool json_is_real(const struct json *value);
bool json_is_number(const struct json *value); /* integer or real */
bool json_is_null(const struct json *value);   /* a null that is there */
bool json_is_true(const struct json *value);
bool json_is_false(const struct json *value);

/* The string, valid as long as the tree; data == NULL when absent, null or no string. */
struct str json_str_at(const struct json *object, const char *key);
bool json_int_at(const struct json *object, const char *key, int64_t *ret); /* integers only */
bool json_number_at(const struct json *object, const char *key,
                    double *ret); /* integers and reals */
bool json_bool_at(const struct json *object, const char *key, bool *ret);

/* --- writing --- */

/* Appends a quoted JSON string; each byte that is not part of valid UTF-8 becomes U+FFFD. */
void json_add_string(struct buf *buf, struct str text);
/* Appends `"key":`, with a comma before it unless the buffer ends in '{', '[' or is empty. */
void json_add_key(struct buf *buf, const char *key);
void json_add_member(struct buf *buf, const char *key, struct str value);
void json_add_member_int(struct buf *buf, const char *key, int64_t value);
/* Rounded to `decimals` (0 to 9); null when not finite. */
void json_add_member_number(struct buf *buf, const char *key, double value, int decimals);
void json_add_member_bool(struct buf *buf, const char *key, bool value);
/* Appends a value that was read, without white space; "null" for NULL. Reals keep their value, with
 * `.0` or an exponent, so that they stay reals. */
void json_add_value(struct buf *buf, const struct json *value);
/* Appends a comma unless the buffer ends in '{', '[' or is empty. */
void json_add_comma(struct buf *buf);

#endif
