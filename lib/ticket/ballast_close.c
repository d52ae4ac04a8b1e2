/* Marks signatures and footers. A signature goes on as long as its lines look like one: short, no
 * sentence, and below the first blank line only what has an address, a number or a rule in it. One
 * that no "-- " announces ends at the last such line, so that what an author adds below the name
 * stays. */
#include "ticket/ballast_parts.h"

#define SIGNATURE_LINE_MAX 80
#define CLOSE_LINE_MAX 60
#define SENT_FROM_MAX 80
#define SIGNATURE_LINES_MAX 12
#define FOOTER_BYTES_MIN 40

static struct str line_of(const struct ballast_lines *lines, size_t at)
{
	return str_trim(lines->items[at].text);
}

static bool is_own(const struct ballast_lines *lines, size_t at)
{
	return lines->items[at].kind == BALLAST_KINDS;
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

/* An address, a number, or a rule: what names do not have. */
static bool is_contact(struct str line)
{
	size_t digits = 0;

	for (size_t i = 0; i < line.len; i++)
		digits += ascii_is_digit(line.data[i]);
	return digits >= 5 || str_find_char(line, '@') >= 0 || str_find_char(line, '|') >= 0 ||
	       str_find(line, STR("[REDACTED_")) >= 0 || str_ifind(line, STR("www.")) >= 0 ||
	       str_ifind(line, STR("http")) >= 0 || str_starts(line, STR("---")) ||
	       str_starts(line, STR("___"));
}

static bool is_signature_line(struct str line, bool below_blank)
{
	return line.len <= SIGNATURE_LINE_MAX && !is_sentence(line) &&
	       (!below_blank || is_contact(line));
}

/* Marks the lines of a signature from `at` on; returns where it ends. `announced`: by "-- ". */
static size_t mark_signature(struct ballast_lines *lines, size_t at, size_t end, bool announced)
{
	size_t last = at, count = 0;
	bool text = false, blank = false;

	for (size_t i = at; i < end && is_own(lines, i) && count < SIGNATURE_LINES_MAX; i++) {
		struct str line = line_of(lines, i);

		if (line.len == 0) {
			blank = text;
			continue;
		}
		if (!is_signature_line(line, blank))
			break;
		text = true;
		count++;
		if (announced || is_contact(line))
			last = i + 1;
	}
	for (size_t i = at; i < last; i++)
		lines->items[i].kind = BALLAST_SIGNATURE;
	return last;
}

static bool is_blank_at(const struct ballast_lines *lines, size_t at, size_t end)
{
	return at >= end || line_of(lines, at).len == 0 || !is_own(lines, at);
}

/* "Sent from my iPhone": a line that stands alone. */
static bool is_sent_from(const struct ballast_lines *lines, const struct ballast_index *index,
                         size_t at, size_t end)
{
	struct str line = line_of(lines, at);

	while (line.len > 0 && (line.data[0] == '-' || line.data[0] == '<' || line.data[0] == ' '))
		line = str_skip(line, 1);
	return line.len <= SENT_FROM_MAX && !is_sentence(line) &&
	       (at == 0 || is_blank_at(lines, at - 1, end) ||
	        str_starts(line_of(lines, at - 1), STR("--"))) &&
	       is_blank_at(lines, at + 1, end) &&
	       (ballast_words_begin(index, line, WORDS_SENT_FROM) ||
	        ballast_words_end(index, line, WORDS_SENT_WITH));
}

static bool is_close(const struct ballast_index *index, struct str line)
{
	while (line.len > 0 && (line.data[line.len - 1] == ',' || line.data[line.len - 1] == '.' ||
	                        line.data[line.len - 1] == '!'))
		line.len--;
	return line.len <= CLOSE_LINE_MAX && ballast_words_are(index, line, WORDS_CLOSE);
}

/* Marks the paragraph if it is a footer. */
static void mark_footer(struct ballast_lines *lines, size_t from, size_t to,
                        const struct ballast_index *index)
{
	const struct str first = lines->items[from].text, last = lines->items[to - 1].text;
	struct str all = str_make(first.data, (size_t)(last.data + last.len - first.data));

	if (all.len < FOOTER_BYTES_MIN || !ballast_words_of_footer(index, all))
		return;
	for (size_t i = from; i < to; i++)
		lines->items[i].kind = BALLAST_FOOTER;
}

/* The first paragraph is what the author says, whatever words are in it. */
static void mark_footers(struct ballast_lines *lines, const struct ballast_index *index, size_t end)
{
	bool first = true;

	for (size_t at = 0; at < end;) {
		size_t from = at;

		while (at < end && is_own(lines, at) && line_of(lines, at).len > 0)
			at++;
		if (at > from && !first)
			mark_footer(lines, from, at, index);
		first &= at == from;
		at += at == from;
	}
}

void ballast_close_mark(struct ballast_lines *lines, const struct ballast_index *index, size_t end)
{
	mark_footers(lines, index, end);
	for (size_t at = 0; at < end;) {
		struct str line = line_of(lines, at);

		if (!is_own(lines, at) || line.len == 0) {
			at++;
		} else if (str_eq(line, STR("--"))) {
			size_t last = mark_signature(lines, at + 1, end, true);

			if (last > at + 1)
				lines->items[at].kind = BALLAST_SIGNATURE;
			at = last;
		} else if (is_sent_from(lines, index, at, end)) {
			lines->items[at++].kind = BALLAST_SIGNATURE;
		} else if (is_close(index, line)) {
			at = mark_signature(lines, at + 1, end, false);
		} else {
			at++;
		}
	}
}
