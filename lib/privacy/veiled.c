/* E-mail addresses that people veil: "name (at) host.tld", "name [at] host [dot] tld", "name @
 * host.tld", and local parts in quotes (RFC 5321). A bare " at " or " dot " counts only together:
 * "name at host dot com". Each sign is looked at once, and no further than an address is long. */
#include <string.h>

#include "privacy/scan.h"

#define LOCAL_BYTES_MAX 64
#define DOMAIN_BYTES_MAX 128
#define SIGN_BYTES_MAX 12
#define QUOTED_BYTES_MAX 64

static bool is_local_char(char c)
{
	return ascii_is_alnum(c) || (c && strchr("._+-%", c)) || is_high(c);
}

static bool is_label_char(char c)
{
	return ascii_is_alnum(c) || c == '-' || is_high(c);
}

/* How a sign is written: how many bytes it has, and how sure it is. */
struct sign {
	size_t bytes;
	bool bare; /* a word between blanks, without brackets */
};

/* One of `words` at `at`, in brackets or between blanks; bytes == 0 for none. */
static struct sign word_sign(const struct mask *mask, size_t at, const char *const *words)
{
	static const char opening[] = "([{<", closing[] = ")]}>";
	size_t end = at;
	while (end - at < 2 && is_blank(mask_at(mask, end)))
		end++;
	bool blank = end > at;
	char open = mask_at(mask, end);
	const char *bracket = open ? strchr(opening, open) : NULL;
	if (bracket)
		end++;
	while (bracket && is_blank(mask_at(mask, end)))
		end++;
	char first = ascii_lower(mask_at(mask, end));
	for (; *words; words++) {
		if (ascii_lower(**words) != first)
			continue;
		struct str word = str_of(*words);
		size_t after = end + word.len;
		if (after > mask->len || !str_ieq(str_make(mask->text + end, word.len), word))
			continue;
		while (bracket && is_blank(mask_at(mask, after)) && after - at < SIGN_BYTES_MAX)
			after++;
		if (bracket ? mask_at(mask, after) != closing[bracket - opening]
		            : !blank || !is_blank(mask_at(mask, after)))
			continue;
		after += bracket ? 1 : 0;
		while (is_blank(mask_at(mask, after)) && after - at < SIGN_BYTES_MAX)
			after++;
		return (struct sign){.bytes = after - at, .bare = !bracket};
	}
	return (struct sign){0};
}

/* Words that are ordinary ones too count in brackets only. */
static struct sign dot_sign(const struct mask *mask, size_t at)
{
	static const char *const ordinary[] = {"point", "prik", "piste", "tecka", NULL};
	static const char *const dots[] = {"dot",  "punkt",  "punto", "ponto",
	                                   "punt", "kropka", ".",     NULL};
	if (mask_at(mask, at) == '.' && is_label_char(mask_at(mask, at + 1)))
		return (struct sign){.bytes = 1};
	struct sign sign = word_sign(mask, at, dots);
	if (sign.bytes == 0) {
		sign = word_sign(mask, at, ordinary);
		if (sign.bare)
			sign.bytes = 0;
	}
	return sign;
}

/* The end of the domain at `start`, with written dots; `start` when it has fewer than two labels or
 * its last one can be no top-level domain. Sets whether a dot was veiled. */
static size_t veiled_domain_end(const struct mask *mask, size_t start, bool *ret_veiled)
{
	size_t at = start, end = start;
	for (size_t labels = 1; at - start < DOMAIN_BYTES_MAX; labels++) {
		size_t label = at;
		while (is_label_char(mask_at(mask, at)) && at - label < LOCAL_BYTES_MAX)
			at++;
		if (at == label || mask->text[label] == '-')
			break;
		if (labels > 1 && email_is_top_level(mask, label, at))
			end = at;
		struct sign dot = dot_sign(mask, at);
		if (dot.bytes == 0)
			break;
		*ret_veiled = *ret_veiled || dot.bytes > 1;
		at += dot.bytes;
	}
	return end;
}

static size_t veiled_local_start(const struct mask *mask, size_t at)
{
	size_t start = at;
	while (start > 0 && at - start < LOCAL_BYTES_MAX && is_local_char(mask->text[start - 1]))
		start--;
	while (start < at && strchr("._-%", mask->text[start]))
		start++;
	/* "anna [dot] k (at) host": the words before belong to it when a bracket says so. */
	for (size_t back = start; back > 4 && start - back < SIGN_BYTES_MAX; back--) {
		struct sign dot = {0};
		if (mask->text[back - 1] == '[' || mask->text[back - 1] == '(')
			dot = dot_sign(mask, back - 1);
		size_t name = back - 1;
		if (dot.bytes == 0 || back - 1 + dot.bytes != start)
			continue;
		while (name > 0 && is_blank(mask->text[name - 1]) && back - name < 3)
			name--;
		size_t before = name;
		while (before > 0 && at - before < LOCAL_BYTES_MAX &&
		       is_local_char(mask->text[before - 1]))
			before--;
		return before;
	}
	return start;
}

/* True when the first word is one of those that sentences have around " at ". */
static bool is_filler(const struct mask *mask, size_t start, size_t end)
{
	static const char *const words[] = {
	        "the",  "a",   "an",  "this", "that", "is",   "are", "was", "were", "be",   "my",
	        "your", "our", "its", "each", "look", "stop", "one", "any", "some", "every"};
	size_t word = start;
	while (word < end && ascii_is_alpha(mask->text[word]))
		word++;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_ieq(str_make(mask->text + start, word - start), str_of(words[i])))
			return true;
	return false;
}

/* Claims the address around the sign at `at`; returns its end, or `at`. */
static size_t claim_veiled(struct mask *mask, size_t at, struct sign sign, bool certain)
{
	bool veiled = certain;
	size_t end = veiled_domain_end(mask, at + sign.bytes, &veiled);
	if (end == at + sign.bytes || !veiled)
		return at;
	size_t start = veiled_local_start(mask, at);
	if (start == at ||
	    (sign.bare && (is_filler(mask, start, at) || is_filler(mask, at + sign.bytes, end))))
		return at;
	mask_claim(mask, start, end, PII_EMAIL);
	return end;
}

/* True when what ends at `end` is no ordinary word. */
static bool looks_like_local(const struct mask *mask, size_t end)
{
	bool special = false;
	size_t start = end;
	if (end == 0 || !ascii_is_alnum(mask->text[end - 1]))
		return false;
	for (; start > 0 && end - start < LOCAL_BYTES_MAX && is_local_char(mask->text[start - 1]);
	     start--)
		special = special || ascii_is_digit(mask->text[start - 1]) ||
		          strchr("._+", mask->text[start - 1]);
	return special;
}

/* "anna.k @ mailbox.example" and "anna.k@ mailbox.example": a sign with blanks at it. */
static size_t spaced_sign(struct mask *mask, size_t sign)
{
	size_t start = sign, end = sign + 1;
	while (start > 0 && sign - start < 2 && is_blank(mask->text[start - 1]))
		start--;
	while (end - sign < 4 && (is_blank(mask_at(mask, end)) || mask_at(mask, end) == '\n'))
		end++;
	/* "connect to @handle.example" */
	if (end == sign + 1 && start < sign && !looks_like_local(mask, start))
		return sign;
	return claim_veiled(mask, start, (struct sign){.bytes = end - start}, true);
}

/* "\"anna k\"@mailbox.example", and as a table of CSV doubles the quotes. */
static bool claim_quoted(struct mask *mask, size_t sign)
{
	size_t close = sign;
	bool veiled = false;
	while (sign - close < 3 && mask_before(mask, close) == '"')
		close--;
	size_t start = close;
	while (start > 0 && sign - start < QUOTED_BYTES_MAX && mask->text[start - 1] != '"' &&
	       mask->text[start - 1] != '\n' && !is_wall(mask->text[start - 1]))
		start--;
	size_t end = veiled_domain_end(mask, sign + 1, &veiled);
	if (mask_before(mask, start) != '"' || end == sign + 1 || start >= close)
		return false;
	mask_claim(mask, start - 1, end, PII_EMAIL);
	return true;
}

void email_find_signs(struct mask *mask)
{
	for (size_t at = 0; at < mask->len; at++) {
		const char *sign = memchr(mask->text + at, '@', mask->len - at);
		if (!sign)
			return;
		at = (size_t)(sign - mask->text);
		if (mask_before(mask, at) == '"' && claim_quoted(mask, at))
			continue;
		(void)spaced_sign(mask, at);
	}
}

/* A quick check of what is at `at`, a blank or a bracket: bare words begin with "at" or "ar". */
static bool may_be_word_sign(const struct mask *mask, size_t at)
{
	char c = mask->text[at], next = ascii_lower(mask_at(mask, at + 1));
	if (!is_blank(c))
		return true;
	if (next == 'a')
		return strchr("tr", ascii_lower(mask_at(mask, at + 2))) != NULL;
	return !ascii_is_alnum(next);
}

static bool is_usual_top_level(struct str text)
{
	static const char *const names[] = {"com", "net", "org", "edu", "info"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_ieq(text, str_of(names[i])))
			return true;
	return false;
}

/* "anna.k_at_mailbox.example", but not "created_at_index.sql". Returns the end, or `at`. */
static size_t claim_underlined(struct mask *mask, size_t at)
{
	bool veiled = false;
	if (ascii_lower(mask_at(mask, at + 1)) != 'a' ||
	    ascii_lower(mask_at(mask, at + 2)) != 't' || mask_at(mask, at + 3) != '_')
		return at;
	size_t start = veiled_local_start(mask, at);
	size_t end = veiled_domain_end(mask, at + 4, &veiled), name = end;
	while (name > at && mask_before(mask, name) != '.')
		name--;
	bool special = false;
	for (size_t i = start; i < at; i++)
		special = special || ascii_is_digit(mask->text[i]) ||
		          strchr(".-+", mask->text[i]) != NULL;
	if (start == at || end == at + 4 ||
	    !(special || is_usual_top_level(str_make(mask->text + name, end - name))))
		return at;
	mask_claim(mask, start, end, PII_EMAIL);
	return end;
}

void email_find_words(struct mask *mask)
{
	static const char *const ats[] = {"at",      "AT",          "@",        "ät",
	                                  "arroba",  "chiocciola",  "malpa",    "małpa",
	                                  "zavinac", "zavináč",     "snabel-a", "apenstaartje",
	                                  "arobase", "klammeraffe", NULL};
	static const bool begins[256] = {[' '] = true, ['\r'] = true, ['('] = true, ['['] = true,
	                                 ['{'] = true, ['<'] = true,  ['_'] = true};
	for (size_t at = 1; at < mask->len; at++) {
		char c = mask->text[at];
		if (!begins[(unsigned char)c])
			continue;
		if (c == '_') {
			size_t end = claim_underlined(mask, at);
			at = end > at ? end - 1 : at;
			continue;
		}
		if (!may_be_word_sign(mask, at) || !is_local_char(mask->text[at - 1]))
			continue;
		struct sign sign = word_sign(mask, at, ats);
		if (sign.bytes == 0)
			continue;
		size_t end = claim_veiled(mask, at, sign, !sign.bare);
		at = end > at ? end - 1 : at;
	}
}
