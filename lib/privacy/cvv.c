/* The security code of a card: three or four digits behind a word for it, or behind a card number
 * and, perhaps, its date. */
#include <string.h>

#include "privacy/scan.h"

#define WAY_BYTES_MAX 48
#define TAG_BYTES_MAX 12

static bool has_code_length(const struct mask *mask, const struct group *group)
{
	size_t end = group->start + group->len;
	return (group->len == 3 || group->len == 4) && !ascii_is_alnum(mask_at(mask, end)) &&
	       !((mask_at(mask, end) == '-' || mask_at(mask, end) == '.') &&
	         ascii_is_digit(mask_at(mask, end + 1)));
}

/* The start of the tag that ends at `end`: "</b>"; `end` when there is none. */
static size_t tag_start(const struct mask *mask, size_t end)
{
	size_t at = end - 1;
	if (mask->text[at] != '>')
		return end;
	while (at > 0 && end - at < TAG_BYTES_MAX &&
	       (ascii_is_alnum(mask->text[at - 1]) || mask->text[at - 1] == '/'))
		at--;
	return mask_before(mask, at) == '<' ? at - 1 : end;
}

/* True when nothing but signs, tags, and a date like 12/27 or 12|2027, is between a card number
 * that was just found and `at`. */
static bool is_beside_card(const struct mask *mask, size_t at)
{
	size_t start = at, digits = 0, slashes = 0, bars = 0;
	while (start > 0 && at - start < WAY_BYTES_MAX && !is_wall(mask->text[start - 1])) {
		char c = mask->text[start - 1];
		size_t tag = tag_start(mask, start);
		if (tag == start && !ascii_is_digit(c) && !strchr(" ,;|/\t\r", c))
			break;
		digits += ascii_is_digit(c);
		slashes += c == '/';
		bars += c == '|' || c == ';' || c == ',';
		start = tag < start ? tag : start - 1;
	}
	return mask_before(mask, start) == WALL_CLAIM + PII_CREDIT_CARD &&
	       (digits == 0 ||
	        ((digits == 4 || digits == 6) && (slashes == 1 || (slashes == 0 && bars == 3))));
}

void cvv_find(struct mask *mask, struct groups *groups)
{
	groups_read(groups, mask);
	for (size_t i = 0; i < groups->count; i++) {
		const struct group *group = &groups->at[i];
		if (has_code_length(mask, group) &&
		    (context_directly(mask, group->start, WORD_CVV) ||
		     context_is_security_code(mask, group->start) ||
		     is_beside_card(mask, group->start)))
			mask_claim(mask, group->start, group->start + group->len, PII_CVV);
	}
}
