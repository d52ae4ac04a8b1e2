/* E-mail addresses: a dot-atom, an at sign, a domain of at least two labels that ends in a name
 * (RFC 5322, RFC 5321, and RFC 6531 for letters beyond ASCII). Characters that are allowed in a
 * local part but usually separate things (= / ? &) end it, so that a link keeps its shape. Every at
 * sign is examined once and neither side crosses another one, so the time is linear. */
#include <string.h>

#include "privacy/scan.h"

/* First bytes of characters of three and four bytes: emoji, and scripts often written without
 * blanks. Next to an address in Latin letters they are rarely part of it. */
#define FIRST_WIDE 0xE0

static bool is_local(char c)
{
	return ascii_is_alnum(c) || (c && strchr(".!#$%'*+-^_`{|}~", c)) || is_high(c);
}

static bool is_domain(char c)
{
	return ascii_is_alnum(c) || c == '-' || c == '.' || is_high(c);
}

static bool is_wide(char c)
{
	return (unsigned char)c >= FIRST_WIDE;
}

/* Where the last character before `end` begins; a character must end at `end`. */
static size_t character_before(const struct mask *mask, size_t end)
{
	size_t start = end - 1;
	while (start > 0 && end - start < 4 && ((unsigned char)mask->text[start] & 0xC0) == 0x80)
		start--;
	return start;
}

static size_t local_start(const struct mask *mask, size_t at)
{
	bool wide = at > 0 && is_wide(mask->text[character_before(mask, at)]);
	size_t start = at;
	while (start > 0 && is_local(mask->text[start - 1])) {
		size_t previous = character_before(mask, start);
		if (!wide && is_wide(mask->text[previous]))
			break;
		start = previous;
	}
	/* Quotes, dots and Markdown around an address do not belong to it. */
	while (start < at && !ascii_is_alnum(mask->text[start]) && !is_high(mask->text[start]) &&
	       mask->text[start] != '_' && mask->text[start] != '+')
		start++;
	return start;
}

/* Endings of files that are no top-level domains: "logo@2x.png". */
static bool is_file_ending(struct str label)
{
	static const char *const endings[] = {"png",  "jpg", "jpeg", "gif",  "svg", "webp", "ico",
	                                      "bmp",  "tif", "tiff", "css",  "js",  "html", "htm",
	                                      "php",  "pdf", "heic", "avif", "tgz", "json", "xml",
	                                      "yaml", "yml", "log",  "txt"};
	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (str_ieq(label, str_of(endings[i])))
			return true;
	return false;
}

bool email_is_top_level(const struct mask *mask, size_t start, size_t end)
{
	if (end - start < 2 || is_file_ending(str_make(mask->text + start, end - start)))
		return false;
	if (end - start > 4 && str_istarts(str_make(mask->text + start, end - start), STR("xn--")))
		return true;
	for (size_t i = start; i < end; i++)
		if (!ascii_is_alpha(mask->text[i]) && !is_high(mask->text[i]))
			return false;
	return true;
}

/* The end of the domain that starts at `start`, or `start` itself when there is none. Labels after
 * the last one that can be a top-level domain do not belong to it. */
static size_t domain_end(const struct mask *mask, size_t start)
{
	bool wide = is_wide(mask_at(mask, start));
	size_t end = start, label = start, labels = 0;
	for (size_t at = start;; at++) {
		char c = mask_at(mask, at);
		if (at < mask->len && is_domain(c) && c != '.' && (wide || !is_wide(c)))
			continue;
		size_t label_end = at;
		while (label_end > label && mask->text[label_end - 1] == '-')
			label_end--;
		if (label_end == label)
			return end;
		labels++;
		if (labels > 1 && email_is_top_level(mask, label, label_end))
			end = label_end;
		if (c != '.' || label_end < at)
			return end;
		label = at + 1;
	}
}

bool email_around(const struct mask *mask, size_t at, size_t *ret_start, size_t *ret_end)
{
	size_t start = local_start(mask, at);
	size_t end = domain_end(mask, at + 1);
	if (start == at || end == at + 1)
		return false;
	*ret_start = start;
	*ret_end = end;
	return true;
}

void email_find(struct mask *mask)
{
	for (size_t at = 0; at < mask->len; at++) {
		const char *sign = memchr(mask->text + at, '@', mask->len - at);
		if (!sign)
			return;
		at = (size_t)(sign - mask->text);
		size_t start, end;
		if (email_around(mask, at, &start, &end)) {
			mask_claim(mask, start, end, PII_EMAIL);
			at = end - 1;
		}
	}
}
