/* Classifies the words before a number. Ten digits are a phone number after "call me at" and a
 * ticket number after "case no."; the shape alone cannot tell. */
#include "privacy/scan.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 5
#define WORD_BYTES_MAX 40
#define GAP_BYTES_MAX 16
#define WALLS_MAX 8
#define NEUTRAL_MAX 3

struct word {
	const char *text; /* ASCII letters in lower case */
	unsigned classes;
};

static const struct word words[] = {
#define WORD(text, classes) {text, classes},
#include "privacy/context.def"
};

static const struct word parts[] = {
#define PART(text, classes) {text, classes},
#include "privacy/context.def"
};

static int compare_words(const void *key, const void *element)
{
	const struct word *word = element;
	return strcmp(key, word->text);
}

static unsigned classify_word(struct str text)
{
	char lower[WORD_BYTES_MAX + 1];
	bool high = false;
	if (ascii_is_digit(text.data[0]))
		return 0;
	for (size_t i = 0; i < text.len; i++) {
		lower[i] = ascii_lower(text.data[i]);
		high = high || is_high(lower[i]);
	}
	lower[text.len] = '\0';
	const struct word *word =
	        bsearch(lower, words, ARRAY_LEN(words), sizeof(words[0]), compare_words);
	if (word)
		return word->classes;
	for (size_t i = 0; high && i < ARRAY_LEN(parts); i++)
		if (strstr(lower, parts[i].text))
			return parts[i].classes;
	return 0;
}

/* Goes back over blanks, punctuation and walls. False at the start of the text, at an empty line or
 * a wide gap. */
static bool skip_gap(const struct mask *mask, size_t *at, unsigned *walls)
{
	size_t gap = 0;
	for (unsigned lines = 0; *at > 0; gap++) {
		char c = mask->text[*at - 1];
		if (ascii_is_alnum(c) || is_high(c))
			return true;
		lines = c == '\n' ? lines + 1 : c == ' ' || c == '\t' ? lines : 0;
		if (lines == 2 || gap == GAP_BYTES_MAX)
			return false;
		if (!is_wall(c)) {
			(*at)--;
			continue;
		}
		if (++*walls > WALLS_MAX)
			return false;
		while (is_wall(mask_before(mask, *at)) && *at > 0)
			(*at)--;
		gap = 0;
	}
	return false;
}

/* True when the byte before `at` belongs to the word that starts at `at`. Points and dashes between
 * digits do, so that a date or an address is one word. */
static bool is_joined(const struct mask *mask, size_t at)
{
	char c = mask_before(mask, at);
	if (ascii_is_alnum(c) || is_high(c))
		return true;
	return (c == '.' || c == '-' || c == ':') && ascii_is_digit(mask_at(mask, at)) && at > 1 &&
	       ascii_is_digit(mask->text[at - 2]);
}

static bool word_before(const struct mask *mask, size_t *at, unsigned *walls, struct str *ret_word)
{
	if (!skip_gap(mask, at, walls))
		return false;
	size_t end = *at;
	while (*at > 0 && is_joined(mask, *at)) {
		if (end - *at == WORD_BYTES_MAX)
			return false;
		(*at)--;
	}
	*ret_word = str_make(mask->text + *at, end - *at);
	return true;
}

bool context_has(const struct mask *mask, size_t at, unsigned want, unsigned veto)
{
	unsigned walls = 0;
	struct str word;
	for (unsigned i = 0; i < WORDS_MAX && word_before(mask, &at, &walls, &word); i++) {
		unsigned classes = classify_word(word);
		if (classes & veto)
			return false;
		if (classes & want)
			return true;
	}
	return false;
}

bool context_directly(const struct mask *mask, size_t at, unsigned want)
{
	unsigned walls = WALLS_MAX;
	struct str word;
	for (unsigned i = 0; i <= NEUTRAL_MAX && word_before(mask, &at, &walls, &word); i++) {
		unsigned classes = classify_word(word);
		if (classes & want)
			return true;
		if (!(classes & WORD_NEUTRAL))
			return false;
	}
	return false;
}

bool context_is_my_number(const struct mask *mask, size_t at)
{
	unsigned walls = WALLS_MAX;
	struct str word;
	bool number = false;
	for (unsigned i = 0; i < WORDS_MAX && word_before(mask, &at, &walls, &word); i++) {
		unsigned classes = classify_word(word);
		if (number && (classes & WORD_MINE))
			return true;
		if (!(classes & (WORD_NEUTRAL | WORD_NUMBER | WORD_LETTER)))
			return false;
		number = number || (classes & WORD_NUMBER);
	}
	return false;
}

bool context_is_phone_letter(const struct mask *mask, size_t at)
{
	size_t end = at;
	while (end > 0 && at - end < 3 && strchr(" +(", mask->text[end - 1]))
		end--;
	if (end < 2 || (mask->text[end - 1] != ':' && mask->text[end - 1] != '.'))
		return false;
	size_t letter = end - 2;
	if (mask->text[letter] == '.' && letter > 0)
		letter--;
	if (!ascii_is_alpha(mask->text[letter]) ||
	    !(classify_word(str_make(mask->text + letter, 1)) & WORD_LETTER))
		return false;
	while (letter > 0 && mask->text[letter - 1] == ' ')
		letter--;
	char before = mask_before(mask, letter);
	return is_wall(before) || strchr("\n\t|,;/(*>\".", before) != NULL ||
	       ascii_is_digit(before);
}

bool context_is_security_code(const struct mask *mask, size_t at)
{
	unsigned walls = WALLS_MAX, seen = 0;
	struct str word;
	for (unsigned i = 0; i < WORDS_MAX && word_before(mask, &at, &walls, &word); i++) {
		unsigned classes = classify_word(word);
		if (!(classes & (WORD_NEUTRAL | WORD_CODE | WORD_SECURITY)))
			return false;
		seen |= classes & (WORD_CODE | WORD_SECURITY);
		if (seen == (WORD_CODE | WORD_SECURITY))
			return true;
	}
	return false;
}

bool context_is_name(const struct mask *mask, size_t at)
{
	unsigned walls = WALLS_MAX, capitals = 0;
	struct str word;
	if (mask_before(mask, at) != ' ' || !word_before(mask, &at, &walls, &word) ||
	    classify_word(word) != 0)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		if (!ascii_is_alnum(word.data[i]))
			return false;
		capitals += word.data[i] >= 'A' && word.data[i] <= 'Z';
	}
	return capitals > 0 || str_istarts(word, STR("lib"));
}

bool context_is_order_number(const struct mask *mask, size_t at)
{
	size_t sign = at;
	while (sign > 0 && at - sign < 2 && mask->text[sign - 1] == ' ')
		sign--;
	return mask_before(mask, sign) == '#' || context_directly(mask, at, WORD_ORDER);
}

bool context_number_may_start(const struct mask *mask, size_t at)
{
	char before = mask_before(mask, at);
	if (!ascii_is_alnum(before))
		return true;
	if (!ascii_is_alpha(before))
		return false;
	unsigned walls = 0;
	struct str word;
	return word_before(mask, &at, &walls, &word) && word.len > 1 && classify_word(word) != 0;
}
