/* What follows a label: which bytes are the value, and whether it is a secret. "password: hunter2"
 * is a secret; "password reset" and "the password is wrong" are what the ticket is about and must
 * stay readable. */
#include "privacy/scan.h"
#include "privacy/secret.h"

#include <stdlib.h>
#include <string.h>

/* So many bytes decide what a value is. More are read only after it was accepted; otherwise a long
 * row of labels would be read again for each of them. */
#define VALUE_BYTES_MAX 64
#define QUOTED_BYTES_MAX 128
#define FIELD_BYTES_MAX 64
#define TAG_BYTES_MAX 80
#define WORD_BYTES_MAX 40
#define DIGITS_MIN 4 /* for a password or PIN of digits only */
#define PIN_DIGITS_MAX 12

struct value {
	size_t start;
	size_t end;
	bool quoted;
	bool longer; /* the value goes on after `end` */
};

/* What characters a value contains. */
struct looks {
	size_t len;
	bool digit;
	bool lower;
	bool upper; /* after the first byte */
	bool high;
	bool symbol; /* characters that people use in passwords, unlike those in words and dates */
	bool code;   /* parentheses and similar: a call or a variable of a program */
	bool blank;
	bool drawn; /* capitals within a word, which are more than a hump: "abCDef" */
};

static const char *const ordinary[] = {
#define WORD(text) text,
#include "privacy/ordinary.def"
};

static const char *const ordinary_endings[] = {
#define ENDING(text) text,
#include "privacy/ordinary.def"
};

/* "16th", "10am" */
static const char *const counted[] = {"st", "nd", "rd", "th", "am", "pm", "h", "min", "s", "ms"};

static int compare_word(const void *key, const void *element)
{
	return strcmp(key, *(const char *const *)element);
}

static bool is_ordinary_word(struct str word)
{
	char lower[WORD_BYTES_MAX];
	if (word.len >= sizeof(lower))
		return false;
	for (size_t i = 0; i < word.len; i++) {
		if (!ascii_is_alpha(word.data[i]) && !is_high(word.data[i]) &&
		    word.data[i] != '\'' && word.data[i] != '-')
			return false;
		lower[i] = ascii_lower(word.data[i]);
	}
	lower[word.len] = '\0';
	if (str_starts(str_make(lower, word.len), STR("non-")))
		return true;
	if (bsearch(lower, ordinary, ARRAY_LEN(ordinary), sizeof(ordinary[0]), compare_word))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(ordinary_endings); i++)
		if (str_ends(str_make(lower, word.len), str_of(ordinary_endings[i])))
			return true;
	return false;
}

/* A number of the sentence: "app passwords) on 16th September". */
static bool is_counted(struct str text)
{
	size_t digits = 0;
	while (digits < text.len && ascii_is_digit(text.data[digits]))
		digits++;
	for (size_t i = 0; digits > 0 && i < ARRAY_LEN(counted); i++)
		if (str_ieq(str_skip(text, digits), str_of(counted[i])))
			return true;
	return false;
}

/* What a manual has in the place of a value: "PASSWORD=[password]". */
static bool is_stand_in(struct str text)
{
	static const char *const words[] = {"password", "passwort", "passwd", "passphrase",
	                                    "secret",   "token",    "key",    "pin"};
	if (text.len < 2 || !strchr("[<{", text.data[0]))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_ieq(str_skip(text, 1), str_of(words[i])))
			return true;
	return is_ordinary_word(str_skip(text, 1));
}

static bool is_between(char c, char first, char last)
{
	return c >= first && c <= last;
}

/* True for two capitals between small letters: the second of them is at `at`, which has neighbours
 * enough. */
static bool is_hump(const char *at)
{
	return is_between(at[0], 'A', 'Z') && is_between(at[-1], 'A', 'Z') &&
	       (is_between(at[1], 'a', 'z') || is_between(at[1], 'A', 'Z')) &&
	       is_between(at[-2], 'a', 'z');
}

static struct looks analyse_value(struct str text)
{
	struct looks looks = {.len = text.len};
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		looks.digit = looks.digit || ascii_is_digit(c);
		looks.lower = looks.lower || (c >= 'a' && c <= 'z');
		looks.upper = looks.upper || (i > 0 && c >= 'A' && c <= 'Z');
		looks.high = looks.high || is_high(c);
		looks.drawn = looks.drawn || (i > 2 && i + 1 < text.len && is_hump(text.data + i));
		if (ascii_is_alnum(c) || is_high(c))
			continue;
		looks.symbol = looks.symbol || (i + 1 < text.len && strchr("!@#$%^&*+=~?|", c));
		looks.code = looks.code || strchr("(){}<>$", c);
		looks.blank = looks.blank || ascii_is_space(c);
	}
	return looks;
}

static bool has_letter(const struct looks *looks)
{
	return looks->lower || looks->upper || looks->high;
}

/* True for a value that nobody writes by accident. */
static bool is_strong(const struct looks *looks)
{
	return looks->len >= 4 && ((looks->digit && has_letter(looks)) || looks->symbol ||
	                           (looks->lower && looks->upper));
}

static bool all_digits(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!ascii_is_digit(text.data[i]))
			return false;
	return text.len > 0;
}

/* True when a name and one of `signs` are at `at`, as where the next field of a query or a
 * connection string begins. */
static bool is_field(const struct mask *mask, size_t at, const char *signs)
{
	size_t start = at;
	while (at - start < FIELD_BYTES_MAX &&
	       (ascii_is_alnum(mask_at(mask, at)) || mask_at(mask, at) == '_' ||
	        mask_at(mask, at) == '-'))
		at++;
	char c = mask_at(mask, at);
	return at > start && c && !is_wall(c) && strchr(signs, c);
}

/* True for an HTML tag: "<", maybe "/", a name, and ">" not far away. */
static bool is_tag(const struct mask *mask, size_t at)
{
	size_t end = at + 1;
	if (mask_at(mask, end) == '/')
		end++;
	if (!ascii_is_alpha(mask_at(mask, end)))
		return false;
	while (end - at < TAG_BYTES_MAX && !is_wall(mask_at(mask, end)) && mask->text[end] != '<' &&
	       mask->text[end] != '>')
		end++;
	return mask_at(mask, end) == '>';
}

/* True when the value ends at `at`, inside the same word. `wide`: the value itself has wide
 * characters. */
static bool value_stops(const struct mask *mask, size_t at, bool wide)
{
	char c = mask->text[at];
	switch (c) {
	case '<': return is_tag(mask, at);
	case '"': /* what follows the end of a string or of an attribute */
		return strchr(">,;)]} ", mask_at(mask, at + 1)) != NULL;
	case '&': return is_field(mask, at + 1, "=;");
	case ';': return is_field(mask, mask_at(mask, at + 1) == ' ' ? at + 2 : at + 1, "=");
	case ',': return mask_at(mask, at + 1) == '"' || is_field(mask, at + 1, "=:");
	default: return !wide && (unsigned char)c >= 0xE3 && (unsigned char)c < 0xF0;
	}
}

static struct value unquoted_value(const struct mask *mask, size_t at, size_t most)
{
	struct value value = {.start = at, .end = at};
	bool wide = (unsigned char)mask_at(mask, at) >= 0xE3;
	while (!is_wall(mask_at(mask, value.end)) && !ascii_is_space(mask->text[value.end])) {
		value.longer = value.end - at == most;
		if (value.longer || value_stops(mask, value.end, wide))
			break;
		value.end++;
	}
	/* The punctuation of the sentence, and closing brackets and quotes, do not belong to the
	 * value. */
	while (!value.longer && value.end > at && strchr(".,;\"'`*)]}>", mask->text[value.end - 1]))
		value.end--;
	return value;
}

/* The value between quotes, or the unquoted one when no quote closes it on the line. */
static struct value find_value(const struct mask *mask, size_t at)
{
	static const char *const quotes[][2] = {
	        {"\\\"", "\\\""}, {"\"", "\""}, {"'", "'"}, {"`", "`"}, {"\xc2\xab", "\xc2\xbb"}};
	struct str rest = str_make(mask->text + at, mask->len - at);
	for (size_t i = 0; i < ARRAY_LEN(quotes); i++) {
		struct str opening = str_of(quotes[i][0]), closing = str_of(quotes[i][1]);
		if (!str_starts(rest, opening))
			continue;
		size_t start = at + opening.len;
		for (size_t end = start; end - start <= QUOTED_BYTES_MAX && end < mask->len;
		     end++) {
			if (is_wall(mask->text[end]) || mask->text[end] == '\n')
				break;
			if (str_starts(str_make(mask->text + end, mask->len - end), closing) &&
			    end > start &&
			    !(closing.data[0] == '\'' && ascii_is_alnum(mask_at(mask, end + 1))))
				return (struct value){.start = start, .end = end, .quoted = true};
			if (mask->text[end] == '\\')
				end++;
		}
		return unquoted_value(mask, start, VALUE_BYTES_MAX);
	}
	return unquoted_value(mask, at, VALUE_BYTES_MAX);
}

/* A phrase: words up to the end of the line or sentence. */
static struct value find_phrase(const struct mask *mask, size_t at)
{
	struct value value = find_value(mask, at);
	while (!value.quoted && value.end - at < VALUE_BYTES_MAX) {
		if (!is_blank(mask_at(mask, value.end)) ||
		    !ascii_is_alnum(mask_at(mask, value.end + 1)))
			break;
		value.end = unquoted_value(mask, value.end + 1, VALUE_BYTES_MAX).end;
	}
	return value;
}

static bool is_url(struct str text)
{
	return str_istarts(text, STR("http://")) || str_istarts(text, STR("https://"));
}

/* The prompt of the next command, behind that for a password:
 * "[sudo] password for anna: anna@host:~$". */
static bool is_prompt(const struct mask *mask, const struct value *value)
{
	struct str text = str_make(mask->text + value->start, value->end - value->start);
	ptrdiff_t name = str_find_char(text, '@');
	size_t at = value->start;
	if (name <= 0 || str_find_char(str_skip(text, (size_t)name), ':') < 0 ||
	    !strchr("$#", text.data[text.len - 1]))
		return false;
	while (at > 0 && strchr(": \n", mask->text[at - 1]) && mask->text[at - 1])
		at--;
	return at >= (size_t)name && memcmp(mask->text + at - name, text.data, (size_t)name) == 0;
}

/* True when the value is an e-mail address, which another finder claims. */
static bool is_email(const struct mask *mask, const struct value *value)
{
	const char *sign = memchr(mask->text + value->start, '@', value->end - value->start);
	size_t start, end;
	return sign && email_around(mask, (size_t)(sign - mask->text), &start, &end) &&
	       start <= value->start && end >= value->end;
}

static bool is_password(struct str text, const struct looks *looks, enum link link, bool quoted,
                        bool next_line)
{
	switch (link) {
	case LINK_SIGN:
		return next_line ? is_strong(looks)
		                 : looks->len > 2 && (quoted || !is_ordinary_word(text));
	case LINK_READS: return true;
	case LINK_IS:
		if (all_digits(text))
			return looks->len >= DIGITS_MIN;
		return quoted || is_strong(looks) || (looks->len > 2 && !is_ordinary_word(text));
	case LINK_VERB:
		return quoted || is_strong(looks) || (all_digits(text) && looks->len >= DIGITS_MIN);
	case LINK_CELL:
		return looks->len > 4 && !looks->blank &&
		       ((looks->digit && has_letter(looks)) || looks->symbol || looks->drawn);
	case LINK_NONE: break;
	}
	if (next_line)
		return false;
	if (quoted && !looks->blank && !is_ordinary_word(text))
		return true;
	return looks->len > 4 &&
	       ((looks->digit && has_letter(looks)) || looks->symbol || looks->drawn);
}

static bool is_token(struct str text, const struct looks *looks, enum label label, enum link link)
{
	bool mixed = looks->digit && has_letter(looks);
	if (looks->code || looks->blank)
		return false;
	if (label == LABEL_BEARER)
		return looks->len >= 16 || (looks->len >= 8 && looks->digit);
	if (link == LINK_NONE)
		return mixed && looks->len >= (label == LABEL_API_KEY ? 12 : 16);
	if (label == LABEL_API_KEY)
		return looks->len >= 6 &&
		       (looks->digit || (link == LINK_SIGN && !is_ordinary_word(text)));
	return looks->len >= 8 && (looks->digit || (looks->len >= 16 && looks->drawn));
}

static bool is_secret(const struct mask *mask, const struct value *value, enum label label,
                      enum link link, bool next_line)
{
	struct str text = str_make(mask->text + value->start, value->end - value->start);
	struct looks looks = analyse_value(text);
	if (!looks.digit && !has_letter(&looks) && !ascii_is_alpha(mask_at(mask, value->start)))
		return false;
	/* This is a second label, not a value: "Password: Username: bob". */
	if (text.data[text.len - 1] == ':' || is_url(text) || is_email(mask, value) ||
	    is_stand_in(text) || is_prompt(mask, value))
		return false;
	if (link >= LINK_VERB && !value->quoted && is_counted(text))
		return false;
	switch (label) {
	case LABEL_PASSWORD:
	case LABEL_PHRASE: return is_password(text, &looks, link, value->quoted, next_line);
	case LABEL_SHORT:
		if (link == LINK_NONE ||
		    (link == LINK_SIGN && (looks.len < 3 || is_ordinary_word(text))))
			return false;
		return is_password(text, &looks, link == LINK_IS ? LINK_VERB : link, value->quoted,
		                   next_line);
	case LABEL_PIN:
		return all_digits(text) && looks.len >= DIGITS_MIN && looks.len <= PIN_DIGITS_MAX;
	case LABEL_API_KEY:
	case LABEL_TOKEN:
	case LABEL_BEARER: return is_token(text, &looks, label, link);
	}
	return false;
}

size_t secret_value_claim(struct mask *mask, size_t at, enum label label, enum link link,
                          bool next_line)
{
	bool phrase = label == LABEL_PHRASE && (link == LINK_SIGN || link == LINK_READS);
	struct value value = phrase ? find_phrase(mask, at) : find_value(mask, at);
	if (value.end <= value.start || !is_secret(mask, &value, label, link, next_line))
		return at;
	if (value.longer)
		value = unquoted_value(mask, value.start, SIZE_MAX);
	mask_claim(mask, value.start, value.end, label <= LABEL_PIN ? PII_PASSWORD : PII_API_KEY);
	return value.end;
}

void secret_value_claim_cell(struct mask *mask, size_t start, size_t end, enum label label)
{
	struct value value = {.start = start, .end = end};
	struct str text = str_make(mask->text + start, end - start);
	struct looks looks = analyse_value(text);
	if (end - start > VALUE_BYTES_MAX * 2 || looks.blank ||
	    !is_secret(mask, &value, label, LINK_SIGN, false))
		return;
	mask_claim(mask, start, end, label <= LABEL_PIN ? PII_PASSWORD : PII_API_KEY);
}
