/* What a command line is made of, a row for each command and each option. The usage that --help
 * prints and the completions of the shells (packaging/completions/) are made from such rows:
 * cli.def has those of ai-ticketd, daemon/ctl/usage.def those of ai-ticketctl. */
#ifndef DAEMON_START_USAGE_ROW_H
#define DAEMON_START_USAGE_ROW_H

#include "base/base.h"

/* Where the usage shows it. */
enum usage_place {
	USAGE_COMMANDS, /* among the commands; an option: below the command that takes it */
	USAGE_OPTIONS,  /* in the list of options at the end */
	USAGE_WITHIN    /* only in the words of the commands that take it */
};

/* Of the control characters texts have "\n" only, which begins a new line of the usage. */
struct usage_row {
	/* the word of a command, or the long name of an option without its hyphens; "" = it has
	 * only a letter */
	const char *name;
	/* NULL: this is a command. Of an option: the commands that take it, separated by blanks;
	 * "*" = all, and it may stand without one; "" = only without a command */
	const char *commands;
	char letter;       /* 'h' of -h; 0 = none */
	const char *value; /* what is shown for its value or its arguments: "FILE"; "" = none */
	/* what can stand there: words separated by '|'; "/" = the name of a file; "=log.level" =
	 * the words of that option of the configuration; "" = nothing that could be guessed */
	const char *suggest;
	enum usage_place place;
	const char *brief; /* what it is for, as completions show it */
	const char *more;  /* what follows that in the usage */
};

/* Prints the command or the option as it is typed, and from the column on what it is for, to
 * standard output. */
void usage_row_print(const struct usage_row *row, int column);

#endif
