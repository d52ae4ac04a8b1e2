/* Option values: from text to their C type with all bounds checked, and back. Private to
 * lib/config.
 *
 * Reasons never quote the value: it may be a secret in the wrong place. They say what would be
 * right. */
#ifndef CONFIG_VALUE_H
#define CONFIG_VALUE_H

#include "config/table.h"

union value {
	char *text; /* STRING SECRET TAG LIST; owned */
	bool boolean;
	int64_t number; /* INT DURATION SIZE */
	double real;
	int word;
};

/* Blanks around the text do not count. 0, or -1 with the reason. */
int value_parse(const struct option *option, struct str text, union value *ret,
                struct err *err) MUST_CHECK;
void value_discard(const struct option *option, union value *value); /* secrets are wiped */
/* Moves the value into the configuration; the old one is discarded. */
void value_store(struct config *config, const struct option *option, union value value);
bool value_same(const struct config *a, const struct config *b, const struct option *option);
void value_copy(struct config *to, const struct config *from, const struct option *option);
/* As it would be written in a file, quoted where needed. */
void value_write(const struct config *config, const struct option *option, struct buf *out);
/* A text in double quotes with the escapes that a file needs. */
void value_write_quoted(struct buf *out, struct str text);
bool value_is_text(const struct option *option);
/* The text of a text option; the empty slice when not set. */
struct str value_text(const struct config *config, const struct option *option);
/* The first of the synonyms of word number `index`. */
struct str value_word(const struct option *option, int index);

#endif
