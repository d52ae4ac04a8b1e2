/* The gate before libconfuse. Private to lib/config.
 *
 * libconfuse was made for files by friends: it replaces ${VAR} from the environment, drops
 * characters it does not know, accepts a file that ends inside a section, counts every comment as
 * two lines, takes names in quotes (`"=" = x` keeps it busy for ever) and writes what no rule of
 * its scanner matches to stdout. So the text is checked first, against the grammar below, and only
 * what is flawless and wanted is copied for it, every token on its own line number.
 *
 *     file    = { section | comment }
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
	bool heads_section; /* "section {", else "name =" */
	struct str section; /* of an option; empty when it stands outside any section */
	struct str name;
};

/* Every wrong line is reported to `errors` ("file:line: reason") and left out. `wanted` is told of
 * sections and options in their order; those it returns false for are left out, with a section all
 * its options. Only options of wanted sections, and those outside any, are told. `clean` gets the
 * rest. */
void syntax_check(const char *file, struct str text,
                  bool (*wanted)(void *arg, const struct syntax_event *event), void *arg,
                  struct buf *clean, struct buf *errors);

#endif
