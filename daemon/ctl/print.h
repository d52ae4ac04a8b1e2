/* Formats values for a terminal. Text from outside may contain bytes that move the cursor, ring
 * the bell or change the writing direction: they are made visible instead of being sent to the
 * terminal. */
#ifndef DAEMON_CTL_PRINT_H
#define DAEMON_CTL_PRINT_H

#include "base/json.h"

/* Appends text; control characters, bidirectional ones and invalid UTF-8 become \xNN or
 * \u{NNNN}. */
void print_add_text(struct buf *out, struct str text);
/* Appends a JSON scalar for a person, with the unit that the end of its name says (_ms, _bytes,
 * _wall); arrays of scalars are separated by commas. */
void print_add_value(struct buf *out, struct str name, const struct json *value);
/* Appends the name in words: "root_cause" as "root cause", without the unit when the value is
 * shown with one. */
void print_add_name(struct buf *out, struct str name, const struct json *value);
void print_add_span(struct buf *out, int64_t ms); /* clock_format_span() */
void print_add_wall(struct buf *out, int64_t ms); /* "2025-11-05 22:33:01 UTC" */
/* A table of two columns, the first as wide as its longest entry. A zeroed struct is an empty
 * table. */
struct table {
	struct table_row *rows;
	size_t count, cap;
};
/* both strings belong to the table from now on */
void table_add(struct table *table, char *name, char *value);
/* Appends the table to `out`. */
void table_print(const struct table *table, struct buf *out);
/* Frees the rows and their strings; the table is empty then. */
void table_free(struct table *table);

#endif
