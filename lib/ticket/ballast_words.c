/* Finds the words of ballast.def. */
#include "ticket/ballast_parts.h"

#include <stdlib.h>
#include <string.h>

static const struct phrase {
	enum ballast_words words;
	const char *text;
} phrases[] = {
#define PHRASE(group, text) {WORDS_##group, text},
#include "ticket/ballast.def"
};

_Static_assert(ARRAY_LEN(phrases) <= BALLAST_PHRASES_MAX, "the index is too small");
#define NONE 0 /* no phrase: the lists of an index count from 1 */

/* How many bytes of the text the phrase covers at its start; 0 = it is not there. */
static size_t phrase_covers(struct str text, const char *phrase)
{
	size_t at = 0;

	for (; *phrase; phrase++) {
		if (at >= text.len)
			return 0;
		if (*phrase == ' ') {
			if (!ascii_is_space(text.data[at]))
				return 0;
			while (at < text.len && ascii_is_space(text.data[at]))
				at++;
		} else if (ascii_lower(text.data[at++]) != *phrase) {
			return 0;
		}
	}
	return at;
}

/* Whether a word may begin at this offset. Languages without blanks begin one at any character. */
static bool begins_word(struct str text, size_t at)
{
	return at == 0 || !ascii_is_alnum(text.data[at - 1]) || (text.data[at] & 0x80);
}

static bool ends_word(struct str text, size_t at)
{
	return at >= text.len || !ascii_is_alnum(text.data[at]) || (text.data[at - 1] & 0x80);
}

struct ballast_index *ballast_index_new(void)
{
	struct ballast_index *index = xcalloc(1, sizeof(*index));
	enum ballast_words words = WORDS_ON;

	for (size_t i = 0; i < ARRAY_LEN(phrases); i++) {
		bool inside = phrases[i].words >= WORDS_SECRET;
		uint16_t *first = &index->first[(unsigned char)phrases[i].text[0]];

		ENSURE(phrases[i].words >= words);
		while (words < phrases[i].words)
			index->from[++words] = (uint16_t)i;
		if (!inside)
			continue;
		index->next[i + 1] = *first;
		*first = (uint16_t)(i + 1);
	}
	index->from[WORDS_GROUPS] = ARRAY_LEN(phrases);
	return index;
}

void ballast_index_free(struct ballast_index *index)
{
	free(index);
}

size_t ballast_words_begin(const struct ballast_index *index, struct str text,
                           enum ballast_words words)
{
	size_t longest = 0;

	for (size_t i = index->from[words]; i < index->from[words + 1]; i++) {
		size_t covers = phrase_covers(text, phrases[i].text);

		if (covers > longest && ends_word(text, covers))
			longest = covers;
	}
	return longest;
}

size_t ballast_words_end(const struct ballast_index *index, struct str text,
                         enum ballast_words words)
{
	size_t longest = 0;

	for (size_t i = index->from[words]; i < index->from[words + 1]; i++) {
		size_t len = strlen(phrases[i].text);

		if (len > longest && text.len >= len &&
		    phrase_covers(str_skip(text, text.len - len), phrases[i].text) > 0)
			longest = len;
	}
	return longest;
}

bool ballast_words_are(const struct ballast_index *index, struct str text, enum ballast_words words)
{
	for (size_t i = index->from[words]; i < index->from[words + 1]; i++)
		if (text.len > 0 && phrase_covers(text, phrases[i].text) == text.len)
			return true;
	return false;
}

/* Which groups have a phrase that begins at this offset. */
static unsigned groups_at(const struct ballast_index *index, struct str text, size_t at)
{
	unsigned groups = 0;
	uint16_t i = index->first[(unsigned char)ascii_lower(text.data[at])];

	if (i == NONE || !begins_word(text, at))
		return 0;
	for (struct str rest = str_skip(text, at); i != NONE; i = index->next[i]) {
		const struct phrase *phrase = &phrases[i - 1];
		size_t covers = 0;

		if (phrase->text[1] == ' ' ||
		    (rest.len > 1 && ascii_lower(rest.data[1]) == phrase->text[1]))
			covers = phrase_covers(rest, phrase->text);
		if (covers > 0 && ends_word(rest, covers))
			groups |= 1u << phrase->words;
	}
	return groups;
}

/* The one word of people that is known by its case: "i" means "and" or "in" elsewhere. */
static bool says_i(struct str text)
{
	for (size_t at = 0; at < text.len; at++)
		if (text.data[at] == 'I' && begins_word(text, at) && at + 1 < text.len &&
		    (text.data[at + 1] == ' ' || text.data[at + 1] == '\''))
			return true;
	return false;
}

bool ballast_words_inside(const struct ballast_index *index, struct str text,
                          enum ballast_words words)
{
	for (size_t at = 0; at < text.len; at++)
		if (groups_at(index, text, at) & 1u << words)
			return true;
	return false;
}

bool ballast_words_of_footer(const struct ballast_index *index, struct str paragraph)
{
	const unsigned legal =
	        1u << WORDS_SECRET | 1u << WORDS_LEGAL | 1u << WORDS_MAIL | 1u << WORDS_IF;
	const unsigned printing = 1u << WORDS_PRINTING | 1u << WORDS_NATURE;
	unsigned groups = 0;

	for (size_t at = 0; at < paragraph.len; at++)
		groups |= groups_at(index, paragraph, at);
	return ((groups & legal) == legal || (groups & printing) == printing) &&
	       !(groups & 1u << WORDS_SELF) && !says_i(paragraph);
}
