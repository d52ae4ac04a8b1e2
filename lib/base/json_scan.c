/* Looks at the brackets of a document: jansson recurses and allocates some two hundred bytes for an
 * empty container of two, and bounds neither the depth that we want nor the number. */
#include "base/json_scan.h"

#include <string.h>

#include "base/json.h"

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

int json_scan(struct str text, struct err *err)
{
	if (text.len == 0)
		return err_set(err, "line 1, column 1: empty document");
	const char *bad = memchr(text.data, '\0', text.len), *reason = "NUL byte";
	if (!bad)
		bad = find_excess(text, &reason);
	if (bad)
		set_error_at(err, text, bad, reason);
	return bad ? -1 : 0;
}
