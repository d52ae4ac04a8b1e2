/* A reader of JSON with its grammar, but with looser words. Each function reads from the front of
 * the text and is false when it cannot; the caller then gives up. */
#include "llm/answer_mend.h"

#include <string.h>

#include "llm/answer_text.h"

#define LOOK_AHEAD 300 /* bytes behind a quote that may tell what it is */

struct mending {
	struct str rest;
	size_t *budget;
	struct buf *out;
	int depth;
};

static bool read_value(struct mending *mending);

static char first_of(const struct mending *mending)
{
	return mending->rest.len > 0 ? mending->rest.data[0] : '\0';
}

static void advance(struct mending *mending, size_t bytes)
{
	bytes = bytes < *mending->budget ? bytes : *mending->budget;
	*mending->budget -= bytes;
	mending->rest = *mending->budget > 0 ? str_skip(mending->rest, bytes) : STR("");
}

static bool take_char(struct mending *mending, char c)
{
	if (first_of(mending) != c)
		return false;
	advance(mending, 1);
	return true;
}

/* Bytes of a comment up to its end mark; 0 when there is none. */
static ptrdiff_t comment_length(struct str text)
{
	ptrdiff_t end = str_find(str_skip(text, 2), STR("*/"));

	return end < 0 ? 0 : 2 + end + 2;
}

/* Skips white space and comments: from two slashes or a hash to the end of the line, or between
 * slash and asterisk. */
static void skip_comments(struct mending *mending)
{
	for (;;) {
		struct str rest = mending->rest;
		ptrdiff_t end = 1;
		if (str_starts(rest, STR("//")) || str_starts(rest, STR("#")))
			end = str_find_char(rest, '\n') + 1;
		else if (str_starts(rest, STR("/*")))
			end = comment_length(rest);
		else if (rest.len == 0 || !ascii_is_space(rest.data[0]))
			return;
		/* a comment that never ends takes all the rest with it */
		advance(mending, end < 1 ? rest.len : (size_t)end);
	}
}

/* The quotes that a string may stand in; a curly one may be closed by several. */
struct quotes {
	struct str open;
	struct str close[2];
};

static const struct quotes QUOTES[] = {
        {{"\"", 1}, {{"\"", 1}}},
        {{"'", 1}, {{"'", 1}}},
        {{"\xE2\x80\x9C", 3}, {{"\xE2\x80\x9D", 3}, {"\xE2\x80\x9C", 3}}}, /* “ ” */
        {{"\xE2\x80\x9D", 3}, {{"\xE2\x80\x9D", 3}}},
        {{"\xE2\x80\x9E", 3}, {{"\xE2\x80\x9C", 3}, {"\xE2\x80\x9D", 3}}}, /* „ “ */
        {{"\xE2\x80\x98", 3}, {{"\xE2\x80\x99", 3}, {"\xE2\x80\x98", 3}}}, /* ‘ ’ */
};

static const struct quotes *find_quotes(struct str text)
{
	for (size_t i = 0; i < ARRAY_LEN(QUOTES); i++)
		if (str_starts(text, QUOTES[i].open))
			return &QUOTES[i];
	return NULL;
}

/* What may follow a string tells its end from a quote inside it. */
static bool ends_here(struct str behind, bool is_name)
{
	if (is_name)
		return str_starts(behind, STR(":"));
	return behind.len > 0 && strchr(",}]", behind.data[0]);
}

/* The bytes of the quote that ends the string here, or 0. */
static size_t closing_quote(struct str rest, const struct quotes *quotes, bool is_name)
{
	for (size_t i = 0; i < ARRAY_LEN(quotes->close); i++) {
		struct str close = quotes->close[i];
		if (close.len == 0 || !str_starts(rest, close))
			continue;
		struct mending behind = {.rest = utf8_cut(str_skip(rest, close.len), LOOK_AHEAD),
		                         .budget = &(size_t){LOOK_AHEAD + 1}};
		skip_comments(&behind);
		return ends_here(behind.rest, is_name) ? close.len : 0;
	}
	return 0;
}

static bool is_hex4(struct str text)
{
	for (size_t i = 0; i < 4; i++)
		if (i >= text.len || !memchr("0123456789abcdefABCDEF", text.data[i], 22))
			return false;
	return true;
}

/* Writes an escape. JSON's own are kept. Of others the backslash is dropped before a mark, which a
 * model escapes for Markdown or a shell, and stays before a letter or digit, as in C:\Program. */
static void mend_escape(struct mending *mending)
{
	struct str behind = str_skip(mending->rest, 1);
	char c = behind.len > 0 ? behind.data[0] : '\0';
	bool known = c != '\0' &&
	             (strchr("\"\\/bfnrt", c) || (c == 'u' && is_hex4(str_skip(behind, 1))));

	if (known) {
		buf_add(mending->out, mending->rest.data, 2);
		advance(mending, 2);
		return;
	}
	if (ascii_is_alnum(c))
		buf_puts(mending->out, "\\\\");
	advance(mending, 1);
}

static void copy_byte(struct mending *mending, char c)
{
	if (c == '"')
		buf_puts(mending->out, "\\\"");
	else if (c == '\n')
		buf_puts(mending->out, "\\n");
	else
		buf_putc(mending->out, (unsigned char)c < 0x20 ? ' ' : c);
	advance(mending, 1);
}

static bool read_string(struct mending *mending, bool is_name)
{
	const struct quotes *quotes = find_quotes(mending->rest);

	if (!quotes)
		return false;
	advance(mending, quotes->open.len);
	buf_putc(mending->out, '"');
	while (mending->rest.len > 0) {
		size_t closes = closing_quote(mending->rest, quotes, is_name);
		if (closes > 0) {
			advance(mending, closes);
			buf_putc(mending->out, '"');
			return true;
		}
		if (first_of(mending) == '\\')
			mend_escape(mending);
		else
			copy_byte(mending, first_of(mending));
	}
	return false;
}

static struct str take_word(struct mending *mending)
{
	struct str rest = mending->rest;
	size_t len = 0;

	while (len < rest.len &&
	       (ascii_is_alnum(rest.data[len]) || strchr("_+-.\\", rest.data[len])))
		len++;
	advance(mending, len);
	return str_make(rest.data, len);
}

static bool read_name(struct mending *mending)
{
	if (find_quotes(mending->rest))
		return read_string(mending, true);
	struct str name = take_word(mending);
	if (name.len == 0 || str_find_char(name, '\\') >= 0)
		return false;
	buf_printf(mending->out, "\"" STR_FMT "\"", STR_ARG(name));
	return true;
}

/* The words of other languages for JSON's; numbers that are none become null. */
static bool mend_word(struct mending *mending)
{
	static const struct {
		const char *word, *json;
	} words[] = {
	        {"true", "true"}, {"false", "false"},    {"null", "null"},      {"none", "null"},
	        {"nan", "null"},  {"undefined", "null"}, {"infinity", "null"},  {"nil", "null"},
	        {"+inf", "null"}, {"-inf", "null"},      {"-infinity", "null"}, {"inf", "null"},
	};
	struct str word = take_word(mending);

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!str_ieq(word, str_of(words[i].word)))
			continue;
		buf_puts(mending->out, words[i].json);
		return true;
	}
	/* a number, which the parser checks */
	if (word.len == 0 || (!ascii_is_digit(word.data[0]) && word.data[0] != '-'))
		return false;
	buf_add_str(mending->out, word);
	return true;
}

/* Reads members or elements up to the closing bracket, which a comma may precede. */
static bool read_container(struct mending *mending, char open, char close)
{
	if (++mending->depth > ANSWER_DEPTH_MAX)
		return false;
	advance(mending, 1);
	buf_putc(mending->out, open);
	skip_comments(mending);
	for (bool first = true; !take_char(mending, close); first = false) {
		buf_puts(mending->out, first ? "" : ",");
		if (close == '}') {
			if (!read_name(mending))
				return false;
			skip_comments(mending);
			if (!take_char(mending, ':'))
				return false;
			buf_putc(mending->out, ':');
			skip_comments(mending);
		}
		if (!read_value(mending))
			return false;
		skip_comments(mending);
		if (!take_char(mending, ',') && first_of(mending) != close)
			return false;
		skip_comments(mending);
	}
	buf_putc(mending->out, close);
	mending->depth--;
	return true;
}

static bool read_value(struct mending *mending)
{
	char c = first_of(mending);

	if (c == '{')
		return read_container(mending, '{', '}');
	if (c == '[')
		return read_container(mending, '[', ']');
	return find_quotes(mending->rest) ? read_string(mending, false) : mend_word(mending);
}

size_t answer_mend(struct str text, size_t *budget, struct buf *out)
{
	struct mending mending = {.rest = text, .budget = budget, .out = out};

	buf_reset(out);
	if (first_of(&mending) != '{' || !read_value(&mending) || out->overflow)
		return 0;
	return text.len - mending.rest.len;
}
