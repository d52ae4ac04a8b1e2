/* Strict parsing of JSON. jansson does the parsing; what it does not limit for hostile documents is
 * checked before: depth (it recurses), the number of containers (an empty one of two bytes costs
 * some two hundred) and NUL bytes. Its error texts may quote the document, so only known ones are
 * passed on. */
#include "base/json.h"

#include <string.h>

#include "base/json_memory.h"

void json_seed(uint64_t seed)
{
	json_set_alloc_funcs(json_memory_take, json_memory_give_back);
	/* 0 would make jansson ask the operating system for a seed. */
	json_object_seed(seed ? (size_t)seed : 1);
}

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

/* Our own words for each kind of error, and of jansson's texts only those that hold no part of the
 * document. */
static const char *reason_of(const json_error_t *error)
{
	static const char *const known[] = {
	        "string or '}' expected", "':' expected",           "'}' expected",
	        "']' expected",           "'[' or '{' expected",    "unexpected token",
	        "invalid token",          "unexpected newline",     "invalid escape",
	        "control character",      "invalid Unicode escape", "invalid Unicode",
	};
	switch ((int)json_error_code(error)) {
	case json_error_premature_end_of_input: return "ends too early";
	case json_error_end_of_input_expected: return "unexpected text after the document";
	case json_error_invalid_utf8: return "invalid UTF-8";
	case json_error_duplicate_key: return "duplicate key";
	case json_error_numeric_overflow: return "number out of range";
	case json_error_null_character: return "NUL character";
	default: break;
	}
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strncmp(error->text, known[i], strlen(known[i])) == 0)
			return known[i];
	return "invalid syntax";
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

static json_t *parse_document(struct str text, size_t flags, struct err *err)
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
	json_error_t error;
	json_memory_begin();
	json_t *tree = json_loadb(text.data, text.len, flags, &error);
	json_memory_end();
	if (!tree)
		err_set(err, "line %d, column %d: %s", error.line, error.column, reason_of(&error));
	return tree;
}

json_t *json_parse(struct str text, struct err *err)
{
	return parse_document(text, JSON_REJECT_DUPLICATES, err);
}

json_t *json_parse_lenient(struct str text, struct err *err)
{
	return parse_document(text, 0, err);
}

void json_free(json_t *tree)
{
	json_decref(tree);
}

const json_t *json_at(const json_t *object, const char *key)
{
	return json_object_get(object, key);
}

struct str json_str_at(const json_t *object, const char *key)
{
	return json_str_value(json_at(object, key));
}

struct str json_str_value(const json_t *value)
{
	return str_make(json_string_value(value), json_string_length(value));
}

bool json_int_at(const json_t *object, const char *key, int64_t *ret)
{
	const json_t *value = json_at(object, key);
	if (!json_is_integer(value))
		return false;
	*ret = json_integer_value(value);
	return true;
}

bool json_number_at(const json_t *object, const char *key, double *ret)
{
	const json_t *value = json_at(object, key);
	if (!json_is_number(value))
		return false;
	*ret = json_number_value(value);
	return true;
}

bool json_bool_at(const json_t *object, const char *key, bool *ret)
{
	const json_t *value = json_at(object, key);
	if (!json_is_boolean(value))
		return false;
	*ret = json_is_true(value);
	return true;
}
