/* Makes text inert in two passes. The first makes one clean line, so that the second, which escapes
 * what would have an effect, sees the same neighbours as the reader of the comment. */
#include "ticket/inert.h"

#define ZERO_WIDTH_SPACE "\xE2\x80\x8B"

/* True for characters that end a line or change the direction of text. */
static bool breaks_line(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || c == 0x061C ||
	       c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
	       (c >= 0x2066 && c <= 0x2069);
}

static void flatten_lines(struct buf *line, struct str text)
{
	bool after_blank = true;
	for (size_t bytes; text.len > 0; text = str_skip(text, bytes)) {
		uint32_t c = utf8_decode(text, &bytes);
		char encoded[4];

		if (c >= 0x20 && c < 0x7F)
			buf_putc(line, (char)c);
		else if (!breaks_line(c))
			buf_add(line, encoded, utf8_encode(c, encoded));
		else if (!after_blank)
			buf_putc(line, ' ');
		after_blank = c == ' ' || breaks_line(c);
	}
}

struct escaper {
	struct buf *out;
	struct str text;
	size_t at;
	size_t host_end; /* dots before this offset belong to the host of an address */
};

/* The byte at `at`; a blank beyond the end. */
static char char_at(const struct escaper *e, size_t at)
{
	return at < e->text.len ? e->text.data[at] : ' ';
}

static char char_before(const struct escaper *e)
{
	return e->at > 0 ? e->text.data[e->at - 1] : ' ';
}

static bool is_host_char(char c)
{
	return ascii_is_alnum(c) || (unsigned char)c >= 0x80;
}

static void begin_host(struct escaper *e)
{
	size_t end = e->at;
	while (end < e->text.len && str_find_char(STR(" /?#<>\""), e->text.data[end]) < 0)
		end++;
	e->host_end = end;
}

/* Writes `instead` in place of the next `bytes` bytes. */
static void write_instead(struct escaper *e, size_t bytes, const char *instead)
{
	buf_puts(e->out, instead);
	e->at += bytes;
}

/* When an address begins here, writes it so that no reader makes a link of it. False: nothing was
 * written. */
static bool put_address(struct escaper *e)
{
	struct str rest = str_skip(e->text, e->at);

	if (ascii_is_alpha(char_before(e)))
		return false;
	if (str_istarts(rest, STR("http://"))) {
		write_instead(e, 7, "hxxp://");
		begin_host(e);
		return true;
	}
	if (str_istarts(rest, STR("https://"))) {
		write_instead(e, 8, "hxxps://");
		begin_host(e);
		return true;
	}
	char after_colon = char_at(e, e->at + 7);
	if (str_istarts(rest, STR("mailto:")) && after_colon != ' ' &&
	    after_colon != '(') { /* not "[:](" */
		write_instead(e, 7, "mailto[:]");
		return true;
	}
	if (str_istarts(rest, STR("www.")))
		begin_host(e);
	return false;
}

/* True for "](", also with blanks between, which some readers of Markdown allow: it makes a link or
 * an image of brackets. */
static bool closes_link_text(const struct escaper *e)
{
	size_t at = e->at + 1;
	while (at < e->text.len && e->text.data[at] == ' ')
		at++;
	return char_at(e, at) == '(';
}

static bool opens_link_target(const struct escaper *e)
{
	size_t at = e->at;
	while (at > 0 && e->text.data[at - 1] == ' ')
		at--;
	return at > 0 && e->text.data[at - 1] == ']';
}

/* True for an entity, such as "&lt;" or "&#123;", which would be read as the character it names. */
static bool starts_entity(const struct escaper *e)
{
	size_t at = e->at + 1;
	if (char_at(e, at) == '#')
		at++;
	size_t name = at;
	while (ascii_is_alnum(char_at(e, at)) && at - name < 32)
		at++;
	return at > name && char_at(e, at) == ';';
}

/* True when a backslash is needed before it. */
static bool is_markdown(const struct escaper *e, char c)
{
	char before = char_before(e), after = char_at(e, e->at + 1);

	switch (c) {
	case '\\':
	case '`': return true;
	case '*':
	case '_': return before != ' ' || after != ' ';
	/* strike-through needs a closing "~"; "~5 minutes" has none */
	case '~': return before != ' ';
	case '[': return before == '!';
	case ']': return closes_link_text(e);
	case '(': return opens_link_target(e);
	default: return false;
	}
}

static const char *replacement_for(const struct escaper *e, char c, size_t *ret_bytes)
{
	char after = char_at(e, e->at + 1);

	*ret_bytes = 1;
	switch (c) {
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '&': return starts_entity(e) ? "&amp;" : NULL;
	case '{': return after == '{' || after == '%' ? "{" ZERO_WIDTH_SPACE : NULL;
	case '.': return e->at < e->host_end && is_host_char(after) ? "[.]" : NULL;
	case ':':
		*ret_bytes = 3;
		return after == '/' && char_at(e, e->at + 2) == '/' ? "[:]//" : NULL;
	default: return NULL;
	}
}

static void put_char(struct escaper *e)
{
	char c = e->text.data[e->at];
	size_t bytes;
	const char *instead = replacement_for(e, c, &bytes);

	if (instead) {
		write_instead(e, bytes, instead);
		if (c == ':')
			begin_host(e);
		return;
	}
	if (is_markdown(e, c))
		buf_putc(e->out, '\\');
	buf_putc(e->out, c);
	e->at++;
}

void inert_add(struct buf *out, struct str text, size_t chars_max)
{
	struct buf line;
	buf_init(&line, SIZE_MAX);
	flatten_lines(&line, utf8_cut_chars(str_trim(text), chars_max));

	struct escaper e = {.out = out, .text = str_trim(buf_str(&line))};
	while (e.at < e.text.len)
		if (!put_address(&e))
			put_char(&e);
	buf_free(&line);
}
