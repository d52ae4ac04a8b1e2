/* Leaves out pictures and other data that were encoded as text. A run of code is looked at as a
 * whole, dots included, so that no half of a token stays that nothing recognises any more. */
#include "ticket/ballast_parts.h"

#define RUN_BYTES_MIN 256    /* of one run of code without a blank */
#define BLOCK_LINE_MIN 40    /* bytes of a line of a block; RFC 2045 has 76, RFC 7468 has 64 */
#define BLOCK_BYTES_MIN 512  /* of a block of lines */
#define MIXED_BYTES_MIN 12   /* of the end of a block without padding */
#define ADDRESS_BYTES_MIN 64 /* of a data: address */
#define MEDIA_TYPE_MAX 200   /* from "data:" to the comma */

static const struct str PICTURE_WORDS = {"[picture left out]", 18};
static const struct str ENCODED_WORDS = {"[encoded data left out]", 23};

struct walk {
	struct str text;
	size_t at;
	size_t written; /* what stands before is in `out`, or left out */
	struct buf *out;
	struct ballast *left_out;
};

static bool is_code(char c)
{
	return ascii_is_alnum(c) || c == '+' || c == '/' || c == '=' || c == '_' || c == '-' ||
	       c == '%';
}

static bool is_code_or_dot(char c)
{
	return is_code(c) || c == '.' || c == '~';
}

static bool ends_address(char c)
{
	return c == '"' || c == '\'' || c == ')' || c == '<' || c == '>' || c == ']';
}

/* How many bytes an escape of JSON has that code has in it: "\/" and broken lines, "\n". */
static size_t escape_length(struct str text, size_t at)
{
	return at + 1 < text.len && text.data[at] == '\\' &&
	                       (text.data[at + 1] == '/' || text.data[at + 1] == 'n' ||
	                        text.data[at + 1] == 'r')
	               ? 2
	               : 0;
}

static size_t run_length(struct str text, bool (*is)(char c))
{
	size_t at = 0;

	while (at < text.len) {
		size_t step = is(text.data[at]) ? 1 : escape_length(text, at);

		if (step == 0)
			break;
		at += step;
	}
	return at;
}

static size_t word_length(struct str text)
{
	size_t at = 0;

	while (at < text.len && !ascii_is_space(text.data[at]))
		at++;
	return at;
}

static size_t blanks_length(struct str text)
{
	size_t at = 0;

	while (at < text.len && ascii_is_space(text.data[at]))
		at++;
	return at;
}

/* A line of code as base64 makes it, and no list of hashes, no rule of dashes. */
static bool is_code_line(struct str word)
{
	size_t letters = 0, hex = 0;

	for (size_t i = 0; i < word.len; i++) {
		char c = word.data[i], lower = ascii_lower(c);

		if (!is_code(c))
			return false;
		letters += ascii_is_alnum(c);
		hex += ascii_is_digit(c) || (lower >= 'a' && lower <= 'f');
	}
	return letters > word.len / 2 && (hex < word.len || word.len > 64);
}

static int class_of(char c)
{
	return ascii_is_digit(c) ? 0 : !ascii_is_alpha(c) ? 1 : c == ascii_lower(c) ? 2 : 3;
}

/* The short piece that ends a block: "AAAAASUVORK5CYII=". It has the padding of base64, or digits,
 * capitals and small letters in turn as no word of people has: "InternalError500" is one. */
static bool is_code_end(struct str word)
{
	size_t changes = 0;
	bool capital = false;

	if (word.len == 0 || run_length(word, is_code) < word.len)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		changes += i > 0 && class_of(word.data[i]) != class_of(word.data[i - 1]);
		capital |= class_of(word.data[i]) == 3;
	}
	if (word.data[word.len - 1] == '=')
		return capital && (word.len % 4 == 0 || word.len >= 8);
	return word.len % 4 == 0 && word.len >= MIXED_BYTES_MIN && 2 * changes >= word.len;
}

static bool is_alone_in_line(struct str text, struct str word)
{
	size_t from = (size_t)(word.data - text.data), to = from + word.len;

	while (from > 0 && (text.data[from - 1] == ' ' || text.data[from - 1] == '>'))
		from--;
	while (to < text.len && text.data[to] == ' ')
		to++;
	return (from == 0 || text.data[from - 1] == '\n') &&
	       (to == text.len || text.data[to] == '\n' || text.data[to] == '\r');
}

/* The next word behind blanks and the marks of a quotation, without those marks. */
static struct str next_word(struct str text, size_t at, size_t *ret_end)
{
	struct str word;

	do {
		at += blanks_length(str_skip(text, at));
		size_t len = word_length(str_skip(text, at)), marks = 0;

		while (marks < len && text.data[at + marks] == '>')
			marks++;
		word = str_make(text.data + at + marks, len - marks);
		at += len;
	} while (word.len == 0 && at < text.len);
	*ret_end = at;
	return word;
}

/* Whether a quote or a bracket ends code within the word; `*ret_len`: the length of the code. */
static bool is_closed_code(struct str word, size_t *ret_len)
{
	size_t code = run_length(word, is_code);

	*ret_len = code;
	return code > 0 && code < word.len && ends_address(word.data[code]) &&
	       (code >= BLOCK_LINE_MIN || is_code_end(str_make(word.data, code)));
}

/* Where code that is broken into lines ends, a line of which ended before `at`. `line`: how long
 * the lines are. */
static size_t lines_end(struct str text, size_t at, size_t line)
{
	bool more = line < SIZE_MAX;
	size_t next, code;

	for (;;) {
		struct str word = next_word(text, at, &next);

		if (is_closed_code(word, &code))
			return (size_t)(word.data - text.data) + code;
		if (word.len < BLOCK_LINE_MIN || !is_code_line(word) ||
		    !is_alone_in_line(text, word))
			return is_code_end(word) && word.len < line &&
			                       is_alone_in_line(text, word) &&
			                       (more || word.data[word.len - 1] == '=')
			               ? next
			               : at;
		more = true;
		at = next;
	}
}

/* Words that stay are written together, as far as nothing between them is left out. */
static void write_kept(struct walk *walk)
{
	buf_add(walk->out, walk->text.data + walk->written, walk->at - walk->written);
	walk->written = walk->at;
}

static void leave_out_as(struct walk *walk, enum ballast_kind kind, size_t end)
{
	write_kept(walk);
	buf_add_str(walk->out, kind == BALLAST_PICTURE ? PICTURE_WORDS : ENCODED_WORDS);
	walk->left_out->bytes[kind] += (uint32_t)(end - walk->at);
	walk->at = walk->written = end;
}

static void keep_until(struct walk *walk, size_t end)
{
	walk->at = end;
}

/* The length of "data:TYPE/SUBTYPE…," at the start of the text; 0 = it is something else. */
static size_t media_type_length(struct str text)
{
	size_t at = 5;
	bool slash = false;

	for (; at < text.len && at < MEDIA_TYPE_MAX && text.data[at] != ','; at++) {
		at += text.data[at] == '\\' && escape_length(text, at) > 0;
		char c = text.data[at];

		slash |= c == '/';
		if (!ascii_is_alnum(c) && c != '/' && c != '+' && c != '-' && c != '.' &&
		    c != ';' && c != '=' && c != '_')
			return 0;
	}
	return slash && at < text.len && text.data[at] == ',' ? at + 1 : 0;
}

/* How long the payload is that is no base64. In quotes it goes to the next one, blanks and other
 * quotes included: pictures are written as text there. Elsewhere a quote ends it only where nothing
 * of it follows. */
static size_t text_payload(struct str rest, char before)
{
	bool quoted = before == '"' || before == '\'';
	size_t at = 0;

	for (; quoted && at < rest.len && rest.data[at] != '\n'; at++)
		if (rest.data[at] == before)
			return at;
	for (at = 0; at < rest.len && !ascii_is_space(rest.data[at]); at++) {
		bool more =
		        rest.data[at] == '\'' && at + 1 < rest.len && is_code(rest.data[at + 1]);

		if (ends_address(rest.data[at]) && !more)
			break;
	}
	return at;
}

/* Handles a data: address whose beginning is at walk->at. */
static void walk_address(struct walk *walk, size_t type)
{
	struct str text = walk->text, rest = str_skip(text, walk->at + type);
	bool base64 = str_ends(str_make(text.data + walk->at, type - 1), STR(";base64"));
	size_t payload = base64 ? run_length(rest, is_code)
	                        : text_payload(rest, walk->at > 0 ? text.data[walk->at - 1] : ' ');
	size_t end = walk->at + type + payload;
	if (base64 && (payload == rest.len || ascii_is_space(rest.data[payload])))
		end = lines_end(text, end, SIZE_MAX);
	if (end - walk->at < ADDRESS_BYTES_MIN)
		keep_until(walk, end);
	else
		leave_out_as(walk, BALLAST_PICTURE, end);
}

/* Finds a data: address in the word; keeps what stands before it and handles it. */
static bool walk_to_address(struct walk *walk, size_t end)
{
	for (size_t from = walk->at; from < end;) {
		struct str word = str_make(walk->text.data + from, end - from);
		ptrdiff_t at = str_ifind(word, STR("data:"));
		size_t type = at < 0 ? 0 : media_type_length(str_skip(word, (size_t)at));

		if (at < 0)
			return false;
		if (type > 0) {
			keep_until(walk, from + (size_t)at);
			walk_address(walk, type);
			return true;
		}
		from += (size_t)at + 5;
	}
	return false;
}

/* Finds a long run of code in the word; keeps what stands before it and leaves it out. */
static bool walk_to_run(struct walk *walk, size_t end)
{
	for (size_t at = walk->at; at < end;) {
		struct str rest = str_make(walk->text.data + at, end - at);
		size_t token = run_length(rest, is_code_or_dot), longest = 0;

		for (size_t i = 0; i < token;) {
			size_t run = run_length(str_make(rest.data + i, token - i), is_code);

			longest = run > longest ? run : longest;
			i += run + 1;
		}
		if (longest >= RUN_BYTES_MIN) {
			keep_until(walk, at);
			size_t stop = at + token;
			leave_out_as(walk, BALLAST_ENCODED,
			             stop == end ? lines_end(walk->text, stop, SIZE_MAX) : stop);
			return true;
		}
		at += token + 1;
	}
	return false;
}

/* Handles lines of code that begin with the word before `end`; false when there is only one. */
static bool walk_block(struct walk *walk, struct str word, size_t end)
{
	size_t last = end, bytes = word.len, next;

	for (;;) {
		struct str line = next_word(walk->text, last, &next);

		if (line.len != word.len || !is_code_line(line))
			break;
		bytes += line.len;
		last = next;
	}
	if (last == end)
		return false;
	if (bytes >= BLOCK_BYTES_MIN)
		leave_out_as(walk, BALLAST_ENCODED, lines_end(walk->text, last, word.len));
	else
		keep_until(walk, last);
	return true;
}

/* Handles the word before `end`, which begins at walk->at. */
static void walk_word(struct walk *walk, size_t end)
{
	struct str word = str_make(walk->text.data + walk->at, end - walk->at);
	size_t marks = 0;

	while (marks < word.len && word.data[marks] == '>')
		marks++;
	word = str_skip(word, marks);
	if (word.len >= BLOCK_LINE_MIN && word.len < RUN_BYTES_MIN && is_code_line(word) &&
	    walk_block(walk, word, end))
		return;
	while (walk->at < end && walk_to_address(walk, end))
		;
	while (walk->at + RUN_BYTES_MIN <= end && walk_to_run(walk, end))
		;
	if (walk->at < end)
		keep_until(walk, end);
}

void ballast_encoded_cut(struct str text, struct buf *out, struct ballast *left_out)
{
	struct walk walk = {.text = text, .out = out, .left_out = left_out};

	while (walk.at < text.len) {
		keep_until(&walk, walk.at + blanks_length(str_skip(text, walk.at)));
		walk_word(&walk, walk.at + word_length(str_skip(text, walk.at)));
	}
	write_kept(&walk);
}
