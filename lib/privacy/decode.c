/* Makes the views: chooses the lines, decodes them byte by byte, and normalises what came out. */
#include "privacy/decode.h"

#include <stdlib.h>
#include <string.h>

#include "privacy/normalise.h"

#define REFERENCE_BYTES_MAX 24
#define TAG_BYTES_MAX 400

static const struct {
	const char *name;
	const char *text;
} entities[] = {
#define ENTITY(name, text) {name, text},
#include "privacy/entities.def"
};

void view_init(struct view *view)
{
	*view = (struct view){0};
	buf_init(&view->text, SIZE_MAX);
	buf_init(&view->origins, SIZE_MAX);
}

void view_free(struct view *view)
{
	buf_free(&view->text);
	buf_free(&view->origins);
}

static char tail(const struct view *view, size_t back)
{
	return back <= view->text.len ? view->text.data[view->text.len - back] : WALL_KEPT;
}

static void drop_tail(struct view *view, size_t bytes)
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

static void push(struct view *view, char c, struct origin origin);

static void replace_tail(struct view *view, size_t bytes, struct str text)
{
	struct origin origin = joined_origin(view, bytes);
	drop_tail(view, bytes);
	view->decoded = true;
	view->deep = view->deep || origin.depth > DECODE_DEPTH_MAX;
	for (size_t i = 0; i < text.len; i++) {
		view->high = view->high || is_high(text.data[i]);
		push(view, text.data[i], origin);
	}
}

static void replace_with_character(struct view *view, size_t bytes, uint32_t code_point)
{
	char form[4];
	if (code_point < ' ' && code_point != '\n' && code_point != '\t')
		code_point = ' ';
	replace_tail(view, bytes, str_make(form, utf8_encode(code_point, form)));
}

static int escape_digit(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The number that the last `digits` bytes are; -1 when they are not hexadecimal. */
static int32_t tail_hex(const struct view *view, size_t digits)
{
	int32_t number = 0;
	for (size_t back = digits; back > 0; back--) {
		int value = escape_digit(tail(view, back));
		if (value < 0)
			return -1;
		number = number * 16 + value;
	}
	return number;
}

static void replace_with_byte(struct view *view, size_t bytes, int32_t value)
{
	char c = (char)value;
	if ((value < ' ' && value != '\n' && value != '\t') || value == 0x7F)
		c = ' ';
	replace_tail(view, bytes, str_make(&c, 1));
}

/* The escapes that end in a hexadecimal digit: %40, \x40, \u0040, =40. */
static void reduce_hex(struct view *view)
{
	int32_t value = tail_hex(view, 2);
	if (value < 0)
		return;
	if (tail(view, 3) == '%')
		replace_with_byte(view, 3, value);
	else if (tail(view, 3) == '=' && view->reading == READ_MAIL &&
	         (view->mail || value == '@' || value == '.' || value == '-'))
		replace_with_byte(view, 3, value);
	else if (tail(view, 3) == 'x' && tail(view, 4) == '\\')
		replace_with_byte(view, 4, value);
	else if (tail(view, 5) == 'u' && tail(view, 6) == '\\' && (value = tail_hex(view, 4)) >= 0)
		replace_with_character(view, 6, (uint32_t)value);
}

static int compare_entity(const void *key, const void *element)
{
	return strcmp(key, *(const char *const *)element);
}

/* "&#64;", "&#x40;" and names; `bytes`: from "&" to the end of the name or number; `more`: 1 with
 * the semicolon. */
static void reduce_reference(struct view *view, size_t bytes, size_t more)
{
	char name[REFERENCE_BYTES_MAX + 1];
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
	for (size_t bytes = 1; bytes <= REFERENCE_BYTES_MAX; bytes++) {
		char c = tail(view, bytes + more);
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
	if (!ascii_is_digit(tail(view, 1)) || escape_digit(next) >= 0 ||
	    (next && strchr(";%&=\\", next)))
		return;
	size_t bytes = reference_bytes(view, 0);
	if (bytes > 2 && tail(view, bytes - 1) == '#')
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
	drop_tail(view, bytes - 1);
	replace_tail(view, 1, within ? STR("") : STR(" "));
	/* A tag is no encoding of its own. */
	if (!within && view->text.len > 0)
		((struct origin *)(void *)view->origins.data + view->text.len - 1)->depth = 0;
}

static void reduce_short_escape(struct view *view, char c)
{
	if (tail(view, 2) != '\\')
		return;
	if (c == 'n' || c == 'r' || c == 't')
		replace_tail(view, 2, c == 't' ? STR("\t") : STR("\n"));
	else
		replace_tail(view, 2, str_make(&c, 1));
}

/* Puts a byte at the end, and decodes what it completes. Each byte is put once and taken away once,
 * so the time is linear. */
static void push(struct view *view, char c, struct origin origin)
{
	end_number_before(view, c);
	buf_putc(&view->text, c);
	buf_add(&view->origins, &origin, sizeof(origin));
	switch (c) {
	case '<': view->tag = view->text.len - 1; break;
	case ';': end_reference(view); break;
	case '>':
		if (view->reading == READ_TAGS)
			reduce_tag(view);
		break;
	case '\n':
		if (view->reading == READ_MAIL && tail(view, 2) == '=')
			replace_tail(view, 2, STR(""));
		break;
	case '/':
	case 'n':
	case 'r':
	case 't': reduce_short_escape(view, c); break;
	default:
		if (escape_digit(c) >= 0)
			reduce_hex(view);
		break;
	}
}

/* True where an escape or a tag may begin. */
static bool is_escape(const struct mask *mask, size_t at)
{
	char next = mask_at(mask, at + 1);
	switch (mask->text[at]) {
	case '%': return escape_digit(next) >= 0;
	case '&': return next == '#' || ascii_is_alpha(next);
	case '\\': return ascii_is_alpha(next) || next == '/';
	case '=':
		return next == '\n' || (escape_digit(next) >= 0 && !(next >= 'a') &&
		                        escape_digit(mask_at(mask, at + 2)) >= 0);
	case '+': return ascii_is_alnum(next) && ascii_is_alnum(mask_before(mask, at));
	case '<': return ascii_is_alpha(next) || next == '/' || next == '!';
	default: return false;
	}
}

/* A `+` between letters and digits, in a value of a form ("phone=555+123+4567"). */
static bool is_blank_of_form(const struct mask *mask, size_t at, bool form)
{
	return form && mask->text[at] == '+' && ascii_is_alnum(mask_before(mask, at)) &&
	       ascii_is_alnum(mask_at(mask, at + 1));
}

static void push_line(struct view *view, const struct mask *mask, size_t start, size_t end)
{
	bool form = false;
	for (size_t at = start; at < end; at++) {
		char c = is_wall(mask->text[at]) ? WALL_KEPT : mask->text[at];
		struct origin origin = {.start = (uint32_t)at, .end = (uint32_t)at + 1};
		form = view->reading == READ_MAIL && !ascii_is_space(c) && (form || c == '=');
		if (is_blank_of_form(mask, at, form)) {
			view->decoded = true;
			c = ' ';
		}
		push(view, c, origin);
	}
}

/* Also the line after a soft line break. */
static bool is_line_encoded(const struct mask *mask, size_t start, size_t end, enum reading reading)
{
	static const char *const signs[READINGS] = {
	        [READ_ESCAPES] = "%&\\", [READ_MAIL] = "=+", [READ_TAGS] = "<"};
	if (reading == READ_MAIL && start > 1 && mask->text[start - 2] == '=')
		return true;
	for (const char *sign = signs[reading]; *sign; sign++) {
		const char *found;
		for (size_t at = start; at < end; at++) {
			if (!(found = memchr(mask->text + at, *sign, end - at)))
				break;
			at = (size_t)(found - mask->text);
			if (is_escape(mask, at))
				return true;
		}
	}
	return false;
}

static void add_wall(struct view *view, size_t at)
{
	char last = tail(view, 1);
	if (view->text.len > 0 && !is_wall(last))
		push(view, WALL_KEPT, (struct origin){.start = (uint32_t)at, .end = (uint32_t)at});
}

/* Decodes the lines with something encoded in them, each with the line before it, which may hold
 * the word that announces a value. */
static void push_lines(struct view *view, const struct mask *mask)
{
	size_t before = 0, done = 0;
	for (size_t start = 0; start < mask->len;) {
		const char *newline = memchr(mask->text + start, '\n', mask->len - start);
		size_t end = newline ? (size_t)(newline - mask->text) + 1 : mask->len;
		if (is_line_encoded(mask, start, end, view->reading)) {
			size_t from = before > done ? before : done;
			if (from > done)
				add_wall(view, done);
			push_line(view, mask, from, end);
			done = end;
		}
		before = start;
		start = end;
	}
}

/* Characters that were decoded byte by byte may be invisible, or look like ASCII. */
static bool normalise_view(struct view *view)
{
	struct view from = *view;
	struct buf plain;
	buf_init(&plain, SIZE_MAX);
	buf_init(&view->text, SIZE_MAX);
	buf_init(&view->origins, SIZE_MAX);
	view->high = view->decoded = false;
	view->tag = SIZE_MAX;
	for (size_t at = 0; at < from.text.len;) {
		struct str rest = str_make(from.text.data + at, from.text.len - at);
		size_t bytes = 1;
		struct origin origin = *view_origin(&from, at);
		if (!is_high(rest.data[0])) {
			push(view, rest.data[0], origin);
			at++;
			continue;
		}
		(void)utf8_decode(rest, &bytes);
		origin.end = view_origin(&from, at + bytes - 1)->end;
		buf_reset(&plain);
		normalise(str_make(rest.data, bytes), &plain);
		for (size_t i = 0; i < plain.len; i++)
			push(view, plain.data[i], origin);
		at += bytes;
	}
	buf_free(&plain);
	buf_free(&from.text);
	buf_free(&from.origins);
	return view->decoded;
}

/* True for a text with soft line breaks or encoded equals signs: in others "=20" is a number. */
static bool is_mail(const struct mask *mask)
{
	struct str text = str_make(mask->text, mask->len);
	return str_find(text, STR("=\n")) >= 0 || str_find(text, STR("=3D")) >= 0;
}

bool view_make(struct view *view, const struct mask *mask, enum reading reading)
{
	buf_reset(&view->text);
	buf_reset(&view->origins);
	view->tag = SIZE_MAX;
	view->reading = reading;
	view->decoded = view->high = view->deep = false;
	view->mail = reading == READ_MAIL && is_mail(mask);
	push_lines(view, mask);
	if (!view->decoded)
		return false;
	for (unsigned rounds = 0; view->high && rounds < DECODE_DEPTH_MAX; rounds++)
		if (!normalise_view(view))
			break;
	return true;
}
