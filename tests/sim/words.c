/* A command line as data: see words.h. */
#include "words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void words_add(struct words *words, const char *name, const char *format, ...)
{
	struct word *word = &words->items[words->count];
	va_list args;
	int length = 0;
	ENSURE(words->count < WORDS_MAX && strlen(name) < sizeof(word->name));
	snprintf(word->name, sizeof(word->name), "%s", name);
	word->value[0] = '\0';
	va_start(args, format);
	if (format)
		length = vsnprintf(word->value, sizeof(word->value), format, args);
	va_end(args);
	ENSURE(length >= 0 && (size_t)length < sizeof(word->value));
	words->count++;
}

bool words_room(const struct words *words, const char *value)
{
	return words->count + 1 < WORDS_MAX && strlen(value) < sizeof(words->items[0].value);
}

void words_remove(struct words *words, size_t index)
{
	ENSURE(index < words->count);
	words->count--;
	memmove(&words->items[index], &words->items[index + 1],
	        (words->count - index) * sizeof(words->items[0]));
}

void words_print(const struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		printf(" %s%s%s", words->items[i].name, words->items[i].value[0] ? " " : "",
		       words->items[i].value);
}
