/* The usage of ai-ticketctl, printed from its table; docs/ai-ticketctl.8.scd explains it at
 * length. */
#include "daemon/ctl/usage.h"

#include <stdio.h>
#include <string.h>

#include "daemon/start/usage_row.h"

#define COMMAND_COLUMN 18
#define LISTED_COLUMN 22

static const struct usage_row rows[] = {
#define CTL_COMMAND(name, value, suggest, brief, more)                                             \
	{name, NULL, 0, value, suggest, USAGE_COMMANDS, brief, more},
#define CTL_OPTION(commands, letter, name, value, suggest, place, brief)                           \
	{name, commands, letter, value, suggest, USAGE_##place, brief, ""},
#include "daemon/ctl/usage.def"
};

static void print_rows(enum usage_place place, int column)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].place == place)
			usage_row_print(&rows[i], column);
}

void usage_print(void)
{
	fputs("ai-ticketctl: shows the state of the running ai-ticketd and controls it.\n"
	      "\n"
	      "usage: ai-ticketctl [--socket PATH] [--json] COMMAND\n"
	      "\n",
	      stdout);
	print_rows(USAGE_COMMANDS, COMMAND_COLUMN);
	putchar('\n');
	print_rows(USAGE_OPTIONS, LISTED_COLUMN);
	fputs("\n"
	      "exit status: 0 done or healthy, 1 refused, not done, or degraded, 2 unhealthy, 3 no "
	      "answer or\n"
	      "wrong usage; of history and undo: 0 all, 1 some could not, 2 wrong usage, 3 no "
	      "answer, 4 nothing to do\n",
	      stdout);
}

bool usage_takes_value(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct usage_row *row = &rows[i];

		if (row->commands == NULL || row->value[0] == '\0' || word[0] != '-')
			continue;
		if (row->letter != 0 && word[1] == row->letter && word[2] == '\0')
			return true;
		if (row->name[0] != '\0' && word[1] == '-' && strcmp(word + 2, row->name) == 0)
			return true;
	}
	return false;
}
