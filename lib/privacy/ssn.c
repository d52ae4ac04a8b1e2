/* Social security numbers of the United States, and taxpayer numbers in the same shape (areas
 * 900-999): ddd-dd-dddd with the same dash, point or blank twice. Nine digits in a row count only
 * after a word that announces them. Areas, groups and serials that are never issued are refused,
 * and so are the numbers that everybody uses as examples, unless a word announces them. */
#include "privacy/scan.h"

#include <string.h>

#define SSN_DIGITS 9
#define SSN_GROUPS 3

static bool is_issued(const char digits[SSN_DIGITS])
{
	static const char *const areas[] = {"000", "666"};
	for (size_t i = 0; i < ARRAY_LEN(areas); i++)
		if (memcmp(digits, areas[i], 3) == 0)
			return false;
	if (memcmp(digits + 3, "00", 2) == 0 || memcmp(digits + 5, "0000", 4) == 0)
		return false;
	for (size_t i = 1; i < SSN_DIGITS; i++)
		if (digits[i] != digits[0])
			return true;
	return false;
}

static bool is_example(const char digits[SSN_DIGITS])
{
	return memcmp(digits, "123456789", SSN_DIGITS) == 0 ||
	       memcmp(digits, "078051120", SSN_DIGITS) == 0 ||
	       memcmp(digits, "98765432", SSN_DIGITS - 1) == 0;
}

static bool ssn_announced(const struct mask *mask, size_t start)
{
	return context_has(mask, start, WORD_SSN, WORD_ORDER | WORD_PHONE);
}

/* True for a part of a longer number written with the same sign: 2024-123-45-6789. */
static bool ssn_is_embedded(const struct mask *mask, size_t start, size_t end, char sign)
{
	if (sign == ' ')
		return false;
	return (mask_before(mask, start) == sign && start > 1 &&
	        ascii_is_digit(mask->text[start - 2])) ||
	       (mask_at(mask, end) == sign && ascii_is_digit(mask_at(mask, end + 1)));
}

static bool is_grouped(const struct mask *mask, const struct groups *groups, size_t first)
{
	static const size_t sizes[SSN_GROUPS] = {3, 2, 4};
	if (first + SSN_GROUPS > groups->count)
		return false;
	const struct group *group = &groups->at[first];
	for (size_t i = 0; i < SSN_GROUPS; i++)
		if (group[i].len != sizes[i])
			return false;
	struct str one = groups_gap(mask, groups, first, 1),
	           two = groups_gap(mask, groups, first + 1, 1);
	return scan_gap_is_one_of(one, "-. ") && str_eq(one, two) &&
	       !ssn_is_embedded(mask, group[0].start, group[2].start + group[2].len, one.data[0]);
}

/* How many groups from `first` on are an SSN: 3, 1 or 0. */
static size_t ssn_at(const struct mask *mask, const struct groups *groups, size_t first)
{
	const struct group *group = &groups->at[first];
	char digits[SSN_DIGITS];
	if (group->len != SSN_DIGITS && group->len != 3)
		return 0;
	if (!context_number_may_start(mask, group->start))
		return 0;
	if (group->len == SSN_DIGITS) {
		memcpy(digits, mask->text + group->start, SSN_DIGITS);
		bool alone = !ascii_is_alnum(mask_at(mask, group->start + SSN_DIGITS));
		return alone && is_issued(digits) && ssn_announced(mask, group->start);
	}
	if (!is_grouped(mask, groups, first))
		return 0;
	memcpy(digits, mask->text + group[0].start, 3);
	memcpy(digits + 3, mask->text + group[1].start, 2);
	memcpy(digits + 5, mask->text + group[2].start, 4);
	if (!is_issued(digits) || (is_example(digits) && !ssn_announced(mask, group->start)))
		return 0;
	return SSN_GROUPS;
}

void ssn_find(struct mask *mask, struct groups *groups)
{
	groups_read(groups, mask);
	for (size_t i = 0; i < groups->count; i++) {
		size_t count = ssn_at(mask, groups, i);
		if (count == 0)
			continue;
		const struct group *last = &groups->at[i + count - 1];
		mask_claim(mask, groups->at[i].start, last->start + last->len, PII_SSN);
		i += count - 1;
	}
}
