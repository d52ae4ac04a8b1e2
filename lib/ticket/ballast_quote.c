/* Marks earlier mails. They are known by the header that a mail program writes above them, or by
 * '>' at the start of their lines. Lines with '>' and no header may be the output of a command, or
 * a report that somebody passes on, so as many of them stay as leave room for the other words. A
 * header above lines without '>' costs the whole rest, so it must be one that people do not write
 * themselves. */
#include "ticket/ballast_parts.h"

#include <string.h>

#define HEADER_LINES_MAX 3 /* a reply header may be broken into lines */
#define HEADER_BYTES_MAX 400
#define LABEL_BYTES_MAX 40
#define NAME_WORDS_MAX 5
#define WEEKDAY_MAX 5         /* "pon.," */
#define FRAME_MIN 3           /* signs at both ends of "-----Original Message-----" */
#define ORIGINAL_LABELS_MIN 3 /* below such a line */
#define BLOCK_LINES_MAX 10    /* of From, Sent, To … */
#define BARE_BYTES_MAX 3000   /* of lines with '>' and no header: these stay */

static struct str line_at(const struct ballast_lines *lines, size_t at)
{
	return at < lines->count ? str_trim(lines->items[at].text) : (struct str){0};
}

static bool has_mark(struct str line)
{
	return str_starts(line, STR(">")) || str_starts(line, STR("&gt;"));
}

static bool has_address(struct str text)
{
	return str_find_char(text, '@') >= 0 || str_find(text, STR("[REDACTED_EMAIL]")) >= 0;
}

static size_t digits_at(struct str text, size_t at)
{
	size_t start = at;

	while (at < text.len && ascii_is_digit(text.data[at]))
		at++;
	return at - start;
}

/* "10:00"; "10.00" is a price or a version as well. */
static bool has_clock(struct str text)
{
	for (size_t at = 0; at < text.len; at++) {
		size_t hour = digits_at(text, at), colon = at + hour;

		if ((hour == 1 || hour == 2) && colon < text.len && text.data[colon] == ':' &&
		    digits_at(text, colon + 1) == 2)
			return true;
		at += hour;
	}
	return false;
}

static bool has_year(struct str text)
{
	for (size_t at = 0; at < text.len; at++) {
		size_t digits = digits_at(text, at);

		if (digits == 4 && (str_starts(str_skip(text, at), STR("20")) ||
		                    str_starts(str_skip(text, at), STR("19"))))
			return true;
		at += digits;
	}
	return false;
}

/* Words that all begin like a name: with a capital, or no letter of ASCII. */
static bool is_name(struct str text)
{
	size_t words = 0;

	for (text = str_trim(text); text.len > 0; text = str_trim(text)) {
		struct str word = str_split(&text, ' ');

		if (ascii_is_alpha(word.data[0]) && ascii_lower(word.data[0]) == word.data[0])
			return false;
		words++;
	}
	return words <= NAME_WORDS_MAX;
}

/* Whether the sentence ends as a reply header does: with its verb, or with the verb, a name and an
 * address in brackets ("schrieb Jane Doe <jane@example.com>"). */
static bool ends_with_wrote(const struct ballast_index *index, struct str text)
{
	ptrdiff_t bracket = str_find_char(text, '<');

	if (ballast_words_end(index, text, WORDS_WROTE) > 0)
		return true;
	if (bracket < 0 || text.data[text.len - 1] != '>')
		return false;
	for (size_t at = 1; at < (size_t)bracket; at++) {
		struct str rest = str_make(text.data + at, (size_t)bracket - at);
		size_t verb = text.data[at - 1] == ' '
		                      ? ballast_words_begin(index, rest, WORDS_WROTE)
		                      : 0;

		if (verb > 0)
			return is_name(str_skip(rest, verb));
	}
	return false;
}

/* Whether the sentence begins as a reply header does: "On", a number, a weekday's short form and a
 * number, or a name and an address in brackets. */
static bool begins_like_header(const struct ballast_index *index, struct str text)
{
	ptrdiff_t blank = str_find_char(text, ' '), bracket = str_find_char(text, '<');

	return ballast_words_begin(index, text, WORDS_ON) > 0 || !ascii_is_alpha(text.data[0]) ||
	       (blank > 0 && blank <= WEEKDAY_MAX && digits_at(text, (size_t)blank + 1) > 0) ||
	       (bracket > 0 && is_name(str_make(text.data, (size_t)bracket)));
}

/* Whether the sentence names the sender as a mail program does: no word in small letters before the
 * last address ("your agent <…>"), and behind it only the verb, or a date and the verb. */
static bool names_sender(const struct ballast_index *index, struct str text)
{
	size_t start = text.len, end;

	while (start > 0 && text.data[start - 1] != '@' &&
	       !str_starts(str_skip(text, start - 1), STR("[REDACTED_EMAIL]")))
		start--;
	for (end = start; end < text.len && text.data[end] != ' ' && text.data[end] != '>';)
		end++;
	while (start > 0 && text.data[start - 1] != ' ')
		start--;
	struct str before = str_trim(str_make(text.data, start)), behind = str_skip(text, end);
	while (behind.len > 0 && !ascii_is_alnum(behind.data[0]) && !(behind.data[0] & 0x80))
		behind = str_skip(behind, 1);
	for (start = before.len; start > 0 && before.data[start - 1] != ' ';)
		start--;
	return is_name(str_skip(before, start)) &&
	       (behind.len == 0 || ballast_words_are(index, behind, WORDS_WROTE) ||
	        has_year(behind) || has_clock(behind));
}

/* "08.01.24", "1/8/2024" */
static bool has_short_date(struct str text)
{
	for (size_t at = 0; at < text.len; at++) {
		size_t first = digits_at(text, at), sign = at + first;

		if (first > 0 && first <= 4 && sign < text.len &&
		    strchr("./-", text.data[sign]) != NULL) {
			size_t second = digits_at(text, sign + 1), end = sign + 1 + second;

			if (second > 0 && second <= 2 && end < text.len &&
			    text.data[end] == text.data[sign] && digits_at(text, end + 1) >= 2)
				return true;
		}
		at += first;
	}
	return false;
}

/* "On 08.01.24 10:12, Jane Doe wrote", "Am 08.01.24 um 10:12 schrieb Jane Doe": Thunderbird names
 * no address. */
static bool is_dated_name(const struct ballast_index *index, struct str text)
{
	size_t begin = ballast_words_begin(index, text, WORDS_ON), at = begin > 0 ? begin : 1, verb;
	bool clock = has_clock(text) || str_find(text, STR(" kl. ")) >= 0;

	if ((begin == 0 && digits_at(text, 0) == 0) || !clock ||
	    !(has_year(text) || has_short_date(text)))
		return false;
	verb = ballast_words_end(index, text, WORDS_WROTE);
	if (verb > 0) {
		struct str before = str_make(text.data, text.len - verb);

		for (at = before.len;
		     at > 0 && before.data[at - 1] != ':' && before.data[at - 1] != ',';)
			at--;
		while (at < before.len && ascii_is_digit(before.data[at]))
			at++;
		return at < before.len && is_name(str_skip(before, at));
	}
	for (; at + 1 < text.len; at++) {
		struct str rest = str_skip(text, at);

		verb = text.data[at - 1] == ' ' ? ballast_words_begin(index, rest, WORDS_WROTE) : 0;
		if (verb > 0 && verb < rest.len)
			return is_name(str_skip(rest, verb));
	}
	return false;
}

/* "2024年1月8日 10:12 Jane Doe <jane@example.com>": Gmail has no verb in some languages, and in
 * others one between address and date. */
static bool is_dated_address(const struct ballast_index *index, struct str text)
{
	ptrdiff_t bracket = str_find_char(text, '>');
	struct str behind = bracket < 0 ? text : str_trim(str_skip(text, (size_t)bracket + 1));

	return (behind.len == 0 || ballast_words_begin(index, behind, WORDS_WROTE) > 0) &&
	       has_clock(text) && has_year(text) && begins_like_header(index, text) &&
	       names_sender(index, text);
}

/* Whether these lines are a reply header, "On … wrote:". It names an address and a date, or is of a
 * form that only marked lines confirm. `*ret_whole`: in the form of a mail program, so that what
 * follows is an earlier mail even without '>'. */
static bool is_reply_header(const struct ballast_index *index, struct str lines, bool *ret_whole)
{
	bool address = has_address(lines);

	*ret_whole = false;
	if (lines.len > HEADER_BYTES_MAX || !str_ends(lines, STR(":")) ||
	    ballast_words_begin(index, lines, WORDS_SELF) > 0)
		return false;
	lines = str_trim(str_make(lines.data, lines.len - 1));
	if (!address)
		return is_dated_name(index, lines);
	if ((has_year(lines) || has_clock(lines)) && ends_with_wrote(index, lines)) {
		*ret_whole = begins_like_header(index, lines) && names_sender(index, lines);
		return true;
	}
	return is_dated_address(index, lines);
}

/* How many lines the reply header has that begins here; 0 = none does. */
static size_t reply_header(const struct ballast_lines *lines, const struct ballast_index *index,
                           size_t at, bool *ret_whole)
{
	struct str first = line_at(lines, at);

	for (size_t i = 0; i < HEADER_LINES_MAX; i++) {
		struct str last = line_at(lines, at + i);

		if (last.len == 0 || has_mark(last) ||
		    (i == 1 && !((has_year(first) || has_clock(first)) &&
		                 ballast_words_begin(index, first, WORDS_ON) > 0)) ||
		    (i > 0 && ballast_words_begin(index, last, WORDS_ON) > 0))
			return 0;
		struct str all = str_make(first.data, (size_t)(last.data + last.len - first.data));
		if (is_reply_header(index, all, ret_whole))
			return i + 1;
	}
	return 0;
}

static size_t skip_empty(const struct ballast_lines *lines, size_t at)
{
	while (at < lines->count && line_at(lines, at).len == 0)
		at++;
	return at;
}

static bool is_frame(char c)
{
	return c == '-' || c == '_' || c == '*' || c == '=';
}

/* The text without the signs around it; `*ret_signs`: how many stand at the end that has fewer. */
static struct str without_frame(struct str line, size_t *ret_signs)
{
	size_t before = 0, behind = 0;

	while (before < line.len && is_frame(line.data[before]))
		before++;
	while (before + behind < line.len && is_frame(line.data[line.len - behind - 1]))
		behind++;
	*ret_signs = before < behind ? before : behind;
	return str_trim(str_make(line.data + before, line.len - before - behind));
}

/* "---------- Forwarded message" or "Begin forwarded message:": nothing is lost by it. */
static bool is_forward(const struct ballast_index *index, struct str line)
{
	size_t signs;
	struct str words = without_frame(line, &signs);

	return (words.len < line.len || str_ends(line, STR(":"))) &&
	       ballast_words_begin(index, words, WORDS_FORWARDED) > 0;
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

static bool is_label(const struct ballast_index *index, struct str line)
{
	struct str label = label_of(line);

	return ballast_words_are(index, label, WORDS_FROM) ||
	       ballast_words_are(index, label, WORDS_HEADER);
}

/* Whether the headers of a mail begin here: the sender and two more, then a blank line. They name
 * an address; mails within a company do not, but have a whole date and three more. Below the line
 * "From …" of a mailbox (RFC 4155) they are a patch or a mail that the author shows us. */
static bool is_header_block(const struct ballast_lines *lines, const struct ballast_index *index,
                            size_t at)
{
	size_t others = 0;
	bool address = false, date = false;

	if (!ballast_words_are(index, label_of(line_at(lines, at)), WORDS_FROM) ||
	    (at > 0 && str_starts(line_at(lines, at - 1), STR("From "))))
		return false;
	for (size_t i = 0; i < BLOCK_LINES_MAX; i++) {
		struct str line = line_at(lines, at + i);

		if (line.len == 0)
			return others >= 2 && (address || (date && others >= 3));
		/* recipients may go on in a second line */
		if (!is_label(index, line) && !has_address(line))
			return false;
		others += i > 0 && is_label(index, line);
		address |= has_address(line);
		date |= has_clock(line) && has_year(line);
	}
	return false;
}

/* "-----Original Message-----", and headers of that message below. */
static bool is_original(const struct ballast_lines *lines, const struct ballast_index *index,
                        size_t at)
{
	size_t signs, labels = 0, below = skip_empty(lines, at + 1);
	struct str words = without_frame(line_at(lines, at), &signs);

	while (labels < ORIGINAL_LABELS_MIN && is_label(index, line_at(lines, below + labels)))
		labels++;
	return signs >= FRAME_MIN && ballast_words_are(index, words, WORDS_ORIGINAL) &&
	       labels >= ORIGINAL_LABELS_MIN;
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

/* Whether the author's own lines before `end` say that the words below are meant to be read: "see
 * my answers below". */
static bool points_below(const struct ballast_lines *lines, const struct ballast_index *index,
                         size_t end)
{
	for (size_t i = 0; i < end; i++)
		if (lines->items[i].kind == BALLAST_KINDS &&
		    ballast_words_inside(index, lines->items[i].text, WORDS_BELOW))
			return true;
	return false;
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
	if (header > 0 && whole && !points_below(lines, index, at)) {
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
		if (is_forward(index, line))
			return lines->count;
		if (!forwarded &&
		    (is_original(lines, index, at) || is_header_block(lines, index, at))) {
			if (points_below(lines, index, at))
				return lines->count;
			mark(lines, at, lines->count);
			return own;
		}
		at = mark_reply(lines, index, at);
		if (at > 0 && lines->items[at - 1].kind == BALLAST_KINDS)
			own = at;
	}
	return own;
}
