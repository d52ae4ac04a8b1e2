/* Messages about a configuration. Each is one line, even if the names in it hold control
 * characters. */
#include "config/notes.h"

#include <stdarg.h>
#include <stdio.h>

#define WHERE_BYTES_MAX 500

void config_problems_init(struct config_problems *problems)
{
	buf_init(&problems->errors, 256 * 1024);
	buf_init(&problems->warnings, 256 * 1024);
}

void config_problems_free(struct config_problems *problems)
{
	buf_free(&problems->errors);
	buf_free(&problems->warnings);
}

/* Appends text with control characters replaced: file names come from outside too. */
static void add_one_line(struct buf *lines, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		buf_putc(lines, byte < ' ' || byte == 0x7f ? '?' : text.data[i]);
	}
}

static void PRINTF_LIKE(3, 0)
        add_problem(struct buf *lines, const char *where, const char *format, va_list arguments)
{
	char reason[512];

	vsnprintf(reason, sizeof(reason), format, arguments);
	add_one_line(lines, utf8_cut(str_of(where), WHERE_BYTES_MAX));
	buf_puts(lines, ": ");
	add_one_line(lines, str_of(reason));
	buf_putc(lines, '\n');
}

void problem_add(struct buf *lines, const char *where, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_problem(lines, where, format, arguments);
	va_end(arguments);
}

void problem_with(struct config_problems *problems, const struct config *config,
                  enum option_index index, const char *format, ...)
{
	const char *known = config->notes->of[index].where;
	va_list arguments;

	va_start(arguments, format);
	add_problem(&problems->errors, known ? known : options[index].dotted, format, arguments);
	va_end(arguments);
}
