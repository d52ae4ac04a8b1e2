/* A command line of aitd_simulate as data: a campaign writes one for the weather of a seed, the
 * shrinker makes it shorter, and whoever reads it runs the same thing again. */
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

/* `format` NULL: an option without a value. What does not fit ends the program. */
void words_add(struct words *words, const char *name, const char *format, ...) PRINTF_LIKE(3, 4);
bool words_room(const struct words *words, const char *value); /* it fits */
void words_remove(struct words *words, size_t index);
/* to stdout, with a blank before each, without a line's end */
void words_print(const struct words *words);

#endif
