/* Makes the views: chooses the lines, decodes them, and normalises what came out. */
#include "privacy/decode.h"

#include <string.h>

#include "privacy/decode_push.h"
#include "privacy/encoded_word.h"
#include "privacy/normalise.h"

#define LOCAL_BYTES_MAX 64
#define KEY_LINES_MAX 200
#define SOFT_LINE_MIN 40

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

/* True where an escape or a tag may begin. */
static bool is_escape(const struct mask *mask, size_t at, enum reading reading)
{
	char next = mask_at(mask, at + 1);
	switch (mask->text[at]) {
	case '%':
		return escape_digit(next) >= 0 &&
		       (reading != READ_MAIL ||
		        (next == '2' && ascii_lower(mask_at(mask, at + 2)) == 'b'));
	case '&': return next == '#' || ascii_is_alpha(next);
	case '\\': return ascii_is_alpha(next) || next == '/';
	case '=':
		return next == '\n' || next == '?' ||
		       (escape_digit(next) >= 0 && !(next >= 'a') &&
		        escape_digit(mask_at(mask, at + 2)) >= 0);
	case '+':
		return (ascii_is_alnum(next) || next == '%') &&
		       ascii_is_alnum(mask_before(mask, at));
	case '<': return ascii_is_alpha(next) || next == '/' || next == '!';
	default: return false;
	}
}

/* True when the `+` at `at` is one of the local part of an address. */
static bool is_in_local_part(const struct mask *mask, size_t at)
{
	for (size_t i = at + 1; i - at <= LOCAL_BYTES_MAX; i++) {
		char c = mask_at(mask, i);
		bool dot = c == '%' && (mask_at(mask, i + 1) == '2' || mask_at(mask, i + 1) == '5');
		if (c == '@' ||
		    (c == '%' && mask_at(mask, i + 1) == '4' && mask_at(mask, i + 2) == '0'))
			return true;
		if (!dot && !ascii_is_alnum(c) && c != '.' && c != '_' && c != '-' && c != '+')
			return false;
	}
	return false;
}

static bool ends_field(char c)
{
	return is_wall(c) || ascii_is_space(c) || c == '&' || c == '"' || c == '<';
}

/* What a `+` that is a blank at a veiled sign is part of, and how far in. */
static const struct {
	struct str text;
	size_t back;
} blank_signs[] = {
#define SIGN(text, back)                                                                           \
	{                                                                                          \
		{text, sizeof(text) - 1}, back                                                     \
	}
        SIGN("+%40+", 0), SIGN("+%40+", 4), SIGN("+.+", 0),   SIGN("+.+", 2),  SIGN("+at+", 0),
        SIGN("+at+", 3),  SIGN("+dot+", 0), SIGN("+dot+", 4), SIGN("+%28", 0), SIGN("+%5b", 0),
        SIGN("+%7b", 0),  SIGN("%29+", 3),  SIGN("%5d+", 3),  SIGN("%7d+", 3),
#undef SIGN
};

/* "anna+%40+host+.+example", "anna+%28at%29+host.example" */
static bool is_blank_at_sign(const struct mask *mask, size_t at)
{
	for (size_t i = 0; i < ARRAY_LEN(blank_signs); i++) {
		struct str text = blank_signs[i].text;
		size_t back = blank_signs[i].back;
		if (at >= back && ascii_lower(mask_at(mask, at - back + 1)) == text.data[1] &&
		    str_istarts(str_make(mask->text + at - back, mask->len - at + back), text))
			return true;
	}
	return false;
}

/* Numbers alone on both sides, unlike those of base64: "Gt+7+8", "8+6/Uz". */
static bool is_between_numbers(const struct mask *mask, size_t at)
{
	size_t start = at, end = at + 1;
	while (ascii_is_digit(mask_before(mask, start)))
		start--;
	while (ascii_is_digit(mask_at(mask, end)))
		end++;
	if (start == at || end == at + 1)
		return false;
	char before = mask_before(mask, start), after = mask_at(mask, end);
	if ((before == '+' || before == '/') && ascii_is_alpha(mask_before(mask, start - 1)))
		return false;
	if (after == '/' && ascii_is_alpha(mask_at(mask, end + 1)))
		return false;
	return !ascii_is_alpha(before) && !ascii_is_alpha(after);
}

/* Where the walk is in a form. */
struct form {
	bool value; /* behind an equals sign */
	bool twice; /* blanks of the value were encoded once more, as "%2B" */
};

/* "phone=%252B44%2B7911%2B123456": a blank that was encoded once more. The first one of a value has
 * a digit at it. */
static bool is_blank_encoded_twice(const struct view *view, const struct mask *mask, size_t at,
                                   const struct form *form)
{
	char before = view_tail(view, 1), next = mask_at(mask, at + 3);
	if (!form->value || mask_at(mask, at + 1) != '2' ||
	    ascii_lower(mask_at(mask, at + 2)) != 'b')
		return false;
	return (ascii_is_alnum(before) || is_high(before) || (before && strchr(").,", before))) &&
	       (ascii_is_alnum(next) || next == '%') &&
	       (form->twice || !ascii_is_alpha(before) || ascii_is_digit(next)) &&
	       !is_in_local_part(mask, at + 2);
}

/* How many bytes a blank of a form has at `at`: 1 for a `+` in its value ("phone=555+123+4567") or
 * between numbers, 3 for one that was encoded once more, 0 for what is meant as it is. */
static size_t blank_of_form(const struct view *view, const struct mask *mask, size_t at,
                            struct form *form)
{
	char before = view_tail(view, 1), after = mask_at(mask, at + 1);
	if (mask->text[at] == '%') {
		bool blank = is_blank_encoded_twice(view, mask, at, form);
		form->twice = form->twice || blank;
		return blank ? 3 : 0;
	}
	if (mask->text[at] != '+')
		return 0;
	if (is_blank_at_sign(mask, at) ||
	    (is_between_numbers(mask, at) && !is_in_local_part(mask, at)))
		return 1;
	return form->value && !ends_field(before) && before != '=' && !ends_field(after) &&
	       !is_in_local_part(mask, at);
}

/* "=40mailbox.example", but not "number=40123" or "number=40%20123" */
static bool is_domain_behind(const struct mask *mask, size_t at)
{
	size_t end = at;
	while (end - at < LOCAL_BYTES_MAX &&
	       (ascii_is_alnum(mask_at(mask, end)) || mask_at(mask, end) == '-'))
		end++;
	return mask_at(mask, end) == '.' || mask_at(mask, end) == '=' ||
	       !(ascii_is_alnum(mask_at(mask, at)) || mask_at(mask, at) == '%');
}

/* Puts what is at `at`, read as a mail or a form; returns where it ends. */
static size_t push_mail(struct view *view, const struct mask *mask, size_t at, struct form *form)
{
	char c = mask->text[at];
	struct origin origin = {.start = (uint32_t)at, .end = (uint32_t)at + 1};
	char before = view_tail(view, 1);
	if (ascii_is_alnum(c) && before != '=' && before != '&') { /* most bytes */
		view_push(view, c, origin);
		return origin.end;
	}
	if (c == '=' && mask_at(mask, at + 1) == '?') {
		size_t word = encoded_word_push(view, mask, at);
		if (word > at)
			return word;
	}
	if (c == '=' && mask_at(mask, at + 1) == '4')
		view->domain = is_domain_behind(mask, at + 3);
	bool soft = c == '\n' && mask_before(mask, at) == '=';
	if ((ascii_is_space(c) && !soft) || view_tail(view, 1) == '&')
		*form = (struct form){0};
	else
		form->value = form->value || view_tail(view, 1) == '=';
	size_t blank = blank_of_form(view, mask, at, form);
	if (blank > 0) {
		view->decoded = true;
		origin.end = (uint32_t)(at + blank);
	}
	view_push(view, blank > 0 ? ' ' : c, origin);
	return origin.end;
}

static void push_line(struct view *view, const struct mask *mask, size_t start, size_t end,
                      struct form *form)
{
	for (size_t at = start; at < end && view->reading == READ_MAIL;)
		at = push_mail(view, mask, at, form);
	for (size_t at = start; at < end && view->reading != READ_MAIL; at++)
		view_push(view, mask->text[at],
		          (struct origin){.start = (uint32_t)at, .end = (uint32_t)at + 1});
}

/* Also the line after a soft line break, or after a tag. */
static bool is_line_encoded(const struct mask *mask, size_t start, size_t end, enum reading reading)
{
	static const char *const signs[READINGS] = {
	        [READ_ESCAPES] = "%&\\", [READ_MAIL] = "=+%", [READ_TAGS] = "<"};
	if (reading != READ_ESCAPES && start > 3 &&
	    (mask->text[start - 2] == '=' ||
	     (mask->text[start - 4] == '=' && mask->text[start - 3] == '4')))
		return true;
	if (reading == READ_TAGS && start > 1 && mask->text[start - 2] == '>')
		return true;
	for (const char *sign = signs[reading]; *sign; sign++) {
		const char *found;
		for (size_t at = start; at < end; at++) {
			if (!(found = memchr(mask->text + at, *sign, end - at)))
				break;
			at = (size_t)(found - mask->text);
			if (is_escape(mask, at, reading))
				return true;
		}
	}
	return false;
}

static void add_wall(struct view *view, size_t at)
{
	char last = view_tail(view, 1);
	if (view->text.len > 0 && !is_wall(last))
		view_push(view, WALL_KEPT,
		          (struct origin){.start = (uint32_t)at, .end = (uint32_t)at});
}

/* True while the lines of a private key go on, of which the first was decoded. */
static bool goes_on_as_key(const struct view *view, size_t line, size_t lines)
{
	struct str text = str_make(view->text.data + line, view->text.len - line);
	if (lines == 0)
		return str_find(text, STR("PRIVATE KEY")) >= 0 && str_find(text, STR("-END")) < 0;
	return lines < KEY_LINES_MAX && str_find(text, STR("-END")) < 0;
}

/* Decodes the lines with something encoded in them, each with two lines before it, which may hold
 * the word that announces a value, or the headings of a table. */
static void push_lines(struct view *view, const struct mask *mask)
{
	size_t before = 0, last = 0, done = 0, key_lines = 0;
	struct form form = {0};
	for (size_t start = 0; start < mask->len;) {
		const char *newline = memchr(mask->text + start, '\n', mask->len - start);
		size_t end = newline ? (size_t)(newline - mask->text) + 1 : mask->len;
		if (view->mail || key_lines > 0 ||
		    is_line_encoded(mask, start, end, view->reading)) {
			size_t from = before > done ? before : done, line = view->text.len;
			if (from > done)
				add_wall(view, done);
			push_line(view, mask, from, end, &form);
			done = end;
			line = line < view->text.len ? line : view->text.len;
			key_lines = goes_on_as_key(view, line, key_lines) ? key_lines + 1 : 0;
		}
		before = last;
		last = start;
		start = end;
	}
}

/* True when a character that was decoded byte by byte is invisible, or looks like ASCII. What is no
 * character becomes a question mark at once: "%82" in a password is no letter. */
static bool is_to_normalise(struct view *view, struct buf *plain)
{
	bool found = false;
	for (size_t at = 0, bytes; at < view->text.len && !found; at += bytes) {
		bytes = 1;
		if (!is_high(view->text.data[at]) || view_origin(view, at)->depth == 0)
			continue;
		struct str rest = str_make(view->text.data + at, view->text.len - at);
		if (utf8_decode(rest, &bytes) == 0xFFFD && bytes == 1) {
			view->text.data[at] = '?';
			continue;
		}
		buf_reset(plain);
		normalise(str_make(rest.data, bytes), plain);
		found = !str_eq(buf_str(plain), str_make(rest.data, bytes));
	}
	return found;
}

/* Puts the character at `at`, which was decoded byte by byte; returns how many bytes it has. */
static size_t push_normal(struct view *view, const struct view *from, size_t at, struct buf *plain)
{
	struct str rest = str_make(from->text.data + at, from->text.len - at);
	size_t bytes = 1;
	uint32_t code_point = utf8_decode(rest, &bytes);
	struct origin origin = *view_origin(from, at);
	origin.end = view_origin(from, at + bytes - 1)->end;
	buf_reset(plain);
	if (code_point == 0xFFFD && bytes == 1)
		buf_putc(plain, '?');
	else
		normalise(str_make(rest.data, bytes), plain);
	for (size_t i = 0; i < plain->len; i++)
		view_push(view, plain->data[i], origin);
	return bytes;
}

static bool normalise_view(struct view *view, struct buf *plain)
{
	struct view from = *view;
	buf_init(&view->text, SIZE_MAX);
	buf_init(&view->origins, SIZE_MAX);
	view_reserve(view, from.text.len);
	view->high = view->decoded = false;
	view->tag = SIZE_MAX;
	view->reference = 0;
	for (size_t at = 0; at < from.text.len;) {
		char c = from.text.data[at];
		const struct origin *origin = view_origin(&from, at);
		/* What was not decoded was normalised before. */
		if (is_high(c) && origin->depth > 0) {
			at += push_normal(view, &from, at, plain);
			continue;
		}
		view_push(view, c, *origin);
		at++;
	}
	buf_free(&from.text);
	buf_free(&from.origins);
	return view->decoded;
}

/* What is gone counts as one byte, whatever stands for it. */
static bool is_long_line(const struct mask *mask, size_t end)
{
	size_t bytes = 0;
	for (size_t at = end; at > 0 && bytes < SOFT_LINE_MIN && mask->text[at - 1] != '\n'; at--)
		bytes += !is_wall(mask->text[at - 1]) || !is_wall(mask_at(mask, at));
	return bytes == SOFT_LINE_MIN;
}

/* An encoded quote at the start or the end of a string: ",=22", "=22;\"". */
static bool is_quote_of_table(const struct mask *mask, size_t at)
{
	char before = mask_before(mask, at), after = mask_at(mask, at + 3);
	return at == 0 || (!is_wall(before) && strchr("\n.,;:>{[(", before)) ||
	       ((after == ',' || after == ';') && mask_at(mask, at + 4) == '"') || after == '@' ||
	       (after == '=' && mask_at(mask, at + 4) == '4');
}

/* True for a text with encoded equals signs, opening quotes or letters beyond ASCII, or with long
 * lines that end in an equals sign: in others "=20" is a number. */
static bool is_mail(const struct mask *mask)
{
	for (size_t at = 0; at < mask->len; at++) {
		const char *sign = memchr(mask->text + at, '=', mask->len - at);
		if (!sign)
			return false;
		at = (size_t)(sign - mask->text);
		char first = mask_at(mask, at + 1), second = mask_at(mask, at + 2);
		if ((first == '3' && second == 'D') || (first == '\n' && is_long_line(mask, at)))
			return true;
		if (first == '4' && second == '0' && ascii_is_alnum(mask_before(mask, at)) &&
		    str_istarts(str_make(mask->text + at + 3, mask->len - at - 3), STR("<br")))
			return true;
		if (first == '2' && second == '2' && is_quote_of_table(mask, at))
			return true;
		if (first >= 'C' && first <= 'F' && escape_digit(second) >= 0 &&
		    mask_at(mask, at + 3) == '=' && strchr("89AB", mask_at(mask, at + 4)))
			return true;
	}
	return false;
}

bool view_make(struct view *view, const struct mask *mask, enum reading reading)
{
	buf_reset(&view->text);
	buf_reset(&view->origins);
	view->tag = SIZE_MAX;
	view->word_end = view->reference = 0;
	view->reading = reading;
	view->decoded = view->high = view->deep = false;
	view->mail = is_mail(mask);
	view_reserve(view, mask->len);
	push_lines(view, mask);
	if (!view->decoded)
		return false;
	struct buf plain;
	buf_init(&plain, SIZE_MAX);
	for (unsigned rounds = 0; view->high && rounds < DECODE_DEPTH_MAX; rounds++)
		if (!is_to_normalise(view, &plain) || !normalise_view(view, &plain))
			break;
	buf_free(&plain);
	return true;
}
