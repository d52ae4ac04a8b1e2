/* Option values: from text to their C type, with all limits checked, and back. Private to
 * lib/config.
 *
 * Reasons never quote the value, which may be a secret in the wrong place; they say what would be
 * correct. */
#ifndef CONFIG_VALUE_H
#define CONFIG_VALUE_H

#include "config/table.h"

union value {
	char *text; /* STRING PATH SECRET TAG LIST; owned */
	bool boolean;
	int64_t number; /* INT DURATION SIZE */
	double real;
	int word;
};

/* Parses a value; blanks around the text are ignored. 0, or -1 with the reason. A text in *ret is
 * then owned by the caller, until value_store() or value_discard(). */
int value_parse(const struct option *option, struct str text, union value *ret,
                struct err *err) MUST_CHECK;
/* Frees the value; a secret is wiped. */
void value_discard(const struct option *option, union value *value);
/* Moves the value into the configuration; the old one is discarded. */
void value_store(struct config *config, const struct option *option, union value value);
bool value_same(const struct config *a, const struct config *b, const struct option *option);
void value_copy(struct config *to, const struct config *from, const struct option *option);
/* Writes the value as in a file, quoted where needed. */
void value_write(const struct config *config, const struct option *option, struct buf *out);
/* Writes a text in double quotes, with the escapes that a file needs. */
void value_write_quoted(struct buf *out, struct str text);
bool value_is_text(const struct option *option);
/* The text of a text option; the empty slice when not set. */
struct str value_text(const struct config *config, const struct option *option);
/* The first of the synonyms of word number `index`. */
struct str value_word(const struct option *option, int index);

#endif
