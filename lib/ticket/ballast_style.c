/* Leaves out what HTML and CSS say about looks. An element or comment whose end is missing stays:
 * it may be the author's own text. */
#include "ticket/ballast_parts.h"

#define ELEMENT_BYTES_MIN 200
#define ATTRIBUTE_BYTES_MIN 40
#define TAG_BYTES_MAX 4096
#define RULES_BYTES_MIN 400
#define SELECTOR_BYTES_MAX 300

static const struct element {
	struct str begin, end;
} elements[] = {
        {{"<style", 6}, {"</style>", 8}},
        {{"<script", 7}, {"</script>", 9}},
        {{"<!--", 4}, {"-->", 3}},
};
#define ELEMENTS ARRAY_LEN(elements)

struct style_walk {
	struct str text;
	size_t at;
	bool endless[ELEMENTS]; /* no end of this element comes any more */
	struct buf *out;
	struct ballast *left_out;
};

static void leave_out(struct style_walk *walk, size_t bytes)
{
	walk->left_out->bytes[BALLAST_STYLE] += (uint32_t)bytes;
	walk->at += bytes;
}

static void keep(struct style_walk *walk, size_t bytes)
{
	buf_add(walk->out, walk->text.data + walk->at, bytes);
	walk->at += bytes;
}

/* Handles an element that begins here; false when there is none. */
static bool walk_element(struct style_walk *walk)
{
	struct str rest = str_skip(walk->text, walk->at);

	for (size_t i = 0; i < ELEMENTS; i++) {
		const struct element *element = &elements[i];

		if (walk->endless[i] || !str_istarts(rest, element->begin))
			continue;
		ptrdiff_t end = str_ifind(str_skip(rest, element->begin.len), element->end);
		walk->endless[i] = end < 0;
		if (end < 0)
			return false;
		size_t bytes = element->begin.len + (size_t)end + element->end.len;
		if (bytes >= ELEMENT_BYTES_MIN)
			leave_out(walk, bytes);
		else
			keep(walk, bytes);
		return true;
	}
	return false;
}

/* The length of the attribute style="…" that the text begins with, blank included; 0 = none. */
static size_t attribute_bytes(struct str text)
{
	static const struct str begin = {"style=", 6};

	if (text.len < begin.len + 2 || !ascii_is_space(text.data[0]) ||
	    !str_istarts(str_skip(text, 1), begin))
		return 0;
	char quote = text.data[begin.len + 1];
	struct str value = str_skip(text, begin.len + 2);
	ptrdiff_t end = quote == '"' || quote == '\'' ? str_find_char(value, quote) : -1;
	return end < 0 ? 0 : begin.len + 2 + (size_t)end + 1;
}

/* Copies a tag without its style; false when no tag begins here. */
static bool walk_tag(struct style_walk *walk)
{
	struct str rest = str_skip(walk->text, walk->at);
	size_t end = 1;

	while (end < rest.len && end < TAG_BYTES_MAX && rest.data[end] != '>' &&
	       rest.data[end] != '<')
		end++;
	if (end < 2 || end >= rest.len || rest.data[end] != '>' || !ascii_is_alpha(rest.data[1]))
		return false;
	for (size_t stop = walk->at + end + 1; walk->at < stop;) {
		struct str tag = str_make(walk->text.data + walk->at, stop - walk->at);
		size_t bytes = attribute_bytes(tag);

		if (bytes >= ATTRIBUTE_BYTES_MIN)
			leave_out(walk, bytes);
		else
			keep(walk, bytes > 0 ? bytes : 1);
	}
	return true;
}

static size_t skip_blanks(struct str text, size_t at)
{
	while (at < text.len && ascii_is_space(text.data[at]))
		at++;
	return at;
}

/* The offset behind "name: value;" or before the closing brace; 0 = there is no declaration. */
static size_t declaration_end(struct str text, size_t at)
{
	size_t start = at;

	while (at < text.len && (ascii_is_alnum(text.data[at]) || text.data[at] == '-' ||
	                         text.data[at] == '_' || text.data[at] == '*'))
		at++;
	size_t colon = skip_blanks(text, at);
	if (at == start || colon >= text.len || text.data[colon] != ':')
		return 0;
	for (at = colon + 1; at < text.len && at - start < SELECTOR_BYTES_MAX; at++) {
		if (text.data[at] == ';')
			return at + 1;
		if (text.data[at] == '}')
			return at;
		if (text.data[at] == '{')
			return 0;
	}
	return 0;
}

/* The offset of the brace behind a selector, which goes over a line's end only behind a comma or
 * before the brace; or of where it turns out to be something else. */
static size_t selector_end(struct str text, size_t at)
{
	size_t start = at;
	char last = ',';

	for (; at < text.len && at - start < SELECTOR_BYTES_MAX; at++) {
		char c = text.data[at];

		if (c == '{' || c == '}' || c == ';' || c == '<')
			return at;
		if (c == '\n' && last != ',') {
			size_t next = skip_blanks(text, at);

			return next < text.len && text.data[next] == '{' ? next : at;
		}
		last = ascii_is_space(c) ? last : c;
	}
	return at;
}

/* The offset behind a rule "selector { name: value; … }" that begins at `at`; 0 = none does.
 * `*ret_seen`: how far was looked. */
static size_t rule_end(struct str text, size_t at, size_t *ret_seen)
{
	size_t brace = selector_end(text, at), next;

	*ret_seen = brace;
	if (brace >= text.len || text.data[brace] != '{' || brace == at)
		return 0;
	at = skip_blanks(text, brace + 1);
	while ((next = declaration_end(text, at)) > 0)
		at = skip_blanks(text, next);
	*ret_seen = at;
	return at < text.len && text.data[at] == '}' ? at + 1 : 0;
}

/* Leaves out the rules that begin at the start of a line, when they are a wall. */
static bool walk_rules(struct style_walk *walk, size_t *seen)
{
	size_t end = walk->at, next;

	if (walk->at < *seen)
		return false;
	while ((next = rule_end(walk->text, skip_blanks(walk->text, end), seen)) > 0)
		end = next;
	if (end == walk->at)
		return false;
	if (end - walk->at >= RULES_BYTES_MIN)
		leave_out(walk, end - walk->at);
	else
		keep(walk, end - walk->at);
	return true;
}

void ballast_style_cut(struct str text, struct buf *out, struct ballast *left_out)
{
	struct style_walk walk = {.text = text, .out = out, .left_out = left_out};
	bool braces = str_find_char(text, '{') >= 0;
	size_t seen = 0; /* no rule begins before this offset */

	while (walk.at < text.len) {
		bool at_line = walk.at == 0 || text.data[walk.at - 1] == '\n';

		if (text.data[walk.at] == '<' && (walk_element(&walk) || walk_tag(&walk)))
			continue;
		if (at_line && braces && walk_rules(&walk, &seen))
			continue;
		size_t start = walk.at++;
		while (walk.at < text.len && text.data[walk.at] != '<' &&
		       (!braces || text.data[walk.at - 1] != '\n'))
			walk.at++;
		buf_add(out, text.data + start, walk.at - start);
	}
}
