/* One line a finding, so that it can be read at a glance and searched by programs. */
#include "daemon/doctor/lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static enum line_mark worst = LINE_OK;

static void print_text(const char *text)
{
	for (; *text != '\0'; text++)
		putchar((unsigned char)*text < ' ' || *text == 0x7f ? ' ' : *text);
}

void lines_add(enum line_mark mark, const char *what, const char *format, ...)
{
	static const char *const marks[] = {"ok   ", "LOOK ", "WRONG"};
	va_list arguments;

	va_start(arguments, format);
	char *text = xvasprintf(format, arguments);
	va_end(arguments);
	printf("%s  %-20s  ", marks[mark], what);
	print_text(text);
	putchar('\n');
	(void)fflush(stdout); /* the next one may take a while */
	free(text);
	if (mark > worst)
		worst = mark;
}

void lines_add_each(enum line_mark mark, const char *what, struct str text)
{
	while (text.len > 0) {
		struct str line = str_split(&text, '\n');

		lines_add(mark, what, STR_FMT, STR_ARG(line));
	}
}

enum line_mark lines_worst(void)
{
	return worst;
}
