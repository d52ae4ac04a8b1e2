/* Checks the grammar of ai-ticketd.conf line by line, so that a wrong line costs one message and
 * not the rest of the file. */
#include "config/syntax.h"

#include <stdlib.h>
#include <string.h>

#include "config/notes.h"

#define LINE_BYTES_MAX 8192
#define NAME_BYTES_MAX 64
/* A file with so many wrong lines is not one of ours. */
#define BAD_LINES_MAX 20

enum expected {
	EXPECT_NAME,   /* or '}' */
	EXPECT_ASSIGN, /* '=' or '{' */
	EXPECT_VALUE,
	EXPECT_LINE_END /* or '}' */
};

struct scan {
	const char *file;
	int line;
	struct str rest; /* of the line */
	enum expected expected;
	struct str name; /* the last one seen */
	bool in_section;
	bool section_wanted;
	struct str section;
	int section_line;
	bool option_wanted;
	bool (*wanted)(void *arg, const struct syntax_event *event);
	void *arg;
	struct buf *clean;
	struct buf *errors;
	int bad_lines;
	bool no_text; /* not a text file: the rest is not read */
};

/* Reports a wrong line; returns -1, so that the caller leaves the line. */
static int bad_syntax(struct scan *scan, const char *reason)
{
	char *where = xasprintf("%s:%d", scan->file, scan->line);

	problem_add(scan->errors, where, "%s", reason);
	if (++scan->bad_lines == BAD_LINES_MAX)
		problem_add(scan->errors, where,
		            "too many errors: the remaining lines were not read");
	free(where);
	return -1;
}

static bool name_byte(char c)
{
	return ascii_is_alnum(c) || c == '_' || c == '-';
}

/* NUL is not one of them, though strchr would find it. */
static bool word_byte(char c)
{
	return name_byte(c) || (c != '\0' && strchr(".:/@%[]", c) != NULL);
}

static struct str take_while(struct scan *scan, bool (*member)(char c))
{
	size_t len = 0;

	while (len < scan->rest.len && member(scan->rest.data[len]))
		len++;
	struct str taken = str_make(scan->rest.data, len);
	scan->rest = str_skip(scan->rest, len);
	return taken;
}

static char next_byte(const struct scan *scan)
{
	return scan->rest.len > 0 ? scan->rest.data[0] : '\0';
}

static int close_section(struct scan *scan)
{
	if (!scan->in_section)
		return bad_syntax(scan, "'}' without a section before it");
	if (scan->section_wanted)
		buf_puts(scan->clean, " }");
	scan->in_section = false;
	scan->expected = EXPECT_NAME;
	return 0;
}

static int open_section(struct scan *scan)
{
	struct syntax_event event = {.line = scan->line, .heads_section = true, .name = scan->name};

	/* Sections do not nest; most likely the end of the previous one is missing. */
	if (scan->in_section) {
		bad_syntax(scan, "a section begins inside another one: expected '}' before it");
		close_section(scan);
	}
	scan->in_section = true;
	scan->section = scan->name;
	scan->section_line = scan->line;
	scan->section_wanted = scan->wanted(scan->arg, &event);
	if (scan->section_wanted) {
		buf_add_str(scan->clean, scan->name);
		buf_puts(scan->clean, " {");
	}
	scan->expected = EXPECT_NAME;
	return 0;
}

static int begin_value(struct scan *scan)
{
	struct syntax_event event = {.line = scan->line, .name = scan->name};

	if (scan->in_section)
		event.section = scan->section;
	scan->option_wanted =
	        (!scan->in_section || scan->section_wanted) && scan->wanted(scan->arg, &event);
	scan->expected = EXPECT_VALUE;
	return 0;
}

/* Length of the quoted text at the start of `rest`, with its quotes, or -1. */
static ptrdiff_t quoted_length(struct scan *scan)
{
	struct str text = scan->rest;
	char quote = text.data[0];

	for (size_t i = 1; i < text.len; i++) {
		char c = text.data[i];
		char after = i + 1 < text.len ? text.data[i + 1] : '\0';
		if (c == quote)
			return (ptrdiff_t)i + 1;
		if ((unsigned char)c < ' ' || c == 0x7f)
			return bad_syntax(scan, "control character in a quoted value");
		if (c == '\\' && quote == '\'')
			return bad_syntax(
			        scan, "no backslash in single quotes: use double quotes and \\\\");
		if (c == '\\') {
			if (after != '"' && after != '\\' && after != '$')
				return bad_syntax(scan,
				                  "expected \\\", \\\\ or \\$ after a backslash");
			i++;
		} else if (c == '$' && after == '{' && quote == '"') {
			return bad_syntax(scan, "variables are not expanded here: write \\${ for "
			                        "the two characters");
		}
	}
	return bad_syntax(scan, "the value's closing quote is missing");
}

static int take_value(struct scan *scan)
{
	struct str value;

	if (next_byte(scan) == '"' || next_byte(scan) == '\'') {
		ptrdiff_t len = quoted_length(scan);
		if (len < 0)
			return -1;
		value = str_make(scan->rest.data, (size_t)len);
		scan->rest = str_skip(scan->rest, value.len);
	} else {
		value = take_while(scan, word_byte);
		if (value.len == 0 || str_starts(value, STR("//")))
			return bad_syntax(
			        scan,
			        "expected a value; with special characters it needs double quotes");
	}
	if (scan->rest.len > 0 && !ascii_is_space(next_byte(scan)) && next_byte(scan) != '}')
		return bad_syntax(scan, "unexpected text after the value: with special characters "
		                        "it needs double quotes");
	if (scan->option_wanted) {
		buf_puts(scan->clean, scan->in_section ? " " : "");
		buf_add_str(scan->clean, scan->name);
		buf_puts(scan->clean, " = ");
		buf_add_str(scan->clean, value);
	}
	scan->expected = EXPECT_LINE_END;
	return 0;
}

static int take_name(struct scan *scan)
{
	struct str name = take_while(scan, name_byte);

	if (name.len == 0)
		return bad_syntax(scan, scan->in_section ? "expected the name of an option, or '}'"
		                                         : "expected a section");
	if (name.len > NAME_BYTES_MAX)
		return bad_syntax(scan, "the name is too long");
	scan->name = name;
	scan->expected = EXPECT_ASSIGN;
	return 0;
}

static int take_assign(struct scan *scan)
{
	char c = next_byte(scan);

	scan->rest = str_skip(scan->rest, 1);
	if (c == '{')
		return open_section(scan);
	if (c == '=')
		return begin_value(scan);
	return bad_syntax(scan, scan->in_section ? "expected '=' after the name of an option"
	                                         : "expected '{' after the name of a section");
}

static int take_token(struct scan *scan)
{
	if (next_byte(scan) == '}' &&
	    (scan->expected == EXPECT_NAME || scan->expected == EXPECT_LINE_END)) {
		scan->rest = str_skip(scan->rest, 1);
		return close_section(scan);
	}
	switch (scan->expected) {
	case EXPECT_NAME: return take_name(scan);
	case EXPECT_ASSIGN: return take_assign(scan);
	case EXPECT_VALUE: return take_value(scan);
	case EXPECT_LINE_END:
		return bad_syntax(scan, "unexpected text after the value: one option a line, "
		                        "blanks need double quotes");
	}
	return -1;
}

static int end_line(struct scan *scan)
{
	if (scan->expected == EXPECT_VALUE)
		return bad_syntax(scan,
		                  "expected a value after '='; for an empty value write \"\"");
	/* The opening brace of a section may be on a line of its own. */
	if (scan->expected == EXPECT_ASSIGN && scan->in_section)
		return bad_syntax(scan, "expected '=' after the name of an option");
	if (scan->expected == EXPECT_LINE_END)
		scan->expected = EXPECT_NAME;
	return 0;
}

static int scan_line(struct scan *scan)
{
	if (scan->rest.len > LINE_BYTES_MAX)
		return bad_syntax(scan, "the line is too long: at most 8192 bytes");
	if (str_find_char(scan->rest, '\0') >= 0) {
		bad_syntax(scan, "NUL byte: this is not a text file");
		scan->no_text = true;
		return -1;
	}
	if (!utf8_valid(scan->rest))
		return bad_syntax(scan, "is not valid UTF-8");
	for (;;) {
		while (scan->rest.len > 0 && (next_byte(scan) == ' ' || next_byte(scan) == '\t'))
			scan->rest = str_skip(scan->rest, 1);
		if (scan->rest.len == 0 || next_byte(scan) == '#')
			return end_line(scan);
		if (take_token(scan) < 0)
			return -1;
	}
}

void syntax_check(const char *file, struct str text,
                  bool (*wanted)(void *arg, const struct syntax_event *event), void *arg,
                  struct buf *clean, struct buf *errors)
{
	struct scan scan = {
	        .file = file, .wanted = wanted, .arg = arg, .clean = clean, .errors = errors};

	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_skip(text, 3);
	while (text.len > 0 && scan.bad_lines < BAD_LINES_MAX && !scan.no_text) {
		scan.line++;
		scan.rest = str_split(&text, '\n');
		if (str_ends(scan.rest, STR("\r")))
			scan.rest.len--;
		if (scan_line(&scan) < 0)
			scan.expected = EXPECT_NAME;
		buf_putc(clean, '\n');
	}
	if (scan.bad_lines >= BAD_LINES_MAX || scan.no_text) {
		buf_reset(clean);
	} else if (scan.in_section) {
		char *where = xasprintf("%s:%d", file, scan.section_line);
		problem_add(errors, where, "the section opened here is not closed: expected '}'");
		free(where);
		close_section(&scan);
	} else if (scan.expected == EXPECT_ASSIGN) {
		bad_syntax(&scan, "expected '{' after the name of a section");
	}
}
