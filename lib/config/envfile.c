/* Reads env files line by line. Shells, Docker, systemd and the dotenv libraries differ in details;
 * this accepts what they share and calls the rest an error. Variables in a value are never
 * replaced: `$` is an ordinary character. */
#include "config/envfile.h"

#include <stdlib.h>

#include "config/notes.h"

#define NAME_BYTES_MAX 256
#define LINE_BYTES_MAX 65536

struct envfile {
	const char *name;
	int line;
	int bad_lines;
	bool no_text;     /* not a text file: the rest is not read */
	struct buf value; /* the line's value, without quotes and escapes */
	struct buf *errors;
};

#define BAD_LINES_MAX 20

static int bad_line(struct envfile *file, const char *reason)
{
	char *where = xasprintf("%s:%d", file->name, file->line);

	problem_add(file->errors, where, "%s", reason);
	if (++file->bad_lines == BAD_LINES_MAX)
		problem_add(file->errors, where,
		            "too many errors: the remaining lines were not read");
	free(where);
	return -1;
}

static bool is_name(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!ascii_is_alnum(text.data[i]) && text.data[i] != '_')
			return false;
	return text.len > 0 && text.len <= NAME_BYTES_MAX && !ascii_is_digit(text.data[0]);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void add_escape(struct buf *value, char c)
{
	switch (c) {
	case 'n': buf_putc(value, '\n'); break;
	case 'r': buf_putc(value, '\r'); break;
	case 't': buf_putc(value, '\t'); break;
	case '"':
	case '\'':
	case '\\':
	case '`':
	case '$': buf_putc(value, c); break;
	/* Any other escape stays as it is, as in a Windows path. */
	default: buf_putc(value, '\\'), buf_putc(value, c); break;
	}
}

static int read_quoted(struct envfile *file, struct str text)
{
	char quote = text.data[0];
	size_t i = 1;

	for (; i < text.len && text.data[i] != quote; i++) {
		if (quote == '"' && text.data[i] == '\\' && i + 1 < text.len)
			add_escape(&file->value, text.data[++i]);
		else
			buf_putc(&file->value, text.data[i]);
	}
	if (i >= text.len)
		return bad_line(file, "the value's closing quote is missing");
	struct str rest = str_skip(text, i + 1);
	if (rest.len > 0 && !is_blank(rest.data[0]))
		return bad_line(file, "unexpected text after the closing quote");
	rest = str_trim(rest);
	if (rest.len > 0 && rest.data[0] != '#')
		return bad_line(file, "unexpected text after the closing quote");
	return 0;
}

/* Reads an unquoted value, up to a '#' after a blank. */
static void read_bare(struct envfile *file, struct str text)
{
	size_t len = 0;

	while (len < text.len &&
	       !(text.data[len] == '#' && (len == 0 || is_blank(text.data[len - 1]))))
		len++;
	buf_add_str(&file->value, str_trim(str_make(text.data, len)));
}

static int read_assignment(struct envfile *file, struct str text, struct str *ret_key)
{
	if (str_find_char(text, '=') < 0)
		return bad_line(file, "expected NAME=value");
	struct str key = str_trim(str_split(&text, '='));
	if (str_starts(key, STR("export")) && key.len > 6 && is_blank(key.data[6]))
		key = str_trim(str_skip(key, 6));
	if (!is_name(key))
		return bad_line(file, "expected a name of letters, digits and '_' before the '='");
	text = str_trim(text);
	if (text.len > 0 && (text.data[0] == '"' || text.data[0] == '\'')) {
		if (read_quoted(file, text) < 0)
			return -1;
	} else {
		read_bare(file, text);
	}
	*ret_key = key;
	return 0;
}

/* 1: the line holds an assignment; 0: it is blank or a comment; -1: it is wrong. */
static int read_line(struct envfile *file, struct str text, struct str *ret_key)
{
	buf_reset(&file->value);
	if (text.len > LINE_BYTES_MAX)
		return bad_line(file, "the line is too long: at most 64 KiB");
	if (str_find_char(text, '\0') >= 0) {
		bad_line(file, "NUL byte: this is not a text file");
		file->no_text = true;
		return -1;
	}
	if (!utf8_valid(text))
		return bad_line(file, "is not valid UTF-8");
	text = str_trim(text);
	if (text.len == 0 || text.data[0] == '#')
		return 0;
	return read_assignment(file, text, ret_key) < 0 ? -1 : 1;
}

int envfile_read(const char *name, struct str text,
                 void (*each)(void *arg, int line, struct str key, struct str value), void *arg,
                 struct buf *errors)
{
	struct envfile file = {.name = name, .errors = errors};
	struct str key;

	if (text.len > ENVFILE_BYTES_MAX) {
		problem_add(errors, name, "too large for an env file: at most %d KiB",
		            ENVFILE_BYTES_MAX / 1024);
		return 1;
	}
	buf_init(&file.value, ENVFILE_BYTES_MAX);
	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_skip(text, 3);
	while (text.len > 0 && file.bad_lines < BAD_LINES_MAX && !file.no_text) {
		file.line++;
		if (read_line(&file, str_split(&text, '\n'), &key) > 0)
			each(arg, file.line, key, buf_str(&file.value));
	}
	buf_free(&file.value);
	return file.bad_lines;
}
