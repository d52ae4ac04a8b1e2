/* Measures all cells, then writes them. Widths are in characters. */
#include "daemon/ctl/columns.h"

#include <stdlib.h>

void columns_init(struct columns *columns, size_t count)
{
	ENSURE(count > 0 && count <= COLUMNS_MAX);
	*columns = (struct columns){.count = count};
}

void columns_add(struct columns *columns, char *text)
{
	if (columns->used == columns->cap) {
		columns->cap = columns->cap > 0 ? 2 * columns->cap : 64;
		columns->cells = xrealloc(columns->cells, columns->cap * sizeof(*columns->cells));
	}
	columns->cells[columns->used++] = text;
}

static void add_blanks(struct buf *out, size_t count)
{
	while (count-- > 0)
		buf_putc(out, ' ');
}

void columns_print(const struct columns *columns, struct buf *out)
{
	size_t widths[COLUMNS_MAX] = {0};

	for (size_t i = 0; i < columns->used; i++) {
		size_t chars = utf8_chars(str_of(columns->cells[i]));

		if (chars > widths[i % columns->count])
			widths[i % columns->count] = chars;
	}
	for (size_t i = 0; i < columns->used; i++) {
		size_t column = i % columns->count;
		size_t room = widths[column] - utf8_chars(str_of(columns->cells[i]));

		if (column > 0)
			add_blanks(out, room + 2);
		buf_puts(out, columns->cells[i]);
		if (column == 0)
			add_blanks(out, room);
		if (column + 1 == columns->count)
			buf_putc(out, '\n');
	}
}

void columns_free(struct columns *columns)
{
	for (size_t i = 0; i < columns->used; i++)
		free(columns->cells[i]);
	free(columns->cells);
	*columns = (struct columns){.count = columns->count};
}
