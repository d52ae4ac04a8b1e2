/* Functions on slices, and ASCII rules. */
#include "base/str.h"

#include <string.h>

#include "base/memmem.h"

struct str str_of(const char *text)
{
	return (struct str){text, text ? strlen(text) : 0};
}

bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static bool equal_ignoring_case(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (ascii_lower(a[i]) != ascii_lower(b[i]))
			return false;
	return true;
}

bool str_ieq(struct str a, struct str b)
{
	return a.len == b.len && equal_ignoring_case(a.data, b.data, a.len);
}

bool str_starts(struct str text, struct str prefix)
{
	return text.len >= prefix.len && str_eq(str_make(text.data, prefix.len), prefix);
}

bool str_istarts(struct str text, struct str prefix)
{
	return text.len >= prefix.len && equal_ignoring_case(text.data, prefix.data, prefix.len);
}

bool str_ends(struct str text, struct str suffix)
{
	return text.len >= suffix.len && str_eq(str_skip(text, text.len - suffix.len), suffix);
}

struct str str_trim(struct str text)
{
	while (text.len > 0 && ascii_is_space(text.data[0]))
		text = str_skip(text, 1);
	while (text.len > 0 && ascii_is_space(text.data[text.len - 1]))
		text.len--;
	return text;
}

struct str str_sentence(const char *text)
{
	struct str sentence = str_trim(str_of(text));

	while (sentence.len > 0 && sentence.data[sentence.len - 1] == '.')
		sentence = str_trim((struct str){sentence.data, sentence.len - 1});
	return sentence;
}

ptrdiff_t str_find(struct str haystack, struct str needle)
{
	if (needle.len == 0)
		return 0;
	if (haystack.len < needle.len)
		return -1;
	const char *found = memmem(haystack.data, haystack.len, needle.data, needle.len);
	return found ? found - haystack.data : -1;
}

ptrdiff_t str_ifind(struct str haystack, struct str needle)
{
	if (needle.len == 0)
		return 0;
	char first = ascii_lower(needle.data[0]);
	for (size_t at = 0; at + needle.len <= haystack.len; at++)
		if (ascii_lower(haystack.data[at]) == first &&
		    equal_ignoring_case(haystack.data + at, needle.data, needle.len))
			return (ptrdiff_t)at;
	return -1;
}

ptrdiff_t str_find_char(struct str haystack, char c)
{
	const char *found = haystack.len ? memchr(haystack.data, c, haystack.len) : NULL;
	return found ? found - haystack.data : -1;
}

struct str str_split(struct str *rest, char separator)
{
	struct str first = *rest;
	ptrdiff_t at = str_find_char(first, separator);
	if (at < 0) {
		*rest = (struct str){0};
		return first;
	}
	*rest = str_skip(first, (size_t)at + 1);
	return str_make(first.data, (size_t)at);
}

int str_to_u64(struct str text, uint64_t *ret)
{
	uint64_t number = 0;
	if (text.len == 0)
		return -1;
	for (size_t i = 0; i < text.len; i++) {
		if (!ascii_is_digit(text.data[i]))
			return -1;
		if (__builtin_mul_overflow(number, (uint64_t)10, &number) ||
		    __builtin_add_overflow(number, (uint64_t)(text.data[i] - '0'), &number))
			return -1;
	}
	*ret = number;
	return 0;
}

int str_to_i64(struct str text, int64_t *ret)
{
	bool negative = str_starts(text, STR("-"));
	uint64_t magnitude;
	if (str_to_u64(str_skip(text, negative), &magnitude) < 0)
		return -1;
	if (magnitude > (uint64_t)INT64_MAX + negative)
		return -1;
	*ret = (int64_t)(negative ? 0 - magnitude : magnitude);
	return 0;
}
