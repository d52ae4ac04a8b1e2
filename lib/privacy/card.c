/* Payment card numbers: 13 to 19 digits with single blanks, dashes or points between them, a
 * beginning and a length that a card brand uses, not one digit repeated, and the Luhn check digit
 * (ISO/IEC 7812-1). A length that no brand uses is accepted after a word like "card". */
#include "privacy/scan.h"

#include <string.h>

#define CARD_DIGITS_MIN 13
#define CARD_DIGITS_MAX 19
#define UNEVEN_GROUPS_MAX 5 /* more groups of different lengths are a list of numbers */

/* Beginnings as ranges of the first four digits, with the lengths in use. */
static const struct {
	unsigned first;
	unsigned last;
	unsigned char shortest;
	unsigned char longest;
} brands[] = {
        /* UATP */
        {1000, 1999, 15, 15},
        /* Mir */
        {2200, 2204, 16, 19},
        /* Mastercard */
        {2221, 2720, 16, 16},
        /* Diners */
        {3000, 3059, 14, 19},
        {3095, 3095, 14, 19},
        {3600, 3699, 14, 19},
        {3800, 3999, 14, 19},
        /* American Express */
        {3400, 3499, 15, 15},
        {3700, 3799, 15, 15},
        /* JCB */
        {3528, 3589, 16, 19},
        /* Visa */
        {4000, 4999, 16, 16},
        {4000, 4999, 13, 13},
        {4000, 4999, 19, 19},
        /* Mastercard */
        {5100, 5599, 16, 16},
        /* Maestro */
        {5000, 5099, 13, 19},
        {5600, 5899, 13, 19},
        {6000, 6999, 13, 19}, /* Discover, UnionPay, Maestro, RuPay */
        {8100, 8299, 16, 19}, /* UnionPay, RuPay */
};

/* Brands whose numbers look like other numbers count only in a usual grouping. */
static bool has_brand(const char *digits, size_t count, bool usual)
{
	unsigned start = 0;
	if (!usual && (digits[0] < '3' || digits[0] > '6'))
		return false;
	for (size_t i = 0; i < 4; i++)
		start = start * 10 + (unsigned)(digits[i] - '0');
	for (size_t i = 0; i < ARRAY_LEN(brands); i++)
		if (start >= brands[i].first && start <= brands[i].last &&
		    count >= brands[i].shortest && count <= brands[i].longest)
			return true;
	return false;
}

/* 13 digits that begin with 1 are milliseconds since 1970. */
static bool could_be_a_card(const char *digits, size_t count)
{
	return digits[0] >= '1' && digits[0] <= '6' &&
	       !(digits[0] == '1' && count == CARD_DIGITS_MIN);
}

/* The digits read so far, with what need not be computed again for each length: whether one of them
 * differs, and the Luhn sum with every second digit doubled, once from the first digit on and once
 * from the second. */
struct candidate {
	char digits[CARD_DIGITS_MAX];
	size_t count;
	unsigned sums[2];
	bool varied;
	bool usual;
	bool even; /* all groups but the last are of the same length */
};

static void add_digit(struct candidate *candidate, char c)
{
	unsigned digit = (unsigned)(c - '0');
	unsigned twice = digit > 4 ? 2 * digit - 9 : 2 * digit;
	candidate->sums[0] += candidate->count % 2 == 0 ? twice : digit;
	candidate->sums[1] += candidate->count % 2 == 0 ? digit : twice;
	candidate->varied = candidate->varied || c != candidate->digits[0];
	candidate->digits[candidate->count++] = c;
}

static bool is_card(const struct mask *mask, size_t start, const struct candidate *card,
                    size_t groups)
{
	/* The Luhn sum in which the last digit is not doubled. */
	if (card->count < CARD_DIGITS_MIN || !card->varied ||
	    (!card->even && groups > UNEVEN_GROUPS_MAX) || card->sums[card->count % 2] % 10 != 0)
		return false;
	if (!has_brand(card->digits, card->count, card->usual) &&
	    !(could_be_a_card(card->digits, card->count) &&
	      context_has(mask, start, WORD_CARD, WORD_ORDER | WORD_ID)))
		return false;
	return !scan_in_uuid(mask, start) && !context_has(mask, start, WORD_ARTICLE, WORD_CARD);
}

/* True when `group` may be added to the card that starts with `first`. In a usual grouping the
 * first group has four digits and all but the last at least three. */
static bool may_follow(const struct mask *mask, const struct groups *groups, size_t first,
                       size_t group, bool usual)
{
	struct str gap = groups_gap(mask, groups, group - 1, 1);
	if (gap.len != 1 ||
	    !(gap.data[0] == ' ' || gap.data[0] == '-' || (usual && gap.data[0] == '.')))
		return false;
	return !usual || (groups->at[first].len == 4 &&
	                  (group == first + 1 || groups->at[group - 1].len >= 3));
}

/* How many groups from `first` on make a card number (the longest one); 0 when none do. */
static size_t card_at(const struct mask *mask, const struct groups *groups, size_t first,
                      bool usual)
{
	struct candidate card = {
	        .digits = {mask->text[groups->at[first].start]}, .usual = usual, .even = true};
	size_t found = 0, start = groups->at[first].start;
	/* no brand begins like this */
	if (groups->at[first].reach < CARD_DIGITS_MIN || card.digits[0] == '0' ||
	    card.digits[0] == '7' || card.digits[0] == '9')
		return 0;
	for (size_t i = first; i < groups->count; i++) {
		const struct group *group = &groups->at[i];
		if (group->len > CARD_DIGITS_MAX - card.count ||
		    (i > first && !may_follow(mask, groups, first, i, usual)))
			break;
		/* Letters may follow a number written in groups; a bare number followed by letters
		 * is a code. */
		if (i == first && ascii_is_alpha(mask_at(mask, start + group->len)))
			break;
		for (size_t digit = 0; digit < group->len; digit++)
			add_digit(&card, mask->text[group->start + digit]);
		card.even = card.even &&
		            (i < first + 2 || groups->at[i - 1].len == groups->at[first].len);
		if (is_card(mask, start, &card, i - first + 1))
			found = i - first + 1;
	}
	return found;
}

/* True when the text marks the number as something else: unusual groupings can be found in many
 * numbers. */
static bool says_otherwise(const struct mask *mask, size_t start)
{
	char before = mask_before(mask, start);
	bool part = before == '-' && start > 1 && ascii_is_digit(mask->text[start - 2]);
	return before == '+' || part || context_is_order_number(mask, start);
}

void card_find(struct mask *mask, struct groups *groups, bool usual)
{
	groups_read(groups, mask);
	for (size_t i = 0; i < groups->count; i++) {
		size_t start = groups->at[i].start;
		size_t count = card_at(mask, groups, i, usual);
		if (count == 0 || !context_number_may_start(mask, start) ||
		    (!usual && says_otherwise(mask, start)))
			continue;
		const struct group *last = &groups->at[i + count - 1];
		mask_claim(mask, start, last->start + last->len, PII_CREDIT_CARD);
		i += count - 1;
	}
}
