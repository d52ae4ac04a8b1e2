/* Keys that begin as their issuers made them to. A table and not a pattern, because there are many,
 * and each is looked at only where its first three bytes are. */
#include "privacy/scan.h"
#include "privacy/secret.h"

#include <string.h>

/* So many bytes decide whether it is a key; the rest is read only then. */
#define DECIDING_BYTES_MAX 128

enum set {
	WORD,      /* letters and digits */
	WORDS,     /* the same and "_" */
	URLSAFE,   /* the same and "-" */
	DOTTED,    /* the same and "." */
	BASE64,    /* letters, digits and "+/=_-" */
	BASE64URL, /* letters, digits and "=_-" */
	CAPITALS,
	SMALLS,
	HEX
};

static const struct {
	struct str prefix;
	enum set set;
	size_t least;
} vendors[] = {
#define VENDOR(prefix, set, least) {{prefix, sizeof(prefix) - 1}, set, least},
#include "privacy/vendors.def"
};

const char *secret_vendor_stem(size_t index)
{
	return index < ARRAY_LEN(vendors) ? vendors[index].prefix.data : NULL;
}

static bool is_of_set(char c, enum set set)
{
	static const char *const more[] = {
	        [WORD] = "",      [WORDS] = "_",      [URLSAFE] = "_-",
	        [DOTTED] = "_-.", [BASE64] = "+/=_-", [BASE64URL] = "=_-",
	        [CAPITALS] = "",  [SMALLS] = "",      [HEX] = ""};
	if (ascii_is_digit(c))
		return true;
	if (set == CAPITALS)
		return c >= 'A' && c <= 'Z';
	if (set == SMALLS)
		return c >= 'a' && c <= 'z';
	if (set == HEX)
		return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f';
	return ascii_is_alpha(c) || (c && !is_wall(c) && strchr(more[set], c));
}

/* False for words with dashes between them. */
static bool is_drawn(const struct mask *mask, size_t start, size_t end)
{
	bool upper = false, lower = false, dash = false;
	for (size_t at = start; at < end; at++) {
		char c = mask->text[at];
		if (ascii_is_digit(c))
			return true;
		upper = upper || (c >= 'A' && c <= 'Z');
		lower = lower || (c >= 'a' && c <= 'z');
		dash = dash || c == '-' || c == '_';
	}
	return !dash || (upper && lower);
}

size_t secret_vendor_claim(struct mask *mask, size_t at)
{
	struct str rest = str_make(mask->text + at, mask->len - at);
	if (ascii_is_alnum(mask_before(mask, at)))
		return at;
	for (size_t i = 0; i < ARRAY_LEN(vendors); i++) {
		struct str prefix = vendors[i].prefix;
		if (prefix.data[0] != rest.data[0] || !str_starts(rest, prefix))
			continue;
		size_t end = at + prefix.len;
		while (end - at < DECIDING_BYTES_MAX &&
		       is_of_set(mask_at(mask, end), vendors[i].set))
			end++;
		/* A point ends the sentence. */
		while (end > at && mask->text[end - 1] == '.')
			end--;
		if (end < at + prefix.len + vendors[i].least ||
		    (vendors[i].set != WORD && vendors[i].set != CAPITALS &&
		     !is_drawn(mask, at + prefix.len, end)))
			continue;
		/* The rest of the token, whatever it is: some have parts. */
		while (is_of_set(mask_at(mask, end), vendors[i].set) ||
		       is_of_set(mask_at(mask, end), URLSAFE))
			end++;
		mask_claim(mask, at, end, PII_API_KEY);
		return end;
	}
	return at;
}
