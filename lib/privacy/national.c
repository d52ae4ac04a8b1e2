/* National identity numbers: groups of digits in a usual form whose check digits are right, and
 * British National Insurance numbers. Where the form is an ordinary one, a word must announce it. A
 * number behind a word like "order" is none. */
#include <string.h>

#include "privacy/id_check.h"
#include "privacy/scan.h"

#define DIGITS_MIN 9
#define DIGITS_MAX 15
#define NINO_CHARS 9
#define CORSICA_AT 6 /* where the letter is */

static const struct {
	bool (*check)(const char *digits);
	const char *groups;
	const char *signs;
	size_t skip;
	bool alone;
} forms[] = {
#define FORM(check, groups, signs, skip, alone) {check, groups, signs, skip, alone},
#include "privacy/national_forms.def"
};

static size_t group_len(char c)
{
	return ascii_is_digit(c) ? (size_t)(c - '0') : (size_t)(c - 'a') + 10;
}

/* Reads the digits of a number in this form; returns how many groups, or 0. */
static size_t read_form(const struct mask *mask, const struct groups *groups, size_t first,
                        const char *form, const char *signs, char digits[DIGITS_MAX + 1])
{
	size_t count = 0, len = 0;
	for (; form[count]; count++) {
		if (first + count >= groups->count)
			return 0;
		const struct group *group = &groups->at[first + count];
		if (group->len != group_len(form[count]) || len + group->len > DIGITS_MAX)
			return 0;
		memcpy(digits + len, mask->text + group->start, group->len);
		len += group->len;
		if (form[count + 1] &&
		    !scan_gap_is_one_of(groups_gap(mask, groups, first + count, 1), signs))
			return 0;
	}
	digits[len] = '\0';
	return count;
}

static bool is_sign(char c)
{
	return c == '-' || c == '.' || c == '/' || c == '+';
}

/* True for a part of a longer number or code. */
static bool is_national_part(const struct mask *mask, size_t start, size_t end)
{
	char after = mask_at(mask, end), before = mask_before(mask, start);
	return ascii_is_alnum(after) || after == '_' || before == '_' || before == '#' ||
	       (is_sign(after) && ascii_is_alnum(mask_at(mask, end + 1))) ||
	       (is_sign(before) && start > 1 && ascii_is_alnum(mask->text[start - 2]));
}

static size_t national_at(const struct mask *mask, const struct groups *groups, size_t first)
{
	char digits[DIGITS_MAX + 1];
	size_t start = groups->at[first].start;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		if (group_len(forms[i].groups[0]) > groups->at[first].len)
			break;
		size_t count = groups->at[first].len == group_len(forms[i].groups[0])
		                       ? read_form(mask, groups, first, forms[i].groups,
		                                   forms[i].signs, digits)
		                       : 0;
		if (count == 0 || !forms[i].check(digits + forms[i].skip))
			continue;
		const struct group *last = &groups->at[first + count - 1];
		if (is_national_part(mask, start, last->start + last->len))
			continue;
		if (context_has(mask, start, WORD_NATIONAL, WORD_ORDER) ||
		    (forms[i].alone && !context_is_order_number(mask, start) &&
		     !context_has(mask, start, WORD_ORDER | WORD_ID | WORD_PHONE, WORD_NATIONAL)))
			return count;
	}
	return 0;
}

/* "AB 12 34 56 C", "AB123456C": the letters before the group of digits at `first`. Returns the end,
 * or 0. */
static size_t nino_end(const struct mask *mask, size_t start)
{
	char nino[NINO_CHARS];
	size_t at = start;
	for (size_t len = 0; len < NINO_CHARS; at++) {
		char c = mask_at(mask, at);
		bool gap = c == ' ' || c == '-' || c == '+'; /* "+": a blank of a form */
		if (gap && (len == 2 || len == 4 || len == 6 || len == 8) &&
		    ascii_is_alnum(mask_at(mask, at + 1)))
			continue;
		if (!ascii_is_alnum(c))
			return 0;
		nino[len++] = c;
	}
	return id_check_nino(nino) && !ascii_is_alnum(mask_at(mask, at)) ? at : 0;
}

static bool claim_nino(struct mask *mask, const struct group *group)
{
	size_t start = group->start;
	if (group->len != 2 && group->len != 6)
		return false;
	if (start >= 3 && mask->text[start - 1] && strchr(" -+", mask->text[start - 1]))
		start--;
	if (start < 2)
		return false;
	start -= 2;
	if (!ascii_is_alpha(mask->text[start]) || ascii_is_alnum(mask_before(mask, start)))
		return false;
	size_t end = nino_end(mask, start);
	if (end == 0 || context_is_order_number(mask, start))
		return false;
	/* Small letters and digits are words and codes, unless a word announces them. */
	if (!context_has(mask, start, WORD_NATIONAL, WORD_ORDER) &&
	    (mask->text[start] > 'Z' || mask->text[start + 1] > 'Z' ||
	     context_has(mask, start, WORD_ORDER | WORD_ID, 0)))
		return false;
	mask_claim(mask, start, end, PII_NATIONAL_ID);
	return true;
}

/* A French number of somebody born in Corsica: "1 60 09 2A 045 159 57". Its digits are in two
 * sequences with a letter between them; returns the end, or 0. */
static size_t corsican_end(const struct mask *mask, size_t start)
{
	char digits[DIGITS_MAX + 1];
	size_t at = start, len = 0;
	for (; len < DIGITS_MAX; at++) {
		char c = mask_at(mask, at);
		if (len > 0 && (c == ' ' || c == '-' || c == '.') &&
		    ascii_is_alnum(mask_at(mask, at + 1)))
			continue;
		bool letter = len == CORSICA_AT;
		if (letter ? ascii_lower(c) != 'a' && ascii_lower(c) != 'b' : !ascii_is_digit(c))
			return 0;
		digits[len++] = c;
	}
	if (digits[CORSICA_AT - 1] != '2' || ascii_is_alnum(mask_at(mask, at)))
		return 0;
	/* INSEE: 2A counts as 19, 2B as 18. */
	digits[CORSICA_AT - 1] = '1';
	digits[CORSICA_AT] = ascii_lower(digits[CORSICA_AT]) == 'a' ? '9' : '8';
	return id_check_nir(digits) ? at : 0;
}

static bool claim_corsican(struct mask *mask, const struct group *group)
{
	/* "1" or "160092" */
	char after = mask_at(mask, group->start + group->len);
	bool apart = group->len == 1 && (after == ' ' || after == '-' || after == '.');
	bool together = group->len == CORSICA_AT && ascii_is_alpha(after);
	if ((!apart && !together) || mask->text[group->start] == '0' ||
	    ascii_is_alnum(mask_before(mask, group->start)))
		return false;
	size_t end = corsican_end(mask, group->start);
	if (end == 0 || context_is_order_number(mask, group->start))
		return false;
	mask_claim(mask, group->start, end, PII_NATIONAL_ID);
	return true;
}

void national_find(struct mask *mask, struct groups *groups)
{
	groups_read(groups, mask);
	for (size_t i = 0; i < groups->count; i++) {
		size_t start = groups->at[i].start;
		if (is_wall(mask_at(mask, start)) || claim_nino(mask, &groups->at[i]) ||
		    claim_corsican(mask, &groups->at[i]))
			continue;
		size_t count = groups->at[i].reach < DIGITS_MIN ? 0 : national_at(mask, groups, i);
		if (count == 0 || !context_number_may_start(mask, start))
			continue;
		const struct group *last = &groups->at[i + count - 1];
		mask_claim(mask, start, last->start + last->len, PII_NATIONAL_ID);
		i += count - 1;
	}
}
