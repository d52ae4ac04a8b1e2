/* Completions of the shells for ai-ticketd and ai-ticketctl, made from the tables of their command
 * lines (daemon/start/usage_row.h). Each shell has a file, which prints its script to standard
 * output. */
#ifndef PACKAGING_COMPLETIONS_H
#define PACKAGING_COMPLETIONS_H

#include "daemon/start/usage_row.h"

struct completions {
	const char *program;
	const struct usage_row *rows;
	size_t count;
	bool needs_command; /* it does nothing without one */
};

/* The tables of the program of this name; NULL: there are none. */
const struct completions *completions_of(const char *program);
/* Prints the program's name as an identifier: ai_ticketctl. */
void completions_put_identifier(const struct completions *of);

void completions_bash(const struct completions *of);
void completions_fish(const struct completions *of);
void completions_zsh(const struct completions *of);

bool completions_is_command(const struct usage_row *row);
bool completions_takes_value(const struct usage_row *row);
bool completions_is_file(const struct usage_row *row);
/* Whether the command takes the option; NULL: whether it may stand before any command. */
bool completions_is_taken(const struct usage_row *option, const char *command);
/* Prints the words that can stand for the value or the argument, with `between` between them;
 * nothing if there are none. */
void completions_put_words(const struct usage_row *row, const char *between);
/* Prints the spellings of an option, "-h" and "--help", with `between` between them. */
void completions_put_spellings(const struct usage_row *row, const char *between);
/* Prints the text in one line, each character of `special` behind `escape`. An apostrophe becomes
 * a typographic one, so that the text can stand in single quotes. */
void completions_put_text(const char *text, const char *special, const char *escape);

#endif
