/* Passport numbers: six to ten capital letters and digits directly after a word for a passport.
 * They have no common check digit, so nothing else gives them away. */
#include "privacy/scan.h"

#define CHARS_MIN 6
#define CHARS_MAX 10
#define DIGITS_MIN 4

/* True for a group that is a word of its own, and too short. */
static bool is_alone(const struct mask *mask, const struct group *group)
{
	return group->len < CHARS_MIN && !ascii_is_alnum(mask_before(mask, group->start)) &&
	       !ascii_is_alnum(mask_at(mask, group->start + group->len));
}

void passport_find(struct mask *mask, struct groups *groups)
{
	groups_read(groups, mask);
	size_t done = 0;
	for (size_t i = 0; i < groups->count; i++) {
		size_t start = groups->at[i].start, end = start, digits = 0;
		if (start < done || is_alone(mask, &groups->at[i]))
			continue;
		while (start > done && ascii_is_alnum(mask->text[start - 1]))
			start--;
		bool small = false;
		for (end = start; ascii_is_alnum(mask_at(mask, end)); end++) {
			digits += ascii_is_digit(mask->text[end]);
			small = small || (mask->text[end] >= 'a' && mask->text[end] <= 'z');
		}
		done = end;
		if (end - start < CHARS_MIN || end - start > CHARS_MAX || digits < DIGITS_MIN ||
		    small || !context_is_passport(mask, start))
			continue;
		mask_claim(mask, start, end, PII_PASSPORT);
	}
}
