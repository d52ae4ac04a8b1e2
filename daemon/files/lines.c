/* Reads lines through a window that slides over the stream and is as wide as the longest line. */
#include "daemon/files/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void lines_init(struct lines *lines, FILE *stream, size_t max)
{
	*lines = (struct lines){.stream = stream, .max = max, .data = xmalloc(max + 1)};
}

void lines_free(struct lines *lines)
{
	free(lines->data);
	lines->data = NULL;
}

static int fill_window(struct lines *lines, struct err *err)
{
	size_t kept = lines->end - lines->start, got;

	memmove(lines->data, lines->data + lines->start, kept);
	lines->start = 0;
	got = fread(lines->data + kept, 1, lines->max + 1 - kept, lines->stream);
	lines->end = kept + got;
	if (got > 0)
		return 0;
	lines->over = true;
	return ferror(lines->stream) ? err_set(err, "%s", strerror(errno)) : 0;
}

int lines_next(struct lines *lines, struct str *line, bool *whole, struct err *err)
{
	for (;;) {
		struct str held = str_make(lines->data + lines->start, lines->end - lines->start);
		ptrdiff_t end = str_find_char(held, '\n');

		if (end < 0 && !lines->over && held.len <= lines->max) {
			if (fill_window(lines, err) < 0)
				return -1;
			continue;
		}
		if (end < 0 && held.len == 0)
			return 0;
		lines->number++;
		if (end < 0 && held.len > lines->max)
			return err_set(err, "line %llu: longer than %zu bytes",
			               (unsigned long long)lines->number, lines->max);
		*whole = end >= 0;
		*line = str_make(held.data, end >= 0 ? (size_t)end : held.len);
		lines->start += line->len + (*whole ? 1 : 0);
		return 1;
	}
}
