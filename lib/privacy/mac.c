/* MAC addresses (IEEE 802): six pairs of hexadecimal digits with the same colon or dash between
 * them, or three groups of four with points. All zeros and all ones address nobody. */
#include "privacy/scan.h"

static bool is_hex_digit(char c)
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
			if (!is_hex_digit(mask_at(mask, at)))
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
	        ascii_is_alnum(after) || (after == sign && is_hex_digit(mask_at(mask, at + 1)));
	return varied && !longer ? at : 0;
}

void mac_find(struct mask *mask)
{
	for (size_t at = 2; at < mask->len; at++) {
		char sign = mask->text[at];
		if (sign != ':' && sign != '-' && sign != '.')
			continue;
		size_t len = sign == '.' ? 4 : 2;
		if (at < len || !is_hex_digit(mask->text[at - 1]))
			continue;
		size_t start = at - len;
		char before = mask_before(mask, start);
		if (ascii_is_alnum(before) ||
		    (before == sign && start > 1 && is_hex_digit(mask->text[start - 2])))
			continue;
		size_t end = mac_end(mask, start, len, sign);
		if (end > 0) {
			mask_claim(mask, start, end, PII_MAC);
			at = end - 1;
		}
	}
}
