/* Reads the words before a number, and answers what they say of it. */
#include "privacy/scan.h"

#include <string.h>

#define WORD_BYTES_MAX 40
#define GAP_BYTES_MAX 24
#define WALLS_MAX 8
#define NEUTRAL_MAX 3
#define NEXT_GAP_MAX 4

/* A walk back from `at` to `floor`. */
struct walk {
	const struct mask *mask;
	size_t floor;
	size_t at;
	unsigned walls;
};

/* Goes back over blanks, punctuation and walls. False at the start of the text, at an empty line or
 * a wide gap. */
static bool skip_gap(struct walk *walk)
{
	const struct mask *mask = walk->mask;
	size_t gap = 0;
	for (unsigned lines = 0; walk->at > walk->floor; gap++) {
		char c = mask->text[walk->at - 1];
		if (ascii_is_alnum(c) || is_high(c))
			return true;
		lines = c == '\n' ? lines + 1 : ascii_is_space(c) ? lines : 0;
		if (lines == 2 || gap == GAP_BYTES_MAX)
			return false;
		if (!is_wall(c)) {
			walk->at--;
			continue;
		}
		if (++walk->walls > WALLS_MAX)
			return false;
		while (walk->at > walk->floor && is_wall(mask->text[walk->at - 1]))
			walk->at--;
		gap = 0;
	}
	return false;
}

/* True when the byte before `at` belongs to the word that starts at `at`. Points and dashes between
 * digits do, so that a date or an address is one word, and points between single letters:
 * "D.O.B.". */
static bool is_joined(const struct mask *mask, size_t at)
{
	char c = mask_before(mask, at);
	if (ascii_is_alnum(c) || is_high(c))
		return true;
	if ((c != '.' && c != '-' && c != ':') || at < 2)
		return false;
	char here = mask_at(mask, at), before = mask->text[at - 2];
	if (ascii_is_digit(here))
		return ascii_is_digit(before);
	return c == '.' && ascii_is_alpha(here) && ascii_is_alpha(before) &&
	       !ascii_is_alnum(mask_before(mask, at - 2)) && !is_high(mask_before(mask, at - 2));
}

static bool word_before(struct walk *walk, struct str *ret_word)
{
	if (!skip_gap(walk))
		return false;
	size_t end = walk->at;
	while (walk->at > walk->floor && is_joined(walk->mask, walk->at)) {
		if (end - walk->at == WORD_BYTES_MAX)
			return false;
		walk->at--;
	}
	*ret_word = str_make(walk->mask->text + walk->at, end - walk->at);
	return true;
}

static void read_word(struct walk *walk, struct before *before)
{
	struct str word;
	before->all = before->count == CONTEXT_WORDS_MAX || !word_before(walk, &word);
	if (before->all)
		return;
	before->classes[before->count++] = vocabulary_classes(word);
	before->clear += walk->walls == 0;
}

/* True when the heading says anything. */
static bool read_heading(const struct mask *mask, struct before *before)
{
	struct str cell;
	unsigned seen = 0;
	if (!table_heading(&mask->memo->table, mask, before->at, &cell))
		return false;
	size_t start = (size_t)(cell.data - mask->text);
	struct walk walk = {mask, start, start + cell.len, 0};
	for (before->count = before->clear = 0, before->all = false; !before->all;)
		read_word(&walk, before);
	for (unsigned i = 0; i < before->count; i++)
		seen |= before->classes[i];
	return (seen & ~(unsigned)WORD_NEUTRAL) != 0;
}

static struct before *words_before(const struct mask *mask, size_t at)
{
	struct context_memo *memo = mask->memo;
	struct before *before = &memo->kept[at % CONTEXT_KEPT];
	if (before->epoch == memo->epoch && before->at == at)
		return before;
	before->epoch = memo->epoch;
	before->at = before->next = at;
	before->heading = read_heading(mask, before);
	if (!before->heading)
		before->count = before->clear = before->walls = 0;
	before->all = before->heading;
	return before;
}

/* True when there is a word number `i`, counted from 0 at the number; reads no further than to it,
 * as the nearest word often says enough. */
static bool has_word(const struct mask *mask, struct before *before, unsigned i)
{
	struct walk walk = {mask, 0, before->next, before->walls};
	while (before->count <= i && !before->all) {
		read_word(&walk, before);
		before->next = walk.at;
		before->walls = (uint8_t)walk.walls;
	}
	return i < before->count;
}

static bool has_clear_word(const struct mask *mask, struct before *before, unsigned i)
{
	return has_word(mask, before, i) && i < before->clear;
}

void context_refresh(const struct mask *mask)
{
	struct context_memo *memo = mask->memo;
	if (memo->claims == mask->claims)
		return;
	memo->claims = mask->claims;
	memo->table.known = false;
	memo->epoch++;
}

void context_forget(struct context_memo *memo)
{
	memo->claims = SIZE_MAX;
}

bool context_has(const struct mask *mask, size_t at, unsigned want, unsigned veto)
{
	struct before *before = words_before(mask, at);
	for (unsigned i = 0; has_word(mask, before, i); i++) {
		if (before->classes[i] & veto)
			return false;
		if (before->classes[i] & want)
			return true;
	}
	return false;
}

bool context_directly(const struct mask *mask, size_t at, unsigned want)
{
	struct before *before = words_before(mask, at);
	for (unsigned i = 0; i <= NEUTRAL_MAX && has_clear_word(mask, before, i); i++) {
		if (before->classes[i] & want)
			return true;
		if (!(before->classes[i] & WORD_NEUTRAL))
			return false;
	}
	return false;
}

bool context_is_my_number(const struct mask *mask, size_t at)
{
	struct before *before = words_before(mask, at);
	const unsigned pass = WORD_NEUTRAL | WORD_NUMBER | WORD_LETTER | WORD_MINE;
	unsigned seen = 0;
	for (unsigned i = 0; has_clear_word(mask, before, i); i++) {
		unsigned classes = before->classes[i];
		if (((seen & WORD_NUMBER) && (classes & WORD_MINE)) ||
		    ((seen & WORD_MINE) && (classes & WORD_REACH)))
			return true;
		if (!(classes & pass))
			return false;
		seen |= classes;
	}
	return false;
}

bool context_heading(const struct mask *mask, size_t at, unsigned *ret_classes)
{
	const struct before *before = words_before(mask, at);
	*ret_classes = before->heading && before->count == 1 ? before->classes[0] : 0;
	return before->heading;
}

bool context_is_security_code(const struct mask *mask, size_t at)
{
	struct before *before = words_before(mask, at);
	unsigned seen = 0;
	for (unsigned i = 0; has_clear_word(mask, before, i); i++) {
		unsigned classes = before->classes[i];
		if (!(classes & (WORD_NEUTRAL | WORD_CODE | WORD_SECURITY)))
			return false;
		seen |= classes & (WORD_CODE | WORD_SECURITY);
		if (seen == (WORD_CODE | WORD_SECURITY))
			return true;
	}
	return false;
}

bool context_is_passport(const struct mask *mask, size_t at)
{
	struct before *before = words_before(mask, at);
	bool number = false;
	for (unsigned i = 0; i <= NEUTRAL_MAX && has_clear_word(mask, before, i); i++) {
		unsigned classes = before->classes[i];
		if ((classes & WORD_PASSPORT) || (number && (classes & WORD_PASS)))
			return true;
		if (!(classes & (WORD_NEUTRAL | WORD_MINE)))
			return false;
		number = number || (classes & WORD_NUMBER);
	}
	return false;
}

bool context_is_name(const struct mask *mask, size_t at, bool certain)
{
	struct walk walk = {mask, 0, at, 0};
	struct str word;
	size_t first = certain ? 1 : 0;
	bool name = false;
	char sign = mask_before(mask, at);
	if ((sign != ' ' && sign != '/') || !word_before(&walk, &word) || walk.walls > 0 ||
	    vocabulary_classes(word) != 0)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		if (!ascii_is_alnum(word.data[i]))
			return false;
		name = name || (word.data[i] >= 'A' && word.data[i] <= 'Z' && i >= first);
	}
	return name || str_istarts(word, STR("lib"));
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
	struct walk walk = {mask, 0, at, 0};
	struct str word;
	return word_before(&walk, &word) && word.len > 1 && vocabulary_classes(word) != 0;
}

unsigned context_next(const struct mask *mask, size_t at)
{
	size_t start = at;
	while (start - at < NEXT_GAP_MAX && mask_at(mask, start) &&
	       strchr(" ,;)\r", mask_at(mask, start)))
		start++;
	size_t end = start;
	while (end - start <= WORD_BYTES_MAX &&
	       (ascii_is_alnum(mask_at(mask, end)) || is_high(mask_at(mask, end))))
		end++;
	return end > start ? vocabulary_classes(str_make(mask->text + start, end - start)) : 0;
}
