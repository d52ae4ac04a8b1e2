/* Decodes byte by byte: each byte that is put at the end of a view may complete an escape there. */
#include "privacy/decode_push.h"

#include <stdlib.h>
#include <string.h>

#include "privacy/normalise.h"

#define TAG_BYTES_MAX 400
#define BACKSLASHES_MAX 32
#define GROWTH_BYTES 256

static const struct {
	const char *name;
	const char *text;
} entities[] = {
#define ENTITY(name, text) {name, text},
#include "privacy/entities.def"
};

void view_drop_tail(struct view *view, size_t bytes)
{
	view->text.len -= bytes;
	view->origins.len -= bytes * sizeof(struct origin);
}

/* Where the last bytes come from as one, with one more encoding around them. */
static struct origin joined_origin(const struct view *view, size_t bytes)
{
	struct origin origin = {.start = UINT32_MAX};
	for (size_t at = view->text.len - bytes; at < view->text.len; at++) {
		const struct origin *one = view_origin(view, at);
		origin.start = one->start < origin.start ? one->start : origin.start;
		origin.end = one->end > origin.end ? one->end : origin.end;
		origin.depth = one->depth > origin.depth ? one->depth : origin.depth;
	}
	origin.depth++;
	return origin;
}

static void replace_tail(struct view *view, size_t bytes, struct str text)
{
	struct origin origin = joined_origin(view, bytes);
	view_drop_tail(view, bytes);
	view->decoded = true;
	view->deep = view->deep || origin.depth > DECODE_DEPTH_MAX;
	for (size_t i = 0; i < text.len; i++) {
		view->high = view->high || is_high(text.data[i]);
		view_push(view, text.data[i], origin);
	}
}

static void replace_with_character(struct view *view, size_t bytes, uint32_t code_point)
{
	char form[4];
	struct buf plain;
	if (code_point < ' ' && code_point != '\n' && code_point != '\t')
		code_point = ' ';
	buf_init(&plain, sizeof(form));
	normalise(str_make(form, utf8_encode(code_point, form)), &plain);
	replace_tail(view, bytes, buf_str(&plain));
	buf_free(&plain);
}

/* The number that the last `digits` bytes are; -1 when they are not hexadecimal. */
static int32_t tail_hex(const struct view *view, size_t digits)
{
	int32_t number = 0;
	for (size_t back = digits; back > 0; back--) {
		int value = escape_digit(view_tail(view, back));
		if (value < 0)
			return -1;
		number = number * 16 + value;
	}
	return number;
}

static void replace_with_byte(struct view *view, size_t bytes, int32_t value)
{
	char c = (char)value;
	if ((value < 0x10 && value != '\n' && value != '\t') || value == 0x7F)
		c = ' ';
	else if (value < ' ' && value >= 0x10) /* rather a password with a percent sign */
		c = '?';
	replace_tail(view, bytes, str_make(&c, 1));
}

/* How many bytes an escape has that ends in `bytes` bytes from a backslash on: JSON within JSON
 * doubles the backslash, and doubles it again. */
static size_t with_backslashes(const struct view *view, size_t bytes)
{
	for (size_t more = 0; more < BACKSLASHES_MAX && view_tail(view, bytes + 1) == '\\'; more++)
		bytes++;
	return bytes;
}

/* What may be a part of an IPv6 or MAC address is before the escape, no name of a field. */
static bool is_part_of_address(const struct view *view)
{
	bool digit = view_tail(view, 4) == ':';
	for (size_t back = 4; back < 4 + 4 && escape_digit(view_tail(view, back)) >= 0; back++)
		digit = digit || ascii_is_digit(view_tail(view, back));
	return digit;
}

/* An equals sign that was written as "=3D" begins no other escape: "id=3D20" is "id=20". */
static bool is_printable_escape(const struct view *view, int32_t value)
{
	if (view_tail(view, 3) != '=' || view_origin(view, view->text.len - 3)->depth > 0)
		return false;
	if (view->mail || view->reading != READ_MAIL)
		return view->mail;
	if (value == '"')
		return !ascii_is_alnum(view_tail(view, 4));
	if (value == ' ') /* "555=20123", but not "id=20123" */
		return ascii_is_digit(view_tail(view, 4)) && ascii_is_digit(view_tail(view, 5));
	if (value == '+')
		return !ascii_is_alnum(view_tail(view, 4));
	if (value == '/')
		return ascii_is_digit(view_tail(view, 4)) && view_tail(view, 1) == 'F';
	if (value == ':')
		return is_part_of_address(view) && view_tail(view, 1) == 'A';
	return value == '.' || value == '-' || (value == '@' && view->domain);
}

/* The escapes that end in a hexadecimal digit: %40, \x40, \u0040, =40. */
static void reduce_hex(struct view *view)
{
	char sign = view_tail(view, 3);
	if (sign != '%' && sign != '=' && sign != 'x' && view_tail(view, 5) != 'u')
		return;
	int32_t value = tail_hex(view, 2);
	if (value < 0)
		return;
	if (view_tail(view, 3) == '%')
		replace_with_byte(view, 3, value);
	else if (is_printable_escape(view, value))
		replace_with_byte(view, 3, value);
	else if (view_tail(view, 3) == 'x' && view_tail(view, 4) == '\\')
		replace_with_byte(view, with_backslashes(view, 4), value);
	else if (view_tail(view, 5) == 'u' && view_tail(view, 6) == '\\' &&
	         (value = tail_hex(view, 4)) >= 0)
		replace_with_character(view, with_backslashes(view, 6), (uint32_t)value);
}

static int compare_entity(const void *key, const void *element)
{
	return strcmp(key, *(const char *const *)element);
}

/* "&#64;", "&#x40;" and names; `bytes`: from "&" to the end of the name or number; `more`: 1 with
 * the semicolon. */
static void reduce_reference(struct view *view, size_t bytes, size_t more)
{
	char name[VIEW_REFERENCE_BYTES_MAX + 1];
	size_t len = bytes - 1;
	memcpy(name, view->text.data + view->text.len - more - len, len);
	name[len] = '\0';
	if (name[0] == '#') {
		bool hex = ascii_lower(name[1]) == 'x';
		char *end;
		unsigned long code_point = strtoul(name + (hex ? 2 : 1), &end, hex ? 16 : 10);
		if (*end == '\0' && code_point > 0 && code_point <= 0x10FFFF)
			replace_with_character(view, bytes + more, (uint32_t)code_point);
		return;
	}
	const char *const *entity =
	        bsearch(name, entities, ARRAY_LEN(entities), sizeof(entities[0]), compare_entity);
	if (entity)
		replace_tail(view, bytes + more, str_of(entity[1]));
}

/* How many bytes a reference has up to now, from its "&"; 0: the text does not end in one. `more`:
 * bytes at the end that do not belong to it. */
static size_t reference_bytes(const struct view *view, size_t more)
{
	for (size_t bytes = 1; bytes <= VIEW_REFERENCE_BYTES_MAX; bytes++) {
		char c = view_tail(view, bytes + more);
		if (c == '&')
			return bytes > 1 ? bytes : 0;
		if (!ascii_is_alnum(c) && c != '#')
			return 0;
	}
	return 0;
}

/* A number without its semicolon counts where it cannot go on, nor be followed by an encoded
 * semicolon. */
static void end_number_before(struct view *view, char next)
{
	if (view->text.len > view->reference + VIEW_REFERENCE_BYTES_MAX ||
	    !ascii_is_digit(view_tail(view, 1)) || escape_digit(next) >= 0 ||
	    (next && strchr(";%&=\\", next)))
		return;
	size_t bytes = reference_bytes(view, 0);
	if (bytes > 2 && view_tail(view, bytes - 1) == '#')
		reduce_reference(view, bytes, 0);
}

/* A semicolon was put at the end. */
static void end_reference(struct view *view)
{
	size_t bytes = reference_bytes(view, 1);
	if (bytes > 1)
		reduce_reference(view, bytes, 1);
}

/* Tags within a word are no gap. */
static bool is_inline_tag(struct str tag)
{
	static const char *const names[] = {"b",    "i",   "u",    "em",  "strong", "span",
	                                    "font", "wbr", "mark", "a",   "code",   "small",
	                                    "sup",  "sub", "s",    "del", "ins",    "tt"};
	size_t end = 0;
	if (tag.len > 0 && tag.data[0] == '/')
		tag = str_skip(tag, 1);
	while (end < tag.len && ascii_is_alnum(tag.data[end]))
		end++;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_ieq(str_make(tag.data, end), str_of(names[i])))
			return true;
	return false;
}

static void reduce_tag(struct view *view)
{
	size_t bytes = view->tag < view->text.len ? view->text.len - view->tag : 0;
	if (bytes < 3 || bytes > TAG_BYTES_MAX || view->text.data[view->tag] != '<')
		return;
	struct str tag = str_make(view->text.data + view->tag + 1, bytes - 2);
	char first = tag.data[0];
	if ((!ascii_is_alpha(first) && first != '/' && first != '!') ||
	    (str_find_char(tag, '@') >= 0 && str_find_char(tag, ' ') < 0))
		return;
	for (size_t i = 0; i < tag.len; i++)
		if (is_wall(tag.data[i]))
			return;
	bool within = is_inline_tag(tag);
	view_drop_tail(view, bytes - 1);
	replace_tail(view, 1, within ? STR("") : STR(TAG_GAP));
	/* A tag is no encoding of its own. */
	if (!within && view->text.len > 0)
		((struct origin *)(void *)view->origins.data + view->text.len - 1)->depth = 0;
}

static void reduce_short_escape(struct view *view, char c)
{
	if (view_tail(view, 2) != '\\')
		return;
	size_t bytes = with_backslashes(view, 2);
	if (c == 'n' || c == 'r' || c == 't')
		replace_tail(view, bytes, c == 't' ? STR("\t") : STR("\n"));
	else
		replace_tail(view, bytes, str_make(&c, 1));
}

/* A line end behind an equals sign; base64 ends in two of them. */
static bool is_soft_break(const struct view *view)
{
	return view_tail(view, 2) == '=' &&
	       (view_tail(view, 3) != '=' || view_origin(view, view->text.len - 3)->depth > 0);
}

void view_reserve(struct view *view, size_t more)
{
	buf_reserve(&view->text, more);
	buf_reserve(&view->origins, more * sizeof(struct origin));
}

/* "Vera%208x" is rather a password with a percent sign than two words. */
static void undo_blank(struct view *view)
{
	size_t len = view->text.len;
	if (view_tail(view, 3) == ' ' && ascii_is_digit(view_tail(view, 2)) &&
	    ascii_is_alpha(view_tail(view, 4)) && view_origin(view, len - 3)->depth > 0)
		view->text.data[len - 3] = '?';
}

#define HEX_LETTER (VIEW_LETTER | VIEW_HEX)
#define SHORT_LETTER (VIEW_LETTER | VIEW_SHORT)

const unsigned char view_acts[256] = {
        ['0'] = VIEW_HEX,    ['1'] = VIEW_HEX,     ['2'] = VIEW_HEX,    ['3'] = VIEW_HEX,
        ['4'] = VIEW_HEX,    ['5'] = VIEW_HEX,     ['6'] = VIEW_HEX,    ['7'] = VIEW_HEX,
        ['8'] = VIEW_HEX,    ['9'] = VIEW_HEX,     ['A'] = HEX_LETTER,  ['B'] = HEX_LETTER,
        ['C'] = HEX_LETTER,  ['D'] = HEX_LETTER,   ['E'] = HEX_LETTER,  ['F'] = HEX_LETTER,
        ['G'] = VIEW_LETTER, ['H'] = VIEW_LETTER,  ['I'] = VIEW_LETTER, ['J'] = VIEW_LETTER,
        ['K'] = VIEW_LETTER, ['L'] = VIEW_LETTER,  ['M'] = VIEW_LETTER, ['N'] = VIEW_LETTER,
        ['O'] = VIEW_LETTER, ['P'] = VIEW_LETTER,  ['Q'] = VIEW_LETTER, ['R'] = VIEW_LETTER,
        ['S'] = VIEW_LETTER, ['T'] = VIEW_LETTER,  ['U'] = VIEW_LETTER, ['V'] = VIEW_LETTER,
        ['W'] = VIEW_LETTER, ['X'] = VIEW_LETTER,  ['Y'] = VIEW_LETTER, ['Z'] = VIEW_LETTER,
        ['a'] = HEX_LETTER,  ['b'] = HEX_LETTER,   ['c'] = HEX_LETTER,  ['d'] = HEX_LETTER,
        ['e'] = HEX_LETTER,  ['f'] = HEX_LETTER,   ['g'] = VIEW_LETTER, ['h'] = VIEW_LETTER,
        ['i'] = VIEW_LETTER, ['j'] = VIEW_LETTER,  ['k'] = VIEW_LETTER, ['l'] = VIEW_LETTER,
        ['m'] = VIEW_LETTER, ['n'] = SHORT_LETTER, ['o'] = VIEW_LETTER, ['p'] = VIEW_LETTER,
        ['q'] = VIEW_LETTER, ['r'] = SHORT_LETTER, ['s'] = VIEW_LETTER, ['t'] = SHORT_LETTER,
        ['u'] = VIEW_LETTER, ['v'] = VIEW_LETTER,  ['w'] = VIEW_LETTER, ['x'] = VIEW_LETTER,
        ['y'] = VIEW_LETTER, ['z'] = VIEW_LETTER,  ['/'] = VIEW_SHORT,  ['#'] = VIEW_SIGN,
        [';'] = VIEW_SIGN,   ['<'] = VIEW_SIGN,    ['>'] = VIEW_SIGN,   ['\n'] = VIEW_SIGN,
};

/* The byte was put at the end. */
static void complete(struct view *view, char c)
{
	unsigned act = view_acts[(unsigned char)c];
	if (act & VIEW_LETTER)
		undo_blank(view);
	if (act & VIEW_HEX)
		reduce_hex(view);
	else if (act & VIEW_SHORT)
		reduce_short_escape(view, c);
	else if (c == ';')
		end_reference(view);
	else if (c == '#' && view_tail(view, 2) == '&')
		view->reference = view->text.len - 2;
	else if (c == '<')
		view->tag = view->text.len - 1;
	else if (c == '>' && view->reading == READ_TAGS)
		reduce_tag(view);
	else if (c == '\n' && (view->mail || view->reading != READ_ESCAPES) && is_soft_break(view))
		replace_tail(view, 2, STR(""));
}

void view_push_escape(struct view *view, char c, struct origin origin)
{
	end_number_before(view, c);
	if (view_is_full(view))
		view_reserve(view, view->text.len + GROWTH_BYTES);
	view_append(view, c, origin);
	complete(view, c);
}

void view_push_decoded(struct view *view, char c, struct origin origin)
{
	view->decoded = true;
	view->high = view->high || is_high(c);
	if (is_wall(c) || c == 0x7F)
		c = ' ';
	view_push(view, c, origin);
}
