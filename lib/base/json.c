/* Strict parsing of JSON. A library does the parsing; what it does not limit for hostile documents
 * is checked before: depth (jansson recurses), the number of containers (an empty one of two bytes
 * costs some two hundred) and NUL bytes. */
#include "base/json.h"

#include <string.h>

#include "base/json_read.h"

/* The first byte after the string whose opening quote is before `at`; `end` when it does not
 * close. */
static const char *skip_string(const char *at, const char *end)
{
	for (const char *start = at;; start = at) {
		const char *quote = memchr(at, '"', (size_t)(end - at));
		if (!quote)
			return end;
		at = quote + 1;
		const char *backslash = quote;
		while (backslash > start && backslash[-1] == '\\')
			backslash--;
		if ((quote - backslash) % 2 == 0)
			return at;
	}
}

/* Where the document first nests deeper or has more containers than allowed, or NULL. Brackets
 * inside strings do not count. A malformed document gets its error from the parser, which stops at
 * the first fault and up to there sees the same brackets. */
static const char *find_excess(struct str text, const char **ret_reason)
{
	const char *end = text.data + text.len;
	int depth = 0, containers = 0;
	for (const char *at = text.data; at < end;) {
		char c = *at++;
		if (c == '"')
			at = skip_string(at, end);
		else if ((c | 0x20) == '{') { /* '{' and '[' differ in this bit only */
			if (++depth > JSON_DEPTH_MAX || ++containers > JSON_CONTAINERS_MAX) {
				*ret_reason = depth > JSON_DEPTH_MAX
				                      ? "nested too deep"
				                      : "too many objects and arrays";
				return at - 1;
			}
		} else if ((c | 0x20) == '}')
			depth--;
	}
	return NULL;
}

/* Sets the error with line and column, both from 1; columns count characters. */
static void set_error_at(struct err *err, struct str text, const char *at, const char *reason)
{
	struct str before = str_make(text.data, (size_t)(at - text.data));
	size_t line = 1;
	for (ptrdiff_t newline; (newline = str_find_char(before, '\n')) >= 0; line++)
		before = str_skip(before, (size_t)newline + 1);
	err_set(err, "line %zu, column %zu: %s", line, utf8_chars(before) + 1, reason);
}

static struct json *parse_document(struct str text, bool lenient, struct err *err)
{
	if (text.len == 0) {
		err_set(err, "line 1, column 1: empty document");
		return NULL;
	}
	const char *bad = memchr(text.data, '\0', text.len);
	if (bad) {
		set_error_at(err, text, bad, "NUL byte");
		return NULL;
	}
	const char *reason;
	bad = find_excess(text, &reason);
	if (bad) {
		set_error_at(err, text, bad, reason);
		return NULL;
	}
	return json_read(text, lenient, err);
}

struct json *json_parse(struct str text, struct err *err)
{
	return parse_document(text, false, err);
}

struct json *json_parse_lenient(struct str text, struct err *err)
{
	return parse_document(text, true, err);
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
