/* Splits a text into lines, has its ballast marked, and writes what stays. The author's own words
 * always stay, all of them. When they are few ("see below"), earlier mails stay too, and of the
 * other ballast as much as makes them enough, within a bound that leaves room for them. */
#include "ticket/ballast_parts.h"

#include <stdlib.h>

#define WORDS_FEW 40 /* letters; a character that is not ASCII counts as two, U+FFFD as none */
#define REST_BYTES_MAX 6000

static struct ballast_lines split_lines(struct str text)
{
	struct ballast_lines lines = {0};
	size_t count = 1;

	for (size_t i = 0; i < text.len; i++)
		count += text.data[i] == '\n';
	lines.items = xmalloc(count * sizeof(*lines.items));
	while (text.len > 0)
		lines.items[lines.count++] = (struct ballast_line){.text = str_split(&text, '\n'),
		                                                   .kind = BALLAST_KINDS};
	return lines;
}

static size_t count_letters(struct str line)
{
	size_t letters = 0;

	/* a placeholder is no word of the author */
	if (line.len > 0 && line.data[0] == '[' && line.data[line.len - 1] == ']')
		return 0;
	for (size_t i = 0; i < line.len; i++) {
		if (ascii_is_alpha(line.data[i]))
			letters++;
		else if ((line.data[i] & 0xc0) == 0xc0 &&
		         !str_starts(str_skip(line, i), STR("\xef\xbf\xbd")))
			letters += 2;
	}
	return letters;
}

static size_t letters_of(const struct ballast_lines *lines, enum ballast_kind kind)
{
	size_t letters = 0;

	for (size_t i = 0; i < lines->count; i++)
		if (lines->items[i].kind == kind)
			letters += count_letters(str_trim(lines->items[i].text));
	return letters;
}

/* Makes lines of this kind the author's own, from the first one on, as far as there is room. */
static void take_back(struct ballast_lines *lines, enum ballast_kind kind)
{
	size_t room = REST_BYTES_MAX;

	for (size_t i = 0; i < lines->count; i++) {
		struct ballast_line *line = &lines->items[i];

		if (line->kind != kind)
			continue;
		if (line->text.len + 1 > room) {
			/* one long line is better than none */
			if (room < REST_BYTES_MAX)
				return;
			line->text = utf8_cut(line->text, room - 1);
		}
		line->kind = BALLAST_KINDS;
		room -= line->text.len + 1;
	}
}

/* What was taken for a signature or a footer may be words of the author, so while these are few it
 * comes back, the shorter kind first. An earlier mail does not count as words. */
static void take_back_best(struct ballast_lines *lines)
{
	size_t own = letters_of(lines, BALLAST_KINDS);
	size_t signature = letters_of(lines, BALLAST_SIGNATURE);
	size_t footer = letters_of(lines, BALLAST_FOOTER);
	bool signature_first = signature > 0 && (signature <= footer || footer == 0);

	if (own >= WORDS_FEW)
		return;
	take_back(lines, BALLAST_QUOTE);
	take_back(lines, signature_first ? BALLAST_SIGNATURE : BALLAST_FOOTER);
	own += signature_first ? signature : footer;
	if (own < WORDS_FEW)
		take_back(lines, signature_first ? BALLAST_FOOTER : BALLAST_SIGNATURE);
}

void ballast_mail_cut(const struct ballast_index *index, struct str text, bool forwarded,
                      struct buf *out, struct ballast *left_out)
{
	struct ballast_lines lines = split_lines(text);
	size_t start = out->len;
	bool cut = false;

	ballast_close_mark(&lines, index, ballast_quote_mark(&lines, index, forwarded));
	take_back_best(&lines);
	for (size_t i = 0; i < lines.count; i++) {
		const struct ballast_line *line = &lines.items[i];

		if (line->kind < BALLAST_KINDS) {
			left_out->bytes[line->kind] += (uint32_t)line->text.len + 1;
			cut = true;
			continue;
		}
		buf_add_str(out, line->text);
		if (i + 1 < lines.count || str_ends(text, STR("\n")))
			buf_putc(out, '\n');
	}
	/* blank lines stood between the words and what is left out */
	while (out->len > start && cut && ascii_is_space(out->data[out->len - 1]))
		out->data[--out->len] = '\0';
	free(lines.items);
}
