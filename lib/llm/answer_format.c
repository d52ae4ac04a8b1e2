/* Reads members loosely: a name up to the colon, a value up to the comma. A text that does not
 * come out even is no format: an answer that cannot be read must not be taken for one. */
#include "llm/answer_format.h"

#include <string.h>

bool answer_format_mentions_keys(struct str text)
{
	static const char *const keys[] = {"summary", "cause", "urgency", "sentiment"};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (str_ifind(text, str_of(keys[i])) >= 0)
			return true;
	return false;
}

static struct str unquote(struct str text)
{
	text = str_trim(text);
	if (text.len >= 2 && strchr("\"'`", text.data[0]) &&
	    text.data[text.len - 1] == text.data[0])
		text = str_trim(str_make(text.data + 1, text.len - 2));
	return text;
}

/* `bug | "other"`: words between bars. */
static bool is_choice(struct str text)
{
	if (str_find_char(text, '|') < 0)
		return false;
	while (text.len > 0) {
		struct str word = unquote(str_split(&text, '|'));
		for (size_t i = 0; i < word.len; i++)
			if (!ascii_is_alnum(word.data[i]) && !strchr(" _-.", word.data[i]))
				return false;
	}
	return true;
}

bool answer_format_is_placeholder(struct str value)
{
	static const char *const words[] = {"...", "\xE2\x80\xA6", "string", "str", "text", "enum"};

	value = unquote(value);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_ieq(value, str_of(words[i])))
			return true;
	if (str_starts(value, STR("<")))
		return str_find_char(value, '>') == (ptrdiff_t)value.len - 1;
	return is_choice(value);
}

/* Cuts off what comes before the first `end` outside quotes and angle brackets. False: there is no
 * such end, or a bracket of another kind comes first. */
static bool cut_part(struct str *rest, const char *ends, struct str *ret)
{
	char quote = '\0';

	for (size_t i = 0; i < rest->len; i++) {
		char c = rest->data[i];
		if (quote != '\0') {
			quote = c == quote ? '\0' : quote;
		} else if (strchr(ends, c) && c != '\0') {
			*ret = str_trim(str_make(rest->data, i));
			*rest = str_skip(*rest, i);
			return true;
		} else if (strchr("{}[]", c)) {
			return false;
		} else if (c == '"' || c == '<') {
			quote = c == '<' ? '>' : c;
		}
	}
	return false;
}

static bool is_quoted(struct str text)
{
	return text.len >= 2 && text.data[0] == '"' &&
	       str_find_char(str_skip(text, 1), '"') == (ptrdiff_t)text.len - 2;
}

/* A summary may be told in any words, if they are all in one string. */
static bool is_format_member(struct str name, struct str value)
{
	name = unquote(name);
	if (name.len == 0 || str_find_char(name, '"') >= 0)
		return false;
	return answer_format_is_placeholder(value) ||
	       (str_ieq(name, STR("summary")) && is_quoted(value));
}

bool answer_format_is(struct str object)
{
	struct str name, value;

	object = str_trim(object);
	for (bool first = true; object.len > 1; first = false) {
		if (object.data[0] != (first ? '{' : ','))
			return false;
		object = str_trim(str_skip(object, 1));
		if (!cut_part(&object, ":", &name))
			return false;
		object = str_skip(object, 1);
		if (!cut_part(&object, ",}", &value) || !is_format_member(name, value))
			return false;
	}
	return str_eq(object, STR("}"));
}
