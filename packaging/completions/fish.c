/* Completion for fish. */
#include <stdio.h>
#include <string.h>

#include "packaging/completions/completions.h"

/* Prints a function's name: that of the program, and what it does. */
static void put_function(const struct completions *of, const char *what)
{
	fputs("__fish_", stdout);
	completions_put_identifier(of);
	printf("_%s", what);
}

/* The function that prints the command of the line, behind options and their values. */
static void put_command_function(const struct completions *of)
{
	fputs("function ", stdout);
	put_function(of, "command");
	fputs("\n"
	      "\tset -l words (commandline -opc)\n"
	      "\tset -l value no\n"
	      "\tfor word in $words[2..-1]\n"
	      "\t\tif test $value = yes\n"
	      "\t\t\tset value no\n"
	      "\t\t\tcontinue\n"
	      "\t\tend\n"
	      "\t\tswitch $word\n"
	      "\t\t\tcase",
	      stdout);
	for (size_t i = 0; i < of->count; i++) {
		const struct usage_row *row = &of->rows[i];

		if (completions_is_command(row) || !completions_takes_value(row))
			continue;
		putchar(' ');
		completions_put_spellings(row, " ");
	}
	fputs("\n"
	      "\t\t\t\tset value yes\n"
	      "\t\t\tcase '-*'\n"
	      "\t\t\tcase '*'\n"
	      "\t\t\t\techo $word\n"
	      "\t\t\t\treturn 0\n"
	      "\t\tend\n"
	      "\tend\n"
	      "\treturn 1\n"
	      "end\n",
	      stdout);
}

/* The function that tells whether the command of the line is one of these. */
static void put_among_function(const struct completions *of)
{
	fputs("function ", stdout);
	put_function(of, "among");
	fputs("\n\tset -l command (", stdout);
	put_function(of, "command");
	fputs(")\n\tand contains -- $command $argv\nend\n", stdout);
}

static void put_begin(const struct completions *of)
{
	printf("complete -c %s", of->program);
}

/* Holds when one of the commands is there; "": none. */
static void put_condition(const struct completions *of, const char *commands)
{
	if (strcmp(commands, "*") == 0)
		return;
	fputs(commands[0] == '\0' ? " -n 'not " : " -n '", stdout);
	put_function(of, commands[0] == '\0' ? "command >/dev/null" : "among ");
	printf("%s'", commands);
}

static void put_description(const struct usage_row *row)
{
	fputs(" -d '", stdout);
	completions_put_text(row->brief, "\\", "\\");
	putchar('\'');
}

/* What can stand for a value or an argument. */
static void put_choice(const struct usage_row *row)
{
	if (completions_is_file(row)) {
		fputs(" -F", stdout);
	} else if (row->suggest[0] != '\0') {
		fputs(" -a '", stdout);
		completions_put_words(row, " ");
		putchar('\'');
	}
}

static void put_command(const struct completions *of, const struct usage_row *row)
{
	put_begin(of);
	put_condition(of, "");
	printf(" -a %s", row->name);
	put_description(row);
	putchar('\n');
	if (row->suggest[0] == '\0')
		return;
	put_begin(of);
	put_condition(of, row->name);
	put_choice(row);
	putchar('\n');
}

static void put_option(const struct completions *of, const struct usage_row *row)
{
	put_begin(of);
	put_condition(of, row->commands);
	if (row->letter != 0)
		printf(" -s %c", row->letter);
	if (row->name[0] != '\0')
		printf(" -l %s", row->name);
	if (completions_takes_value(row)) {
		fputs(completions_is_file(row) ? " -r" : " -x", stdout);
		put_choice(row);
	}
	put_description(row);
	putchar('\n');
}

void completions_fish(const struct completions *of)
{
	printf("# Completion of %s for fish, made from the tables of its command line.\n",
	       of->program);
	put_command_function(of);
	put_among_function(of);
	put_begin(of);
	fputs(" -f\n", stdout);
	for (size_t i = 0; i < of->count; i++)
		if (completions_is_command(&of->rows[i]))
			put_command(of, &of->rows[i]);
		else
			put_option(of, &of->rows[i]);
}
