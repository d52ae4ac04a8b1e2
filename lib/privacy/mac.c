/* MAC addresses (IEEE 802): six pairs of hexadecimal digits with the same colon or dash between
 * them, or three groups of four with points; without signs behind a word for them only. All zeros
 * and all ones address nobody. */
#include "privacy/scan.h"

#include <string.h>

#define BARE_DIGITS 12

static bool is_mac_digit(char c)
{
	return ascii_is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}

/* The end of groups of `len` digits with `sign` between them that begin at `at`; 0: there are not
 * exactly 12 digits, or nobody has this address. */
static size_t mac_end(const struct mask *mask, size_t at, size_t len, char sign)
{
	size_t digits = 0;
	bool varied = false;
	char first = ascii_lower(mask_at(mask, at));
	for (;; at++) {
		for (size_t i = 0; i < len; i++, at++, digits++) {
			if (!is_mac_digit(mask_at(mask, at)))
				return 0;
			varied = varied || ascii_lower(mask->text[at]) != first;
		}
		if (digits == 12)
			break;
		if (mask_at(mask, at) != sign)
			return 0;
	}
	char after = mask_at(mask, at);
	bool longer =
	        ascii_is_alnum(after) || (after == sign && is_mac_digit(mask_at(mask, at + 1)));
	return varied && !longer ? at : 0;
}

/* True when one more pair with the same sign is before `start`, so that this is something longer. A
 * label can end in hexadecimal letters: "MAC:06:20:4a:e8:e9:a1". */
static bool follows_pair(const struct mask *mask, size_t start, size_t len, char sign)
{
	if (mask_before(mask, start) != sign || start < len + 1)
		return false;
	for (size_t i = 1; i <= len; i++)
		if (!is_mac_digit(mask->text[start - 1 - i]))
			return false;
	return !ascii_is_alnum(mask_before(mask, start - 1 - len));
}

static void find_signed(struct mask *mask, char sign)
{
	const size_t len = sign == '.' ? 4 : 2;
	for (size_t at = len; at < mask->len; at++) {
		const char *found = memchr(mask->text + at, sign, mask->len - at);
		if (!found)
			return;
		at = (size_t)(found - mask->text);
		size_t start = at - len;
		if (!is_mac_digit(mask->text[at - 1]) || ascii_is_alnum(mask_before(mask, start)) ||
		    follows_pair(mask, start, len, sign))
			continue;
		size_t end = mac_end(mask, start, len, sign);
		if (end > 0) {
			mask_claim(mask, start, end, PII_MAC);
			at = end - 1;
		}
	}
}

static void find_bare(struct mask *mask, struct groups *groups)
{
	size_t done = 0;
	for (size_t i = 0; i < groups->count; i++) {
		size_t start = groups->at[i].start, end = start;
		if (start < done ||
		    (groups->at[i].len < BARE_DIGITS && !is_mac_digit(mask_before(mask, start)) &&
		     !is_mac_digit(mask_at(mask, start + groups->at[i].len))))
			continue;
		while (start > done && is_mac_digit(mask->text[start - 1]))
			start--;
		while (is_mac_digit(mask_at(mask, end)))
			end++;
		done = end;
		if (end - start == BARE_DIGITS && !ascii_is_alnum(mask_before(mask, start)) &&
		    mac_end(mask, start, BARE_DIGITS, '\0') == end &&
		    context_has(mask, start, WORD_MAC, WORD_ORDER | WORD_ID))
			mask_claim(mask, start, end, PII_MAC);
	}
}

void mac_find(struct mask *mask, struct groups *groups)
{
	find_signed(mask, ':');
	find_signed(mask, '-');
	find_signed(mask, '.');
	groups_read(groups, mask);
	find_bare(mask, groups);
}
