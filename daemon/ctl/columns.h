/* A table for a terminal whose columns are as wide as what they hold. */
#ifndef DAEMON_CTL_COLUMNS_H
#define DAEMON_CTL_COLUMNS_H

#include "base/buf.h"

#define COLUMNS_MAX 16

struct columns {
	size_t count;     /* of columns */
	char **cells;     /* row after row */
	size_t used, cap; /* cells */
};

void columns_init(struct columns *columns, size_t count);
/* The text belongs to the table from now on; rows fill from the left. */
void columns_add(struct columns *columns, char *text);
/* Appends the table: the first column from the left, the others from the right. */
void columns_print(const struct columns *columns, struct buf *out);
void columns_free(struct columns *columns);

#endif
