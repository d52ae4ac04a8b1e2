/* What a word says of the number behind it. Ten digits are a phone number after "call me at" and a
 * ticket number after "case no."; the shape alone cannot tell. Words are compared in small letters,
 * those of the Latin scripts too. Names of fields are taken apart: "passportNumber". */
#include "privacy/context.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

#define WORD_BYTES_MAX 40
#define HUMP_BYTES_MIN 2

struct word {
	const char *text; /* in small letters */
	unsigned classes;
};

static const struct word words[] = {
#define WORD(text, classes) {text, classes},
#include "privacy/context.def"
};

static const struct word stems[] = {
#define STEM(text, classes) {text, classes},
#include "privacy/context.def"
};

static const struct word parts[] = {
#define PART(text, classes) {text, classes},
#include "privacy/context.def"
};

/* The small letter of the second byte of a character of Latin-1 or Latin Extended-A. */
static char lower_second(unsigned char lead, char c)
{
	unsigned code = (lead & 3u) << 6 | ((unsigned char)c & 0x3Fu);
	if (lead == 0xC3)
		return code >= 0xC0 && code <= 0xDE && code != 0xD7 ? (char)(c + 0x20) : c;
	code |= 0x100;
	bool even_is_large = (code < 0x138) || (code >= 0x14A && code < 0x178);
	bool odd_is_large = (code >= 0x139 && code < 0x148) || (code >= 0x179 && code < 0x17E);
	if ((even_is_large && code % 2 == 0) || (odd_is_large && code % 2 == 1))
		return (char)(c + 1);
	return c;
}

/* Writes the word in small letters and without points; true when it has other letters than
 * English. */
static bool fold_word(struct str text, char lower[WORD_BYTES_MAX + 1])
{
	size_t len = 0;
	bool high = false;
	for (size_t i = 0; i < text.len; i++) {
		char c = ascii_lower(text.data[i]);
		unsigned char before = i > 0 ? (unsigned char)text.data[i - 1] : 0;
		high = high || (unsigned char)c >= 0x80;
		if (before >= 0xC3 && before <= 0xC5 && ((unsigned char)c & 0xC0) == 0x80)
			c = lower_second(before, c);
		if (c != '.')
			lower[len++] = c;
	}
	lower[len] = '\0';
	return high;
}

static int compare_words(const void *key, const void *element)
{
	const struct word *word = element;
	return strcmp(key, word->text);
}

/* No stem is the beginning of another, so only the last one that sorts before the word can be its
 * beginning. */
static unsigned classify_stem(const char *lower)
{
	size_t low = 0, high = ARRAY_LEN(stems);
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (strcmp(stems[middle].text, lower) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || strncmp(stems[low - 1].text, lower, strlen(stems[low - 1].text)) != 0)
		return 0;
	return stems[low - 1].classes;
}

static unsigned classify_whole(struct str text)
{
	char lower[WORD_BYTES_MAX + 1];
	bool high = fold_word(text, lower);
	const struct word *word =
	        bsearch(lower, words, ARRAY_LEN(words), sizeof(words[0]), compare_words);
	if (word)
		return word->classes;
	unsigned classes = classify_stem(lower);
	for (size_t i = 0; high && !classes && i < ARRAY_LEN(parts); i++)
		if (strstr(lower, parts[i].text))
			classes = parts[i].classes;
	return classes;
}

/* Where the last part of a name like "passportNumber" begins; 0: it has only one. */
static size_t last_hump(struct str text)
{
	for (size_t i = text.len; i-- > HUMP_BYTES_MIN;)
		if (text.data[i] >= 'A' && text.data[i] <= 'Z' && text.data[i - 1] >= 'a' &&
		    text.data[i - 1] <= 'z')
			return i;
	return 0;
}

unsigned vocabulary_classes(struct str word)
{
	if (word.len > WORD_BYTES_MAX)
		return 0;
	if (ascii_is_digit(word.data[0]) && !str_eq(word, STR("06")))
		return 0;
	unsigned classes = classify_whole(word);
	size_t hump = classes ? 0 : last_hump(word);
	if (hump == 0)
		return classes;
	classes = classify_whole(str_skip(word, hump));
	return classes & ~(unsigned)WORD_NEUTRAL
	               ? classes
	               : classes | classify_whole(str_make(word.data, hump));
}
