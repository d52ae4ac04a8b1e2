/* Marks earlier mails. They are known by the header that a mail program writes above them, or by
 * '>' at the start of their lines. Lines with '>' and no header may be the output of a command, or
 * a report that somebody passes on, so as many of them stay as leave room for the other words. */
#include "ticket/ballast_parts.h"

#define HEADER_LINES_MAX 3 /* a reply header may be broken into lines */
#define HEADER_BYTES_MAX 400
#define LABEL_BYTES_MAX 40
#define BLOCK_LINES_MAX 10  /* of From, Sent, To … */
#define BARE_BYTES_MAX 3000 /* of lines with '>' and no header: these stay */

static struct str line_at(const struct ballast_lines *lines, size_t at)
{
	return at < lines->count ? str_trim(lines->items[at].text) : (struct str){0};
}

static bool has_mark(struct str line)
{
	return str_starts(line, STR(">")) || str_starts(line, STR("&gt;"));
}

static bool has_digit(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (ascii_is_digit(text.data[i]))
			return true;
	return false;
}

static bool has_address(struct str text)
{
	return str_find_char(text, '@') >= 0 || str_find(text, STR("[REDACTED_EMAIL]")) >= 0;
}

/* Whether these lines are a reply header, "On … wrote:". It names a date or an address; without an
 * address it begins as one does, so that no sentence of the author counts. */
static bool is_reply_header(const struct ballast_index *index, struct str lines)
{
	bool address = has_address(lines);
	bool date = has_digit(lines) &&
	            (ballast_words_begin(index, lines, WORDS_ON) || !ascii_is_alpha(lines.data[0]));

	return lines.len <= HEADER_BYTES_MAX && lines.data[lines.len - 1] == ':' &&
	       (address || date) && ballast_words_in(index, lines, WORDS_WROTE);
}

/* How many lines the reply header has that begins here; 0 = none does. `*ret_whole`: it names an
 * address, so that what follows is an earlier mail even without marks. */
static size_t reply_header(const struct ballast_lines *lines, const struct ballast_index *index,
                           size_t at, bool *ret_whole)
{
	struct str first = line_at(lines, at);

	for (size_t i = 0; i < HEADER_LINES_MAX; i++) {
		struct str last = line_at(lines, at + i);

		if (last.len == 0 || has_mark(last) ||
		    (i == 1 &&
		     !(has_digit(first) && ballast_words_begin(index, first, WORDS_ON))) ||
		    (i > 0 && ballast_words_begin(index, last, WORDS_ON)))
			return 0;
		struct str all = str_make(first.data, (size_t)(last.data + last.len - first.data));
		if (is_reply_header(index, all)) {
			*ret_whole = has_address(all);
			return i + 1;
		}
	}
	return 0;
}

/* A line such as "-----Original Message-----" or "Begin forwarded message:". */
static bool is_separator(const struct ballast_index *index, struct str line,
                         enum ballast_words words)
{
	bool framed = false;

	while (line.len > 0 && (line.data[0] == '-' || line.data[0] == '_' || line.data[0] == '*' ||
	                        line.data[0] == '=' || line.data[0] == ' ')) {
		framed = true;
		line = str_skip(line, 1);
	}
	return (framed || str_ends(line, STR(":"))) && ballast_words_begin(index, line, words);
}

/* The label of "From: …", without marks of bold type. */
static struct str label_of(struct str line)
{
	while (line.len > 0 && line.data[0] == '*')
		line = str_skip(line, 1);
	ptrdiff_t colon = str_find_char(utf8_cut(line, LABEL_BYTES_MAX), ':');
	struct str label = str_trim(str_make(line.data, colon > 0 ? (size_t)colon : 0));
	while (label.len > 0 && label.data[label.len - 1] == '*')
		label.len--;
	return label;
}

/* Whether the headers of a mail begin here: the sender, and two more. */
static bool is_header_block(const struct ballast_lines *lines, const struct ballast_index *index,
                            size_t at)
{
	size_t others = 0;

	if (!ballast_words_are(index, label_of(line_at(lines, at)), WORDS_FROM))
		return false;
	for (size_t i = 1; i < BLOCK_LINES_MAX && others < 2; i++)
		others += ballast_words_are(index, label_of(line_at(lines, at + i)), WORDS_HEADER);
	return others >= 2;
}

static void mark(struct ballast_lines *lines, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		lines->items[i].kind = BALLAST_QUOTE;
}

/* Where lines with '>' end that begin here, blank lines between them included. `*ret_bare`: where
 * those end that stay without a header. */
static size_t quote_end(const struct ballast_lines *lines, size_t at, size_t *ret_bare)
{
	size_t end = at, bytes = 0;

	*ret_bare = at;
	for (size_t i = at; i < lines->count; i++) {
		struct str line = line_at(lines, i);

		if (line.len == 0)
			continue;
		if (!has_mark(line))
			break;
		end = i + 1;
		bytes += line.len + 1;
		if (bytes <= BARE_BYTES_MAX)
			*ret_bare = end;
	}
	return end;
}

static size_t skip_empty(const struct ballast_lines *lines, size_t at)
{
	while (at < lines->count && line_at(lines, at).len == 0)
		at++;
	return at;
}

/* Handles a reply header or marked lines at `at`; returns where to go on. */
static size_t mark_reply(struct ballast_lines *lines, const struct ballast_index *index, size_t at)
{
	bool whole = false;
	size_t bare;
	size_t header = reply_header(lines, index, at, &whole);
	size_t below = header > 0 ? skip_empty(lines, at + header) : at;
	size_t end = quote_end(lines, below, &bare);

	if (end > below) {
		mark(lines, header > 0 ? at : bare, end);
		return end;
	}
	if (header > 0 && whole) {
		mark(lines, at, lines->count);
		return lines->count;
	}
	return at + 1;
}

size_t ballast_quote_mark(struct ballast_lines *lines, const struct ballast_index *index,
                          bool forwarded)
{
	size_t own = 0;

	for (size_t at = 0; at < lines->count;) {
		struct str line = line_at(lines, at);

		if (line.len == 0) {
			at++;
			continue;
		}
		/* what follows is what the author wants us to read */
		if (is_separator(index, line, WORDS_FORWARDED))
			return lines->count;
		if (!forwarded && (is_separator(index, line, WORDS_ORIGINAL) ||
		                   is_header_block(lines, index, at))) {
			mark(lines, at, lines->count);
			return own;
		}
		at = mark_reply(lines, index, at);
		if (at > 0 && lines->items[at - 1].kind == BALLAST_KINDS)
			own = at;
	}
	return own;
}
