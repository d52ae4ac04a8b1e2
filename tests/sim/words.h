/* A command line of aitd_simulate as data: a campaign writes one for the weather of a seed, the
 * shrinker shortens it, and a person who passes it to aitd_simulate repeats the run. */
#ifndef SIM_WORDS_H
#define SIM_WORDS_H

#include "base/base.h"

#define WORDS_MAX 96

struct word {
	char name[24];
	char value[128]; /* empty: the option has none */
};

struct words {
	struct word items[WORDS_MAX];
	size_t count;
};

/* Adds an option; `format` NULL: without a value. Ends the program when it does not fit. */
void words_add(struct words *words, const char *name, const char *format, ...) PRINTF_LIKE(3, 4);
bool words_room(const struct words *words, const char *value); /* whether it fits */
void words_remove(struct words *words, size_t index);
/* prints to stdout, with a blank before each word and no newline */
void words_print(const struct words *words);

#endif
