/* Looks for words of company.def in a folded text (company_fold.h). Each text is read as it is,
 * then with digits inside words taken for the letters that they resemble. */
#include "llm/company.h"

#include <string.h>

#include "base/base.h"
#include "base/buf.h"
#include "llm/company_fold.h"

/* bytes between a THING and what picks one */
#define NEAR 20
/* … between a THING and a number, and between "one" and what picks it: "ticket no. 2" */
#define NEAR_NUMBER 6
/* … and between what picks a THING and a label: "the last is a refund", but not "my last refund" */
#define NEAR_LABEL 10
/* single letters in a row that are one word: "t i c k e t" */
#define SPELLED_MIN 4
/* an id of a request has six hexadecimal digits, a marker more */
#define HEX_MIN 6
/* a longer word is no word of a language that writes blanks: something encoded */
#define WORD_MAX 60

enum word_kind { THING, ONE, OTHER, COUNT, PART, LABEL, CAUSE, ALONE, WORD_KINDS };

static const struct word {
	enum word_kind kind;
	const char *text;
} words[] = {
#define WORD(kind, text) {kind, text},
#include "llm/company.def"
#undef WORD
};

/* Where the last words of a text were found. */
struct sight {
	struct str text;            /* folded */
	ptrdiff_t seen[WORD_KINDS]; /* offset behind the last word of the kind; -1 = none so far */
	ptrdiff_t number;           /* offset behind the last number */
};

static bool is_letter_byte(char c)
{
	return ascii_is_alnum(c) || (c & 0x80);
}

/* A letter of a script that writes no blanks, or of one whose words take prefixes. */
static bool begins_anywhere(const char *word)
{
	return (unsigned char)word[0] >= 0xD7;
}

static bool begins_word(struct str text, size_t at)
{
	return at == 0 || !is_letter_byte(text.data[at - 1]);
}

/* A digit 1 stands for i or l. */
static bool is_letter(char written, char meant)
{
	return written == meant || (written == '1' && (meant == 'i' || meant == 'l'));
}

/* Bytes of the word at this place; 0 = it is another one. */
static size_t word_covers(struct str text, size_t at, const char *word)
{
	size_t len = 0;

	while (word[len] != '\0' && at + len < text.len &&
	       is_letter(text.data[at + len], word[len]))
		len++;
	if (word[len] != '\0')
		return 0;
	if (!begins_anywhere(word) && !begins_word(text, at))
		return 0;
	bool whole = at + len >= text.len || !is_letter_byte(text.data[at + len]);
	return len >= 4 || whole || begins_anywhere(word) ? len : 0;
}

static bool is_near(ptrdiff_t behind, size_t at, size_t near)
{
	return behind >= 0 && at <= (size_t)behind + near;
}

/* The label that begins here is said of what a word before it picks. `apart`: words are between. */
static bool is_label_of(const struct sight *sight, size_t at, bool apart)
{
	const ptrdiff_t behind[] = {sight->seen[OTHER], sight->seen[COUNT], sight->number};

	for (size_t i = 0; i < ARRAY_LEN(behind); i++)
		if (is_near(behind[i], at, NEAR_LABEL) && at > (size_t)behind[i] + apart)
			return true;
	return false;
}

/* A word was found. True: together with the last ones it speaks of others. */
static bool note_seen(struct sight *sight, enum word_kind kind, size_t at, size_t len)
{
	const ptrdiff_t *seen = sight->seen;
	bool speaks = kind == ALONE || kind == PART;

	if (kind == THING)
		speaks = is_near(seen[OTHER], at, NEAR) || is_near(seen[COUNT], at, NEAR_NUMBER) ||
		         is_near(sight->number, at, NEAR_NUMBER);
	if (kind == COUNT)
		speaks = is_near(seen[THING], at, NEAR_NUMBER);
	if (kind == OTHER)
		speaks = is_near(seen[THING], at, NEAR) || is_near(seen[ONE], at, NEAR_NUMBER) ||
		         is_near(seen[LABEL], at, NEAR_LABEL);
	if (kind == LABEL || kind == CAUSE)
		speaks = is_label_of(sight, at, kind == CAUSE);
	if (kind == ONE)
		speaks = is_near(seen[OTHER], at, NEAR_NUMBER);
	sight->seen[kind] = (ptrdiff_t)(at + len);
	return speaks;
}

/* Length of what makes a number an ordinal: "2nd", "3.", "2e". */
static size_t ordinal_length(struct str behind)
{
	static const char *const endings[] = {"st", "nd", "rd", "th", "eme", "er", "e", "o", "a"};

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		size_t len = strlen(endings[i]);

		if (str_starts(behind, str_of(endings[i])) &&
		    (behind.len == len || !is_letter_byte(behind.data[len])))
			return len;
	}
	return 0;
}

/* Length of a number of one or two digits that begins here, or 0. Longer ones, times, amounts and
 * versions pick no ticket. */
static size_t number_at(struct str text, size_t at)
{
	size_t len = 0;

	if (at > 0 && (ascii_is_alnum(text.data[at - 1]) || strchr(".,:/$%", text.data[at - 1])))
		return 0;
	while (at + len < text.len && ascii_is_digit(text.data[at + len]))
		len++;
	if (len == 0 || len > 2)
		return 0;
	struct str behind = str_skip(text, at + len);
	bool goes_on =
	        behind.len > 1 && strchr(".,:/%", behind.data[0]) && ascii_is_digit(behind.data[1]);
	size_t ending = ordinal_length(behind);
	if (goes_on || (ending == 0 && behind.len > 0 && ascii_is_alnum(behind.data[0])))
		return 0;
	return len + ending;
}

/* `i`: the first of the words that may stand here. */
static bool look_at_word(struct sight *sight, size_t at, uint16_t i, const uint16_t *next)
{
	for (; i > 0; i = next[i]) {
		size_t len = word_covers(sight->text, at, words[i - 1].text);

		if (len > 0 && note_seen(sight, words[i - 1].kind, at, len))
			return true;
	}
	return false;
}

static bool look_at_words(struct sight *sight, const uint16_t *first, const uint16_t *next)
{
	struct str text = sight->text;

	for (size_t at = 0; at < text.len; at++) {
		size_t number = number_at(text, at);

		if (number > 0 && is_near(sight->seen[THING], at, NEAR_NUMBER))
			return true;
		if (number > 0)
			sight->number = (ptrdiff_t)(at + number);
		if (text.data[at] == '1' && (look_at_word(sight, at, first['i'], next) ||
		                             look_at_word(sight, at, first['l'], next)))
			return true;
		if (look_at_word(sight, at, first[(unsigned char)text.data[at]], next))
			return true;
	}
	return false;
}

/* Words by their first byte: next[] chains them, counted from 1. */
static bool has_words(struct str folded)
{
	uint16_t first[256] = {0}, next[ARRAY_LEN(words) + 1];
	struct sight sight = {
	        .text = folded, .seen = {-1, -1, -1, -1, -1, -1, -1, -1}, .number = -1};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		unsigned char byte = (unsigned char)words[i].text[0];

		next[i + 1] = first[byte];
		first[byte] = (uint16_t)(i + 1);
	}
	return look_at_words(&sight, first, next);
}

static bool is_hex(char c)
{
	return ascii_is_digit(c) || (c >= 'a' && c <= 'f');
}

/* A word with so many hexadecimal digits in a row, of both kinds. */
static bool is_code(struct str word)
{
	size_t hex = 0, digits = 0;

	for (size_t i = 0; i < word.len; i++) {
		hex = is_hex(word.data[i]) ? hex + 1 : 0;
		digits += ascii_is_digit(word.data[i]);
		if (hex >= HEX_MIN && digits > 0 && digits < hex)
			return true;
	}
	return false;
}

/* Words written letter by letter, markers, and what is encoded. */
static bool has_odd_words(struct str text)
{
	size_t single = 0;

	for (size_t at = 0; at < text.len;) {
		size_t len = 0;
		bool ascii = true;

		while (at + len < text.len && is_letter_byte(text.data[at + len])) {
			ascii = ascii && !(text.data[at + len] & 0x80);
			len++;
		}
		if (len > 0) {
			struct str word = str_make(text.data + at, len);
			single = len == 1 && ascii_is_alpha(word.data[0]) ? single + 1 : 0;
			if (single >= SPELLED_MIN || is_code(word) || (ascii && len > WORD_MAX))
				return true;
		}
		at += len > 0 ? len : 1;
	}
	return false;
}

/* What may begin an object: `{"`, `{'`, `{ urgency:`. A placeholder in braces is none. */
static bool opens_object(struct str text)
{
	size_t at = 1;

	while (at < text.len && text.data[at] == ' ')
		at++;
	if (at < text.len && (text.data[at] == '"' || text.data[at] == '\''))
		return true;
	while (at < text.len && (ascii_is_alnum(text.data[at]) || text.data[at] == ' '))
		at++;
	return at < text.len && (text.data[at] == ':' || text.data[at] == '=');
}

static bool has_object(struct str text)
{
	for (size_t at = 0; at < text.len; at++)
		if (text.data[at] == '{' && opens_object(str_skip(text, at)))
			return true;
	return false;
}

/* Digits in a row that begin here. */
static size_t digits_at(struct str text, size_t at)
{
	size_t len = 0;

	while (at + len < text.len && ascii_is_digit(text.data[at + len]))
		len++;
	return len;
}

/* Digits with a letter before or behind them: "33rst3", not "33". */
static bool are_inside_word(struct str text, size_t at, size_t len)
{
	return (at > 0 && is_letter_byte(text.data[at - 1])) ||
	       (at + len < text.len && is_letter_byte(text.data[at + len]));
}

/* 1 stays: it resembles i to some and l to others (is_letter). */
static void add_as_letters(struct buf *out, struct str digits)
{
	static const char letters[] = "o1zeasgtbg";

	for (size_t i = 0; i < digits.len; i++)
		buf_putc(out, letters[digits.data[i] - '0']);
}

/* Writes look-alike letters and digits inside words as the Latin letters that they resemble. */
static void undo_disguise(struct str text, struct buf *out)
{
	size_t bytes;

	for (size_t at = 0; at < text.len; at += bytes) {
		uint32_t c = utf8_decode(str_skip(text, at), &bytes);
		char alike = company_look_alike(c);
		size_t number = number_at(text, at), digits = digits_at(text, at);

		if (number > 0)
			buf_add(out, text.data + at, bytes = number);
		else if (alike)
			buf_putc(out, alike);
		else if (digits > 0 && are_inside_word(text, at, digits))
			add_as_letters(out, str_make(text.data + at, bytes = digits));
		else
			buf_add(out, text.data + at, bytes = digits > 0 ? digits : bytes);
	}
}

static bool has_disguised_words(struct str folded)
{
	struct buf undone;

	buf_init(&undone, SIZE_MAX);
	undo_disguise(folded, &undone);
	bool has = has_words(buf_str(&undone));
	buf_free(&undone);
	return has;
}

bool company_is_spoken_of(struct str subject, struct str description)
{
	struct buf folded;

	buf_init(&folded, SIZE_MAX);
	company_fold(subject, &folded);
	buf_putc(&folded, '\n');
	company_fold(description, &folded);
	struct str text = buf_str(&folded);
	bool speaks = has_object(text) || has_odd_words(text) || has_words(text) ||
	              has_disguised_words(text);
	buf_free(&folded);
	return speaks;
}
