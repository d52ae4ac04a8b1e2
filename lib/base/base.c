/* Allocation that cannot fail, and ending the process when it cannot go on. */
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FATAL_LINE_SIZE 512

static fatal_handler current_handler;

void fatal_set_handler(fatal_handler handler)
{
	current_handler = handler;
}

/* Writes the message as one line, so control bytes become blanks. stderr is not buffered. */
NORETURN static void abort_with(char *message)
{
	size_t len = strlen(message);
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)message[i] < ' ')
			message[i] = ' ';
	message[len++] = '\n';
	fwrite(message, 1, len, stderr);
	abort();
}

void fatal(const char *format, ...)
{
	char message[FATAL_LINE_SIZE];
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);

	/* Removed before it runs: if the handler itself fails, the default ends the process. */
	fatal_handler handler = current_handler;
	current_handler = NULL;
	if (handler)
		handler(message);
	abort_with(message);
}

void *xmalloc(size_t size)
{
	void *memory = malloc(size ? size : 1);
	if (!memory)
		fatal("out of memory: %zu bytes wanted", size);
	return memory;
}

void *xcalloc(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size ? size : 1);
	if (!memory)
		fatal("out of memory: %zu times %zu bytes wanted", count, size);
	return memory;
}

void *xrealloc(void *old, size_t size)
{
	void *memory = realloc(old, size ? size : 1);
	if (!memory)
		fatal("out of memory: %zu bytes wanted", size);
	return memory;
}

char *xstrdup(const char *text)
{
	return text ? xmemdup0(text, strlen(text)) : NULL;
}

char *xmemdup0(const void *data, size_t size)
{
	if (size == SIZE_MAX)
		fatal("out of memory: %zu bytes wanted", size);
	char *copy = xmalloc(size + 1);
	if (size)
		memcpy(copy, data, size);
	copy[size] = '\0';
	return copy;
}

char *xvasprintf(const char *format, va_list args)
{
	char *text = NULL;
	if (vasprintf(&text, format, args) < 0)
		fatal("out of memory, or a text that cannot be formatted");
	return text;
}

char *xasprintf(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = xvasprintf(format, args);
	va_end(args);
	return text;
}
