/* Prints rows of a usage in two columns. */
#include "daemon/start/usage_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *compose_left(const struct usage_row *row)
{
	const char *blank = row->value[0] != '\0' ? " " : "";

	if (row->commands == NULL)
		return xasprintf("  %s%s%s", row->name, blank, row->value);
	if (row->letter == 0)
		return xasprintf("      --%s%s%s", row->name, blank, row->value);
	if (row->name[0] == '\0')
		return xasprintf("  -%c%s%s", row->letter, blank, row->value);
	return xasprintf("  -%c, --%s%s%s", row->letter, row->name, blank, row->value);
}

/* Each further line begins at the column. */
static void print_lines(const char *text, int column)
{
	for (const char *at = text; *at != '\0'; at++) {
		putchar(*at);
		if (*at == '\n')
			printf("%*s", column, "");
	}
}

void usage_row_print(const struct usage_row *row, int column)
{
	char *left = compose_left(row);

	if (strlen(left) < (size_t)column)
		printf("%-*s", column, left);
	else
		printf("%s\n%*s", left, column, "");
	print_lines(row->brief, column);
	print_lines(row->more, column);
	putchar('\n');
	free(left);
}
