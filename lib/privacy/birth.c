/* Dates of birth: a date within five words after a word like "born", or right before one, in digits
 * ("12.03.1985", "1985-03-12", "03/12/85") or with the name of the month ("12 March 1985",
 * "March 12, 1985"). */
#include <string.h>

#include "privacy/scan.h"

#define MONTH_BYTES_MAX 24
#define MONTH_WORDS_MAX 3

static unsigned group_value(const struct mask *mask, const struct group *group)
{
	unsigned value = 0;
	for (size_t i = 0; i < group->len && i < 4; i++)
		value = value * 10 + (unsigned)(mask->text[group->start + i] - '0');
	return value;
}

static bool is_year(const struct mask *mask, const struct group *group)
{
	unsigned year = group->len == 4 ? group_value(mask, group) : 0;
	return year >= 1900 && year < 2100;
}

static bool is_day(const struct mask *mask, const struct group *group)
{
	unsigned day = group->len <= 2 ? group_value(mask, group) : 0;
	return day >= 1 && day <= 31;
}

/* Three groups with the same sign between them. */
static bool is_numeric(const struct mask *mask, const struct groups *groups, size_t first)
{
	if (first + 2 >= groups->count)
		return false;
	const struct group *group = &groups->at[first];
	if (!is_day(mask, &group[1]))
		return false;
	struct str one = groups_gap(mask, groups, first, 2),
	           two = groups_gap(mask, groups, first + 1, 2);
	if (one.len == 0 || !strchr("./- ", one.data[0]) || !str_eq(one, two))
		return false;
	if (is_year(mask, &group[0]))
		return is_day(mask, &group[2]);
	return is_day(mask, &group[0]) && (is_year(mask, &group[2]) || group[2].len == 2);
}

/* A day, words, a year: "12 March 1985", "12. März 1985", "12 de marzo de 1985"; or the year at
 * once after "March 12, ". */
static bool is_written(const struct mask *mask, const struct groups *groups, size_t first)
{
	if (first + 1 >= groups->count || !is_year(mask, &groups->at[first + 1]) ||
	    !is_day(mask, &groups->at[first]))
		return false;
	struct str gap = groups_gap(mask, groups, first, MONTH_BYTES_MAX);
	size_t words = 0;
	for (size_t i = 0; i < gap.len; i++) {
		char c = gap.data[i];
		if (is_wall(c) || (!ascii_is_alpha(c) && !is_high(c) && !strchr(" .,-/+\r", c)))
			return false;
		words += ascii_is_space(c) || c == '+'; /* a blank of a form */
	}
	return gap.len > 0 && words <= MONTH_WORDS_MAX + 1;
}

/* The name of the month before the day belongs to the date. */
static size_t date_start(const struct mask *mask, size_t start, struct str gap)
{
	size_t at = start;
	if (gap.len > 3)
		return start;
	while (at > 0 && start - at < 2 && is_blank(mask->text[at - 1]))
		at--;
	size_t end = at;
	while (at > 0 && end - at < MONTH_BYTES_MAX &&
	       (ascii_is_alpha(mask->text[at - 1]) || is_high(mask->text[at - 1])))
		at--;
	return end > at && mask->text[at] >= 'A' && mask->text[at] <= 'Z' ? at : start;
}

void birth_find(struct mask *mask, struct groups *groups)
{
	groups_read(groups, mask);
	for (size_t i = 0; i < groups->count; i++) {
		size_t start = groups->at[i].start;
		bool numeric = is_numeric(mask, groups, i);
		bool row = groups->at[i].len == 8;
		if (!numeric && !row && !is_written(mask, groups, i))
			continue;
		const struct group *last = &groups->at[row ? i : numeric ? i + 2 : i + 1];
		if (!numeric && !row)
			start = date_start(mask, start,
			                   groups_gap(mask, groups, i, MONTH_BYTES_MAX));
		if (!context_has(mask, start, WORD_BIRTH, WORD_ORDER) &&
		    !(context_next(mask, last->start + last->len) & WORD_BIRTH))
			continue;
		mask_claim(mask, start, last->start + last->len, PII_BIRTH_DATE);
		i = (size_t)(last - groups->at);
	}
}
