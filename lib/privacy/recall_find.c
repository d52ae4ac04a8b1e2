/* The search for what was recognised elsewhere in the ticket: a walk over its words and groups of
 * digits. */
#include <string.h>

#include "privacy/recall.h"
#include "privacy/scan.h"

#define NUMBER_GROUPS_MAX 10
#define NUMBER_GAP_MAX 3
#define WORD_PARTS_MAX 24
#define WORD_GAP_MAX 2

static bool is_number_gap(struct str gap)
{
	if (gap.len == 0)
		return false;
	for (size_t i = 0; i < gap.len; i++)
		if (!gap.data[i] || !strchr(" -./()+,_\n\r", gap.data[i]))
			return false;
	return true;
}

/* How many groups from `first` on are a number that was recognised; 0 when none are. */
static size_t kept_groups(const struct recall *recall, const struct mask *mask,
                          const struct groups *groups, size_t first, enum pii_kind *ret_kind)
{
	uint64_t number = 0;
	unsigned digits = 0;
	size_t found = 0;
	for (size_t i = first; i < groups->count && i - first < NUMBER_GROUPS_MAX; i++) {
		const struct group *group = &groups->at[i];
		bool trunk = i > first && group->len == 1 && mask->text[group->start] == '0' &&
		             mask_before(mask, group->start) == '(';
		if (i > first && !is_number_gap(groups_gap(mask, groups, i - 1, NUMBER_GAP_MAX)))
			break;
		for (size_t at = trunk ? group->len : 0; at < group->len; at++) {
			char c = mask->text[group->start + at];
			if (digits == 0 && c == '0')
				continue;
			if (++digits > RECALL_NUMBER_DIGITS_MAX)
				return found;
			number = number * 10 + (uint64_t)(c - '0');
		}
		char after = mask_at(mask, group->start + group->len);
		if ((!ascii_is_alpha(after) || ascii_lower(after) == 'x') &&
		    recall_has_number(recall, number, digits, ret_kind))
			found = i - first + 1;
	}
	return found;
}

static void find_known_numbers(const struct recall *recall, struct mask *mask,
                               struct groups *groups)
{
	groups_read(groups, mask);
	for (size_t i = 0; i < groups->count; i++) {
		size_t start = groups->at[i].start;
		enum pii_kind kind = PII_API_KEY;
		if (groups->at[i].reach < RECALL_NUMBER_DIGITS_MIN)
			continue;
		size_t count = kept_groups(recall, mask, groups, i, &kind);
		if (count == 0 || !context_number_may_start(mask, start))
			continue;
		if (mask_before(mask, start) == '+')
			start--;
		const struct group *last = &groups->at[i + count - 1];
		mask_claim(mask, start, last->start + last->len, kind);
		i += count - 1;
	}
}

/* The end of the value that begins at `at`, over words with at most two other characters between
 * them; `at` when it was not recognised before. */
static size_t kept_word_end(const struct recall *recall, const struct mask *mask, size_t at,
                            enum pii_kind *ret_kind)
{
	uint64_t hash = 0, start = 0;
	unsigned chars = 0;
	size_t found = at, end = at;
	for (unsigned parts = 0; parts < WORD_PARTS_MAX; parts++) {
		size_t gap = 0;
		for (; recall_in_word(mask_at(mask, end)); end++) {
			hash = recall_hash(hash, mask->text[end]);
			if (++chars == RECALL_START_CHARS) {
				start = hash;
				if (!recall_may_start(recall, start))
					return at;
			}
			if (chars > RECALL_WORD_CHARS_MAX)
				return found;
		}
		if (chars >= RECALL_WORD_CHARS_MIN &&
		    recall_has_word(recall, hash, start, ret_kind))
			found = end;
		while (gap < WORD_GAP_MAX && end < mask->len && !recall_in_word(mask->text[end]) &&
		       !is_wall(mask->text[end])) {
			gap++;
			end++;
		}
		if (!recall_in_word(mask_at(mask, end)))
			return found;
	}
	return found;
}

static void find_known_words(const struct recall *recall, struct mask *mask)
{
	for (size_t at = 0; at < mask->len; at++) {
		if (!recall_in_word(mask->text[at]))
			continue;
		enum pii_kind kind = PII_API_KEY;
		size_t end = kept_word_end(recall, mask, at, &kind);
		if (end > at) {
			mask_claim(mask, at, end, kind);
			at = end;
		}
		while (recall_in_word(mask_at(mask, at)))
			at++;
	}
}

static void find_known_addresses(const struct recall *recall, struct mask *mask,
                                 struct groups *groups)
{
	groups_read(groups, mask);
	for (size_t i = 0, done = 0; i < groups->count; i++) {
		enum pii_kind kind = PII_API_KEY;
		size_t start = groups->at[i].start, end = start + groups->at[i].len;
		if (start < done || mask_at(mask, end) != '.' || is_wall(mask->text[start]))
			continue;
		while (ascii_is_digit(mask_at(mask, end)) ||
		       (mask_at(mask, end) == '.' && ascii_is_digit(mask_at(mask, end + 1))))
			end++;
		done = end;
		if (end - start <= RECALL_ADDRESS_BYTES_MAX &&
		    recall_has_address(recall, str_make(mask->text + start, end - start), &kind))
			mask_claim(mask, start, end, kind);
	}
}

void recall_find(const struct recall *recall, struct mask *mask, struct groups *groups)
{
	if (recall->number_ends.any)
		find_known_numbers(recall, mask, groups);
	if (recall->word_starts.any)
		find_known_words(recall, mask);
	if (recall->addresses.any)
		find_known_addresses(recall, mask, groups);
}
