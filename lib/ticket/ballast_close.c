/* Marks signatures and footers. They stand at the end of the author's own part, so it is peeled
 * from there: what stands above a line of the author stays, whatever it looks like. */
#include "ticket/ballast_parts.h"

#define SIGNATURE_LINE_MAX 80
#define CLOSE_LINE_MAX 60
#define SENT_FROM_MAX 80
#define SIGNATURE_LINES_MAX 12
#define NAME_WORDS_MAX 5    /* of a line of a signature that is no contact */
#define CONTACT_WORDS_MAX 3 /* of a line with a telephone or address, besides labels */
#define DEVICE_WORDS_MAX 7
#define PHONE_DIGITS_MIN 7 /* behind '+'; ITU-T E.164 has 15 at most */
#define NATIONAL_DIGITS_MIN 9
#define FOOTER_BYTES_MIN 40
#define FOOTER_LINES_MAX 40
#define PEELS_MAX 8 /* a telephone's line, a signature, footers: in any order */

static struct str line_of(const struct ballast_lines *lines, size_t at)
{
	return str_trim(lines->items[at].text);
}

static bool is_own(const struct ballast_lines *lines, size_t at)
{
	return lines->items[at].kind == BALLAST_KINDS;
}

static bool is_text_at(const struct ballast_lines *lines, size_t at)
{
	return is_own(lines, at) && line_of(lines, at).len > 0;
}

static size_t mark_from(struct ballast_lines *lines, size_t from, size_t to, enum ballast_kind kind)
{
	for (size_t i = from; i < to; i++)
		if (is_own(lines, i))
			lines->items[i].kind = kind;
	return from;
}

static struct str next_word_of(struct str *rest)
{
	struct str word;

	do
		word = str_split(rest, ' ');
	while (word.len == 0 && rest->data);
	return word;
}

static bool is_sentence(struct str line)
{
	static const char *const ends[] = {".", "?", "!", "。", "？", "！"};
	size_t blanks = 0;

	for (size_t i = 0; i < line.len; i++)
		blanks += line.data[i] == ' ';
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (str_ends(line, str_of(ends[i])))
			return blanks > 2;
	return blanks > 9;
}

static bool is_phone_char(char c)
{
	return ascii_is_digit(c) || c == ' ' || c == '-' || c == '/' || c == '.' || c == '(' ||
	       c == ')';
}

/* The length of a number at the start that is written as those of telephones are: with a '+', or
 * with a leading 0 or bracket and separators, which no number of an order has. */
static size_t phone_length(struct str text)
{
	bool plus = str_starts(text, STR("+"));
	size_t len = plus, digits = 0, others = 0;

	if (text.len == 0 || (!plus && text.data[0] != '0' && text.data[0] != '('))
		return 0;
	for (; len < text.len && is_phone_char(text.data[len]); len++) {
		digits += ascii_is_digit(text.data[len]);
		others += text.data[len] != ' ' && !ascii_is_digit(text.data[len]);
	}
	bool separated = others > 0 || str_find_char(str_make(text.data, len), ' ') >= 0;
	return digits >= (plus ? PHONE_DIGITS_MIN : NATIONAL_DIGITS_MIN) && digits <= 15 &&
	                       (plus || separated)
	               ? len
	               : 0;
}

static bool is_address(struct str word)
{
	return str_find_char(word, '@') > 0 || str_find(word, STR("[REDACTED_")) >= 0 ||
	       str_istarts(word, STR("www.")) || str_ifind(word, STR("http://")) >= 0 ||
	       str_ifind(word, STR("https://")) >= 0;
}

/* "Tel.:", or a sign between others. */
static bool is_label_word(const struct ballast_index *index, struct str word)
{
	while (word.len > 0 && (word.data[word.len - 1] == ':' || word.data[word.len - 1] == '.'))
		word.len--;
	return word.len == 0 || (word.len == 1 && !ascii_is_alnum(word.data[0])) ||
	       ballast_words_are(index, word, WORDS_LABEL);
}

/* A telephone, mail or web address with at most so many words besides, which begin with a capital
 * as names do, and with labels. */
static bool is_contact(const struct ballast_index *index, struct str line, size_t words_max)
{
	size_t words = 0;
	bool contact = false;

	if (line.len > SIGNATURE_LINE_MAX)
		return false;
	for (struct str rest = line; rest.len > 0;) {
		size_t phone = phone_length(rest);

		if (phone > 0) {
			contact = true;
			rest = str_trim(str_skip(rest, phone));
			continue;
		}
		struct str word = next_word_of(&rest);
		rest = str_trim(rest);
		if (is_address(word)) {
			contact = true;
		} else if (!is_label_word(index, word)) {
			if (ascii_lower(word.data[0]) == word.data[0])
				return false;
			words++;
		}
	}
	return contact && words <= words_max;
}

/* A name, a title, a street: a few words with a capital, and no long number. */
static bool is_name_line(struct str line)
{
	size_t words = 0, digits = 0;

	if (line.len > SIGNATURE_LINE_MAX || is_sentence(line) ||
	    (ascii_is_alpha(line.data[0]) && ascii_lower(line.data[0]) == line.data[0]))
		return false;
	for (size_t i = 0; i < line.len; i++) {
		digits = ascii_is_digit(line.data[i]) ? digits + 1 : 0;
		if (digits > 5)
			return false;
	}
	while (line.len > 0)
		words += next_word_of(&line).len > 1;
	return words <= NAME_WORDS_MAX;
}

/* Whether all lines look like a signature: below a blank line only contacts do. */
static bool is_signature(const struct ballast_lines *lines, const struct ballast_index *index,
                         size_t from, size_t end)
{
	bool text = false, blank = false;

	for (size_t i = from; i < end; i++) {
		struct str line = line_of(lines, i);

		if (line.len == 0)
			blank |= text;
		else if (!is_contact(index, line, CONTACT_WORDS_MAX) &&
		         (blank || !is_name_line(line)))
			return false;
		else
			text = true;
	}
	return text;
}

static bool is_close(const struct ballast_index *index, struct str line)
{
	while (line.len > 0 && (line.data[line.len - 1] == ',' || line.data[line.len - 1] == '.' ||
	                        line.data[line.len - 1] == '!'))
		line.len--;
	return line.len <= CLOSE_LINE_MAX && ballast_words_are(index, line, WORDS_CLOSE);
}

/* Below a complimentary close, or "--" that lost its blank, only contacts go. */
static size_t peel_contacts(struct ballast_lines *lines, const struct ballast_index *index,
                            size_t from, size_t end)
{
	size_t at = end;

	for (size_t i = end; i > from; i--) {
		if (is_contact(index, line_of(lines, i - 1), 0))
			at = i - 1;
		else if (line_of(lines, i - 1).len > 0)
			break;
	}
	return mark_from(lines, at, end, BALLAST_SIGNATURE);
}

static size_t peel_signature(struct ballast_lines *lines, const struct ballast_index *index,
                             size_t first, size_t end)
{
	size_t count = 0;

	for (size_t at = end; at > 0 && is_own(lines, at - 1) && count <= SIGNATURE_LINES_MAX;) {
		struct str line = line_of(lines, --at);

		if (str_eq(lines->items[at].text, STR("-- ")))
			return is_signature(lines, index, at + 1, end)
			               ? mark_from(lines, at, end, BALLAST_SIGNATURE)
			               : end;
		if (at >= first && (str_eq(line, STR("--")) || is_close(index, line)))
			return peel_contacts(lines, index, at + 1, end);
		count += line.len > 0;
	}
	return end;
}

/* Whether the text names a device or a mail program, and says nothing else. */
static bool is_device(const struct ballast_index *index, struct str text)
{
	size_t words = 0;
	bool device = false;

	while (text.len > 0) {
		struct str word = next_word_of(&text);
		bool number = false;

		for (size_t i = 0; i < word.len; i++)
			number |= ascii_is_digit(word.data[i]);
		if (ballast_words_begin(index, word, WORDS_DEVICE))
			device = true;
		else if (word.len > 1 && !number &&
		         !ballast_words_begin(index, word, WORDS_DEVICE_WITH))
			return false;
		words++;
	}
	return device && words <= DEVICE_WORDS_MAX;
}

/* "Sent from my iPhone" */
static bool is_sent_from(const struct ballast_index *index, struct str line)
{
	while (line.len > 0 && (line.data[0] == '-' || line.data[0] == '<' || line.data[0] == ' '))
		line = str_skip(line, 1);
	while (line.len > 0 && (line.data[line.len - 1] == '.' || line.data[line.len - 1] == '>'))
		line.len--;
	if (line.len > SENT_FROM_MAX)
		return false;
	size_t begin = ballast_words_begin(index, line, WORDS_SENT_FROM);
	size_t end = ballast_words_end(index, line, WORDS_SENT_WITH);
	return ballast_words_are(index, line, WORDS_SENT_WHOLE) ||
	       ((begin > 0 || end > 0) && begin + end < line.len &&
	        is_device(index, str_trim(str_make(line.data + begin, line.len - begin - end))));
}

/* The line stands alone. */
static size_t peel_sent_from(struct ballast_lines *lines, const struct ballast_index *index,
                             size_t end)
{
	size_t at = end - 1;

	if ((at > 0 && is_text_at(lines, at - 1) &&
	     !str_starts(line_of(lines, at - 1), STR("--"))) ||
	    !is_sent_from(index, line_of(lines, at)))
		return end;
	return mark_from(lines, at, end, BALLAST_SIGNATURE);
}

static size_t peel_footer(struct ballast_lines *lines, const struct ballast_index *index,
                          size_t first, size_t end)
{
	size_t at = end;

	while (at > first && is_text_at(lines, at - 1) && end - at <= FOOTER_LINES_MAX)
		at--;
	if (at == end || (at > 0 && is_text_at(lines, at - 1)))
		return end;
	const struct str top = lines->items[at].text, last = lines->items[end - 1].text;
	struct str all = str_make(top.data, (size_t)(last.data + last.len - top.data));
	return all.len >= FOOTER_BYTES_MIN && ballast_words_of_footer(index, all)
	               ? mark_from(lines, at, end, BALLAST_FOOTER)
	               : end;
}

/* Where the first paragraph ends: it is what the author says, whatever words are in it. */
static size_t first_paragraph(const struct ballast_lines *lines, size_t end)
{
	size_t at = 0;

	while (at < end && !is_text_at(lines, at))
		at++;
	while (at < end && is_text_at(lines, at))
		at++;
	return at;
}

void ballast_close_mark(struct ballast_lines *lines, const struct ballast_index *index, size_t end)
{
	size_t first = first_paragraph(lines, end), before;

	for (int peels = 0; peels < PEELS_MAX; peels++) {
		while (end > 0 && is_own(lines, end - 1) && line_of(lines, end - 1).len == 0)
			end--;
		if (end == 0 || !is_own(lines, end - 1))
			return;
		before = end;
		end = peel_footer(lines, index, first, end);
		if (end == before)
			end = peel_sent_from(lines, index, end);
		if (end == before)
			end = peel_signature(lines, index, first, end);
		if (end == before)
			return;
	}
}
