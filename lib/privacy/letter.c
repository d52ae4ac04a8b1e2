/* Letters as labels of phone numbers: "M: 07911 123456", "T 41273176". A letter can be a size, a
 * unit or an initial as well. With a colon it counts at the start of a field; without one only at
 * the start of a line or a sentence, before a trunk prefix, or before a number that nothing but a
 * sentence follows. */
#include "privacy/scan.h"

#include <string.h>

#define LABEL_GAP_MAX 5
#define SENTENCE_BYTES_MAX 200
#define ABBREVIATION_LETTERS_MAX 3

static size_t skip_blanks_back(const struct mask *mask, size_t at)
{
	while (at > 0 && mask->text[at - 1] == ' ')
		at--;
	return at;
}

static bool ends_sentence(char c)
{
	return c == '.' || c == '!' || c == '?';
}

/* "J. M. 4711", and with up to `letters` "Mr. M 4711". */
static bool is_behind_short(const struct mask *mask, size_t at, size_t letters)
{
	if (mask_before(mask, at) != '.')
		return false;
	size_t start = at - 1;
	while (at - 1 - start <= letters && ascii_is_alpha(mask_before(mask, start)))
		start--;
	char first = mask->text[start];
	return start < at - 1 && at - 1 - start <= letters && first >= 'A' && first <= 'Z' &&
	       !ascii_is_alnum(mask_before(mask, start));
}

/* True at the start of a line, a field or a cell; behind a number ("T: 030 1234 M: …") for a large
 * letter only: "5 m". */
static bool is_field_start(const struct mask *mask, size_t at)
{
	size_t end = skip_blanks_back(mask, at);
	char before = mask_before(mask, end);
	if (ascii_is_digit(before))
		return mask->text[at] < 'a';
	return (is_wall(before) || strchr("\n\r\t|,;/(*>\".=&?!", before)) &&
	       !is_behind_short(mask, end, 1);
}

static bool is_sentence_start(const struct mask *mask, size_t at)
{
	size_t end = skip_blanks_back(mask, at);
	char before = mask_before(mask, end);
	if (ends_sentence(before))
		return end < at && !is_behind_short(mask, end, ABBREVIATION_LETTERS_MAX);
	return is_wall(before) || strchr("\n\r>|", before);
}

/* True where a line or a cell ends, or a sentence begins that ends in its line. In lists of sizes
 * the names of things follow: "M 4711081512 Hoodie". */
static bool is_last_of_phrase(const struct mask *mask, size_t at)
{
	if (at < mask->len && strchr(".,;!", mask->text[at]))
		at++;
	size_t start = at;
	while (mask_at(mask, at) == ' ')
		at++;
	char c = mask_at(mask, at);
	if (is_wall(c) || strchr("\n\r|<", c))
		return true;
	if (at == start || c < 'A' || c > 'Z')
		return false;
	for (size_t i = at; i - at < SENTENCE_BYTES_MAX; i++) {
		c = mask_at(mask, i);
		if (is_wall(c) || c == '\n')
			return false;
		if (ends_sentence(c))
			return true;
	}
	return false;
}

/* "M = 0791", but not "page?p=0791". */
static bool is_label_sign(const struct mask *mask, size_t at)
{
	char c = mask->text[at];
	return !is_wall(c) && strchr(" +(:.=\"|;,\t\r", c) &&
	       (c != '=' || mask_before(mask, at) == ' ');
}

bool letter_announces(const struct mask *mask, size_t at, size_t end)
{
	unsigned classes;
	if (context_heading(mask, at, &classes))
		return classes & WORD_LETTER;
	size_t letter = at;
	bool sign = false;
	while (letter > 0 && at - letter < LABEL_GAP_MAX && is_label_sign(mask, letter - 1)) {
		letter--;
		sign = sign || !strchr(" +(\r", mask->text[letter]);
	}
	if (letter == at || letter-- == 0 || !ascii_is_alpha(mask->text[letter]) ||
	    !(vocabulary_classes(str_make(mask->text + letter, 1)) & WORD_LETTER))
		return false;
	if (sign)
		return is_field_start(mask, letter);
	return is_sentence_start(mask, letter) &&
	       (mask->text[at] == '0' ||
	        (mask->text[letter] < 'a' && is_last_of_phrase(mask, end)));
}
