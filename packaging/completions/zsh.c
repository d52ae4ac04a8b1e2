/* Completion for zsh, by its function _arguments. */
#include <stdio.h>

#include "packaging/completions/completions.h"

/* In a specification of _arguments a colon ends a field, and a bracket a description. */
#define SPECIAL ":[]\\"

/* What can stand for a value or an argument, behind its name; a blank: nothing that is known. */
static void put_choice(const struct usage_row *row)
{
	putchar(':');
	completions_put_text(row->value, SPECIAL, "\\");
	putchar(':');
	if (completions_is_file(row)) {
		fputs("_files", stdout);
	} else if (row->suggest[0] != '\0') {
		putchar('(');
		completions_put_words(row, " ");
		putchar(')');
	} else {
		putchar(' ');
	}
}

/* One spelling of an option. */
static void put_spelling(const struct usage_row *row, const char *hyphens, const char *name,
                         const char *join)
{
	printf(" \\\n\t\t\t\t'");
	if (row->letter != 0 && row->name[0] != '\0')
		printf("(-%c --%s)", row->letter, row->name);
	printf("%s%s%s[", hyphens, name, completions_takes_value(row) ? join : "");
	completions_put_text(row->brief, SPECIAL, "\\");
	putchar(']');
	if (completions_takes_value(row))
		put_choice(row);
	putchar('\'');
}

static void put_options_of(const struct completions *of, const char *command)
{
	for (size_t i = 0; i < of->count; i++) {
		const struct usage_row *row = &of->rows[i];
		char letter[] = {row->letter, '\0'};

		if (completions_is_command(row) || !completions_is_taken(row, command))
			continue;
		if (row->letter != 0)
			put_spelling(row, "-", letter, "+");
		if (row->name[0] != '\0')
			put_spelling(row, "--", row->name, "=");
	}
}

static void put_arguments_of(const struct completions *of, const struct usage_row *command)
{
	printf("\t\t%s)\n\t\t\t_arguments", command->name);
	put_options_of(of, command->name);
	if (completions_takes_value(command)) {
		fputs(" \\\n\t\t\t\t'*", stdout);
		put_choice(command);
		putchar('\'');
	}
	fputs(" && status_found=0\n\t\t\t;;\n", stdout);
}

static void put_descriptions(const struct completions *of)
{
	for (size_t i = 0; i < of->count; i++) {
		if (!completions_is_command(&of->rows[i]))
			continue;
		printf("\t\t\t'%s:", of->rows[i].name);
		completions_put_text(of->rows[i].brief, "\\", "\\");
		fputs("'\n", stdout);
	}
}

void completions_zsh(const struct completions *of)
{
	printf("#compdef %s\n# Completion of %s for zsh, made from the tables of its command "
	       "line.\n_",
	       of->program, of->program);
	completions_put_identifier(of);
	fputs("() {\n"
	      "\tlocal context state state_descr line curcontext=$curcontext status_found=1\n"
	      "\tlocal -a commands\n"
	      "\ttypeset -A opt_args\n"
	      "\n"
	      "\t_arguments -C",
	      stdout);
	put_options_of(of, NULL);
	fputs(" \\\n\t\t\t\t'1: :->command' \\\n\t\t\t\t'*:: :->arguments' && status_found=0\n"
	      "\tcase $state in\n"
	      "\tcommand)\n"
	      "\t\tcommands=(\n",
	      stdout);
	put_descriptions(of);
	fputs("\t\t)\n"
	      "\t\t_describe -t commands command commands && status_found=0\n"
	      "\t\t;;\n"
	      "\targuments)\n"
	      "\t\tcase $words[1] in\n",
	      stdout);
	for (size_t i = 0; i < of->count; i++)
		if (completions_is_command(&of->rows[i]))
			put_arguments_of(of, &of->rows[i]);
	fputs("\t\tesac\n"
	      "\t\t;;\n"
	      "\tesac\n"
	      "\treturn status_found\n"
	      "}\n_",
	      stdout);
	completions_put_identifier(of);
	fputs(" \"$@\"\n", stdout);
}
