/* The strict syntax check before libconfuse. Private to lib/config.
 *
 * libconfuse was made for files that can be trusted: it replaces ${VAR} from the environment, drops
 * characters it does not know, accepts a file that ends inside a section, counts every comment as
 * two lines, takes names in quotes (`"=" = x` makes it loop for ever) and writes what no rule of
 * its scanner matches to stdout. So the text is checked first, against the grammar below, and only
 * what is correct and wanted is copied for it, with every token on its own line number.
 *
 *     file    = { section | option | comment }
 *     section = name "{" { option | comment } "}"
 *     option  = name "=" value                    one a line
 *     name    = 1 to 64 of A-Z a-z 0-9 _ -
 *     value   = word of A-Z a-z 0-9 _ - . : / @ % [ ]
 *             | "text", with the escapes \" \\ \$, in one line, without control characters
 *             | 'text', without escapes
 *     comment = "#" to the end of the line */
#ifndef CONFIG_SYNTAX_H
#define CONFIG_SYNTAX_H

#include "base/buf.h"

struct syntax_event {
	int line;
	bool heads_section; /* true for "section {", false for "name =" */
	struct str section; /* the option's section; empty outside any section */
	struct str name;
};

/* Checks a text. Every wrong line is reported to `errors` ("file:line: reason") and left out.
 * `wanted` is called for sections and options in their order; those for which it returns false are
 * left out, a section with all its options. It is called only for options of wanted sections and
 * for those outside any section. The rest is written to `clean`. */
void syntax_check(const char *file, struct str text,
                  bool (*wanted)(void *arg, const struct syntax_event *event), void *arg,
                  struct buf *clean, struct buf *errors);

#endif
