/* Slices: pointer and length of text that is owned elsewhere. A slice is not NUL-terminated unless
 * stated, and may hold NUL bytes. Also the rules about UTF-8 and ASCII that several modules share;
 * ASCII functions are independent of the locale. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/ascii.h"
#include "base/base.h"

struct str {
	const char *data; /* may be NULL when len is 0 */
	size_t len;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).len, (s).data ? (s).data : ""

struct str str_of(const char *text); /* NULL gives the empty slice */
static inline struct str str_make(const char *data, size_t len)
{
	return (struct str){data, len};
}
bool str_eq(struct str a, struct str b);
bool str_ieq(struct str a, struct str b); /* ASCII case ignored */
bool str_starts(struct str text, struct str prefix);
bool str_istarts(struct str text, struct str prefix);
bool str_ends(struct str text, struct str suffix);
struct str str_trim(struct str text); /* without ASCII white space at both ends */
/* Ready to have a full stop put behind it: without white space and full stops at its end. */
struct str str_sentence(const char *text);
/* The rest; empty when it is shorter. */
static inline struct str str_skip(struct str text, size_t bytes)
{
	if (bytes > text.len)
		bytes = text.len;
	return bytes ? str_make(text.data + bytes, text.len - bytes) : text;
}
/* Offset of the first occurrence, or -1. */
ptrdiff_t str_find(struct str haystack, struct str needle);
ptrdiff_t str_ifind(struct str haystack, struct str needle);
ptrdiff_t str_find_char(struct str haystack, char c);
/* Cuts `*rest` at the first `separator` and returns what was before it; all of it when there is
 * none. After the last piece `rest->data` is NULL, so that `while (rest.data)` sees every piece,
 * including empty ones. */
struct str str_split(struct str *rest, char separator);
/* Decimal digits only, no sign, no blanks, no overflow: 0, or -1. */
int str_to_u64(struct str text, uint64_t *ret) MUST_CHECK;
int str_to_i64(struct str text, int64_t *ret) MUST_CHECK; /* an optional leading minus */

/* RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool utf8_valid(struct str text);
/* The longest prefix of at most `bytes` bytes that ends on a character boundary. */
struct str utf8_cut(struct str text, size_t bytes);
/* The longest prefix of at most `characters` characters (code points). */
struct str utf8_cut_chars(struct str text, size_t characters);
size_t utf8_chars(struct str text);
/* Decodes one character of valid or invalid text, which must not be empty, and says how many bytes
 * it has (at least 1); U+FFFD for an invalid byte. The functions above likewise count each invalid
 * byte as one character. */
uint32_t utf8_decode(struct str text, size_t *ret_bytes);
/* Writes up to 4 bytes and returns how many. Surrogates and numbers that are no code point are
 * written as U+FFFD. */
size_t utf8_encode(uint32_t code_point, char out[4]);

/* The singular or plural word for a number: str_plural(1, "ticket", "tickets"). */
static inline const char *str_plural(uint64_t count, const char *one, const char *many)
{
	return count == 1 ? one : many;
}

#endif
