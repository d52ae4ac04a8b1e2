/* Works on bytes alone: brackets, quotes, escapes, blanks. answer.c decides what they mean. */
#include "llm/answer_text.h"

#include <string.h>

#include "llm/answer.h"

static bool skip_prefix(struct str *text, struct str prefix)
{
	if (!str_istarts(*text, prefix))
		return false;
	*text = str_skip(*text, prefix.len);
	return true;
}

/* Removes the thoughts that reasoning models write before the answer; some chat templates swallow
 * the opening tag. A block that never closes is all thought and no answer. */
static struct str strip_thoughts(struct str text, unsigned *repairs)
{
	const struct str close = STR("</think>");

	for (;;) {
		struct str rest = text;
		bool opened = skip_prefix(&rest, STR("<think>"));
		bool json_first = text.len > 0 && strchr("{[\"`", text.data[0]);
		if (!opened && json_first)
			return text;
		ptrdiff_t at = str_ifind(rest, close);
		if (at < 0)
			return opened ? STR("") : text;
		*repairs |= REPAIR_THINK;
		text = str_trim(str_skip(rest, (size_t)at + close.len));
	}
}

static ptrdiff_t find_last(struct str text, struct str word)
{
	for (size_t at = text.len; at >= word.len; at--)
		if (memcmp(text.data + at - word.len, word.data, word.len) == 0)
			return (ptrdiff_t)(at - word.len);
	return -1;
}

static struct str strip_fence(struct str text, unsigned *repairs)
{
	const struct str fence = STR("```");

	if (!skip_prefix(&text, fence))
		return text;
	*repairs |= REPAIR_FENCE;
	while (text.len > 0 && ascii_is_alnum(text.data[0])) /* the language */
		text = str_skip(text, 1);
	ptrdiff_t at = find_last(text, fence);
	return str_trim(at < 0 ? text : str_make(text.data, (size_t)at));
}

struct str answer_text_strip(struct str text, unsigned *repairs)
{
	text = str_trim(text);
	if (skip_prefix(&text, STR("\xEF\xBB\xBF"))) {
		*repairs |= REPAIR_PROSE;
		text = str_trim(text);
	}
	return strip_fence(strip_thoughts(text, repairs), repairs);
}

/* State of reading JSON byte by byte without parsing it: strings, escapes, and the depth of
 * brackets. */
struct walk {
	bool in_string;
	bool escaped;
	int depth;
};

static void walk_on(struct walk *walk, char c)
{
	if (walk->in_string) {
		if (walk->escaped)
			walk->escaped = false;
		else if (c == '\\')
			walk->escaped = true;
		else if (c == '"')
			walk->in_string = false;
	} else if (c == '"') {
		walk->in_string = true;
	} else if (c == '{' || c == '[') {
		walk->depth++;
	} else if (c == '}' || c == ']') {
		walk->depth--;
	}
}

/* Length of the balanced object that begins at the start of `text`; 0 when it does not close or
 * nests too deep. Calling this for every brace takes linear time in total: of the braces outside
 * strings in one reading, at most ANSWER_DEPTH_MAX enclose any byte, and there are only two ways to
 * read where strings begin. */
static size_t object_length(struct str text)
{
	struct walk walk = {0};

	for (size_t i = 0; i < text.len; i++) {
		walk_on(&walk, text.data[i]);
		if (walk.depth > ANSWER_DEPTH_MAX)
			return 0;
		if (walk.depth == 0)
			return i + 1;
	}
	return 0;
}

bool answer_text_next_object(struct str text, size_t *at, struct str *ret_object)
{
	for (;;) {
		ptrdiff_t brace = str_find_char(str_skip(text, *at), '{');
		if (brace < 0)
			return false;
		size_t start = *at + (size_t)brace;
		size_t len = object_length(str_skip(text, start));
		*at = start + 1;
		if (len > 0) {
			*ret_object = str_make(text.data + start, len);
			return true;
		}
	}
}

bool answer_text_unclosed(struct str text)
{
	ptrdiff_t brace = str_find_char(text, '{');
	struct walk walk = {0};

	if (brace < 0)
		return false;
	for (size_t i = (size_t)brace; i < text.len; i++) {
		walk_on(&walk, text.data[i]);
		if (walk.depth <= 0)
			return false;
	}
	return true;
}

bool answer_text_too_deep(struct str text)
{
	struct walk walk = {0};

	for (size_t i = 0; i < text.len; i++) {
		walk_on(&walk, text.data[i]);
		if (walk.depth > ANSWER_DEPTH_MAX)
			return true;
	}
	return false;
}

/* The first byte of `text` that is not blank, or NUL. */
static char first_visible(struct str text)
{
	size_t at = 0;
	while (at < text.len && ascii_is_space(text.data[at]))
		at++;
	return at < text.len ? text.data[at] : '\0';
}

static bool is_closing_bracket(char c)
{
	return c == '}' || c == ']';
}

static void mend_in_string(struct buf *out, char c)
{
	if (c == '\n')
		buf_puts(out, "\\n");
	else
		buf_putc(out, (unsigned char)c < 0x20 ? ' ' : c);
}

/* What follows tells the end of a single-quoted string from an apostrophe inside it. */
static bool single_quote_ends(struct str rest)
{
	char next = first_visible(rest);
	return next == '\0' || next == ',' || next == ':' || is_closing_bracket(next);
}

static void mend_single_quoted(struct str text, struct buf *out)
{
	bool in_string = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		struct str rest = str_skip(text, i + 1);
		if (in_string && c == '\\' && rest.len > 0 && rest.data[0] == '\'')
			continue; /* an escaped apostrophe needs no escape between double quotes */
		if (c == '\'' &&
		    (!in_string || (single_quote_ends(rest) && text.data[i - 1] != '\\'))) {
			in_string = !in_string;
			buf_putc(out, '"');
		} else if (in_string) {
			mend_in_string(out, c);
		} else if (c != ',' || !is_closing_bracket(first_visible(rest))) {
			buf_putc(out, c);
		}
	}
}

static void mend_double_quoted(struct str text, struct buf *out)
{
	struct walk walk = {0};

	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		bool was_in_string = walk.in_string;
		walk_on(&walk, c);
		if (was_in_string && walk.in_string)
			mend_in_string(out, c);
		else if (c != ',' || !is_closing_bracket(first_visible(str_skip(text, i + 1))))
			buf_putc(out, c);
	}
}

void answer_text_mend(struct str text, struct buf *out)
{
	ptrdiff_t brace = str_find_char(text, '{');

	if (brace < 0)
		return;
	text = str_skip(text, (size_t)brace);
	if (str_find_char(text, '"') < 0)
		mend_single_quoted(text, out);
	else
		mend_double_quoted(text, out);
}
