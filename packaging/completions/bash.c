/* Completion for bash. It needs nothing of the package bash-completion, so that a test can call
 * its function in a bare shell. */
#include <stdio.h>

#include "packaging/completions/completions.h"

static const char head[] =
        "()\n"
        "{\n"
        "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
        "\tlocal command=\"\" words=\"\" i\n"
        "\n"
        "\t# --option=value comes as three words.\n"
        "\tif [[ $cur == \"=\" ]]; then\n"
        "\t\tcur=\"\"\n"
        "\telif [[ $prev == \"=\" ]]; then\n"
        "\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n"
        "\tfi\n"
        "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
        "\t\tcase ${COMP_WORDS[i]} in\n";
static const char after_value[] = ")\n"
                                  "\t\t\t[[ ${COMP_WORDS[i + 1]} != \"=\" ]] || i=$((i + 1))\n"
                                  "\t\t\ti=$((i + 1))\n"
                                  "\t\t\t;;\n"
                                  "\t\t-* | =) ;;\n"
                                  "\t\t*)\n"
                                  "\t\t\tcommand=${COMP_WORDS[i]}\n"
                                  "\t\t\tbreak\n"
                                  "\t\t\t;;\n"
                                  "\t\tesac\n"
                                  "\tdone\n"
                                  "\tcase $prev in\n";
static const char tail[] = "\t\tesac\n"
                           "\t\t;;\n"
                           "\tesac\n"
                           "\tif [[ $words == / ]]; then\n"
                           "\t\tcompopt -o filenames 2>/dev/null\n"
                           "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
                           "\telse\n"
                           "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
                           "\tfi\n"
                           "}\n";

/* The pattern of all options that have a value. */
static void put_options_with_value(const struct completions *of)
{
	const char *between = "\t\t";

	for (size_t i = 0; i < of->count; i++) {
		const struct usage_row *row = &of->rows[i];

		if (completions_is_command(row) || !completions_takes_value(row))
			continue;
		fputs(between, stdout);
		completions_put_spellings(row, " | ");
		between = " | ";
	}
}

/* What can stand there: `words`, or nothing. */
static void put_choice(const struct usage_row *row)
{
	fputs(") words=\"", stdout);
	if (completions_is_file(row))
		putchar('/');
	completions_put_words(row, " ");
	fputs("\" ;;\n", stdout);
}

static void put_values(const struct completions *of)
{
	for (size_t i = 0; i < of->count; i++) {
		const struct usage_row *row = &of->rows[i];

		if (completions_is_command(row) || !completions_takes_value(row))
			continue;
		putchar('\t');
		completions_put_spellings(row, " | ");
		put_choice(row);
	}
}

static void put_options_of(const struct completions *of, const char *command)
{
	for (size_t i = 0; i < of->count; i++) {
		const struct usage_row *row = &of->rows[i];

		if (completions_is_command(row) || !completions_is_taken(row, command))
			continue;
		completions_put_spellings(row, " ");
		putchar(' ');
	}
}

static void put_first_words(const struct completions *of)
{
	fputs("\t*)\n\t\tcase $command:$cur in\n\t\t:-*) words=\"", stdout);
	put_options_of(of, NULL);
	fputs("\" ;;\n\t\t:*) words=\"", stdout);
	for (size_t i = 0; i < of->count; i++)
		if (completions_is_command(&of->rows[i]))
			printf("%s ", of->rows[i].name);
	if (!of->needs_command)
		put_options_of(of, NULL);
	fputs("\" ;;\n", stdout);
}

static void put_commands(const struct completions *of)
{
	for (size_t i = 0; i < of->count; i++) {
		const struct usage_row *row = &of->rows[i];

		if (!completions_is_command(row))
			continue;
		printf("\t\t%s:-*) words=\"", row->name);
		put_options_of(of, row->name);
		fputs("\" ;;\n", stdout);
		if (row->suggest[0] == '\0')
			continue;
		printf("\t\t%s:*", row->name);
		put_choice(row);
	}
}

void completions_bash(const struct completions *of)
{
	printf("# Completion of %s for bash, made from the tables of its command line.\n_",
	       of->program);
	completions_put_identifier(of);
	fputs(head, stdout);
	put_options_with_value(of);
	fputs(after_value, stdout);
	put_values(of);
	put_first_words(of);
	put_commands(of);
	fputs(tail, stdout);
	fputs("complete -F _", stdout);
	completions_put_identifier(of);
	printf(" %s\n", of->program);
}
