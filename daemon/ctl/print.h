/* Words for a terminal. What came from outside may hold bytes that move the cursor, ring bells or
 * turn the writing direction: they are shown, not obeyed. */
#ifndef DAEMON_CTL_PRINT_H
#define DAEMON_CTL_PRINT_H

#include "base/json.h"

/* Control characters, bidirectional ones and what is no UTF-8 become \xNN or \u{NNNN}. */
void print_add_text(struct buf *out, struct str text);
/* A JSON scalar as a person would write it, the unit taken from the end of its name (_ms, _bytes,
 * _wall); arrays of scalars with commas between them. */
void print_add_value(struct buf *out, struct str name, const json_t *value);
/* The name in words: "root_cause" as "root cause", and without the unit when the value is shown
 * with one. */
void print_add_name(struct buf *out, struct str name, const json_t *value);
void print_add_span(struct buf *out, int64_t ms); /* "3.2 s" */
void print_add_wall(struct buf *out, int64_t ms); /* "2025-11-05 22:33:01 UTC" */
/* Rows of two columns, the first as wide as its longest entry. */
struct table {
	struct table_row *rows;
	size_t count, cap;
};
/* both owned by the table from now on */
void table_add(struct table *table, char *name, char *value);
void table_print(const struct table *table, struct buf *out);
void table_free(struct table *table);

#endif
