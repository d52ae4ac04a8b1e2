/* The tables of both programs, and what all shells read of them. */
#include <stdio.h>
#include <string.h>

#include "packaging/completions/completions.h"

static const struct usage_row daemon_rows[] = {
#define CLI_COMMAND(name, brief) {name, NULL, 0, "", "", USAGE_COMMANDS, brief, ""},
#define CLI_OPTION(code, letter, name, value, suggest, brief, more)                                \
	{name, "*", letter, value, suggest, USAGE_OPTIONS, brief, more},
#include "daemon/start/cli.def"
};

static const struct usage_row ctl_rows[] = {
#define CTL_COMMAND(name, value, suggest, brief, more)                                             \
	{name, NULL, 0, value, suggest, USAGE_COMMANDS, brief, more},
#define CTL_OPTION(commands, letter, name, value, suggest, place, brief)                           \
	{name, commands, letter, value, suggest, USAGE_##place, brief, ""},
#include "daemon/ctl/usage.def"
};

static const struct completions programs[] = {
        {"ai-ticketd", daemon_rows, ARRAY_LEN(daemon_rows), false},
        {"ai-ticketctl", ctl_rows, ARRAY_LEN(ctl_rows), true}};

const struct completions *completions_of(const char *program)
{
	for (size_t i = 0; i < ARRAY_LEN(programs); i++)
		if (strcmp(programs[i].program, program) == 0)
			return &programs[i];
	return NULL;
}

void completions_put_identifier(const struct completions *of)
{
	for (const char *at = of->program; *at != '\0'; at++)
		putchar(*at == '-' ? '_' : *at);
}

bool completions_is_command(const struct usage_row *row)
{
	return row->commands == NULL;
}

bool completions_takes_value(const struct usage_row *row)
{
	return row->value[0] != '\0';
}

bool completions_is_file(const struct usage_row *row)
{
	return strcmp(row->suggest, "/") == 0;
}

bool completions_is_taken(const struct usage_row *option, const char *command)
{
	if (strcmp(option->commands, "*") == 0)
		return true;
	if (command == NULL)
		return option->commands[0] == '\0';
	size_t len = strlen(command);
	for (const char *at = option->commands; (at = strstr(at, command)) != NULL; at += len)
		if ((at == option->commands || at[-1] == ' ') &&
		    (at[len] == ' ' || at[len] == '\0'))
			return true;
	return false;
}

/* The words of an option of the configuration that is an ENUM; synonyms follow their word. */
static const char *words_of_option(const char *dotted)
{
	static const struct {
		const char *name, *words;
	} options[] = {
#define OPTION(section, name, type, preset, min, max, flags, env, words, help)                     \
	{#section "." #name, words},
#include "config/options.def"
	};

	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (strcmp(options[i].name, dotted) == 0 && options[i].words != NULL)
			return options[i].words;
	fatal("completions: %s is no option of the configuration that has words", dotted);
}

void completions_put_words(const struct usage_row *row, const char *between)
{
	const char *words = row->suggest[0] == '='     ? words_of_option(row->suggest + 1)
	                    : completions_is_file(row) ? ""
	                                               : row->suggest;

	for (const char *at = words; *at != '\0'; at++) {
		if (*at == ',')
			at += strcspn(at, "|") - 1;
		else if (*at == '|')
			fputs(between, stdout);
		else
			putchar(*at);
	}
}

void completions_put_spellings(const struct usage_row *row, const char *between)
{
	bool both = row->letter != 0 && row->name[0] != '\0';

	if (row->letter != 0)
		printf("-%c", row->letter);
	if (row->name[0] != '\0')
		printf("%s--%s", both ? between : "", row->name);
}

void completions_put_text(const char *text, const char *special, const char *escape)
{
	for (const char *at = text; *at != '\0'; at++) {
		if (strchr(special, *at) != NULL)
			fputs(escape, stdout);
		if (*at == '\'')
			fputs("’", stdout);
		else
			putchar(*at == '\n' ? ' ' : *at);
	}
}
