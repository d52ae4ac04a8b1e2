/* Quotes cells. */
#include "daemon/ctl/csv.h"

#include <string.h>

static bool begins_like_formula(struct str text)
{
	return text.len > 0 && memchr("=+-@\t\r\n", text.data[0], 7) != NULL;
}

static bool needs_quotes(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (memchr(",\"\r\n", text.data[i], 4) != NULL)
			return true;
	return text.len > 0 && (text.data[0] == ' ' || text.data[text.len - 1] == ' ');
}

void csv_add_plain(struct buf *out, bool first, const char *text)
{
	if (!first)
		buf_putc(out, ',');
	buf_puts(out, text);
}

void csv_add_text(struct buf *out, bool first, struct str text)
{
	bool quoted = needs_quotes(text);

	csv_add_plain(out, first, quoted ? "\"" : "");
	if (begins_like_formula(text))
		buf_putc(out, '\'');
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '"')
			buf_putc(out, '"');
		buf_putc(out, text.data[i]);
	}
	if (quoted)
		buf_putc(out, '"');
}

void csv_end_row(struct buf *out)
{
	buf_puts(out, "\r\n");
}
