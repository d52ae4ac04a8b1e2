/* Works on bytes alone: brackets, quotes, escapes, blanks. answer.c decides what they mean. */
#include "llm/answer_text.h"

#include <string.h>

#define MARK_MAX 40

bool answer_text_skip_bom(struct str *text)
{
	const struct str mark = STR("\xEF\xBB\xBF");

	if (!str_starts(*text, mark))
		return false;
	*text = str_skip(*text, mark.len);
	return true;
}

static ptrdiff_t find_last(struct str text, struct str word)
{
	for (size_t at = text.len; at >= word.len; at--)
		if (memcmp(text.data + at - word.len, word.data, word.len) == 0)
			return (ptrdiff_t)(at - word.len);
	return -1;
}

bool answer_text_unfence(struct str text, struct str *ret)
{
	const struct str fence = STR("```");

	if (!str_starts(text, fence))
		return false;
	text = str_skip(text, fence.len);
	while (text.len > 0 && ascii_is_alnum(text.data[0])) /* the language */
		text = str_skip(text, 1);
	ptrdiff_t at = find_last(text, fence);
	if (at >= 0 && str_find_char(str_skip(text, (size_t)at), '{') >= 0)
		return false;
	*ret = str_trim(at < 0 ? text : str_make(text.data, (size_t)at));
	return true;
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

/* Linear in total, because of the braces outside strings in one reading, at most ANSWER_DEPTH_MAX
 * enclose any byte, and there are only two ways to read where strings begin. */
size_t answer_text_object(struct str text)
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

bool answer_text_is_end(struct str text)
{
	while (text.len > 0) {
		ptrdiff_t end =
		        text.data[0] == '<' ? str_find_char(utf8_cut(text, MARK_MAX), '>') : 0;
		if (end < 0 || (end == 0 && !ascii_is_space(text.data[0]) && text.data[0] != '`' &&
		                text.data[0] != '.'))
			return false;
		text = str_skip(text, (size_t)end + 1);
	}
	return true;
}
