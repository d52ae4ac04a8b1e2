/* The command line of ai-ticketctl: which commands there are, what each of them takes, and what one
 * call asks for. */
#ifndef DAEMON_CTL_COMMAND_LINE_H
#define DAEMON_CTL_COMMAND_LINE_H

#include "base/base.h"

struct command {
	const char *name;
	const char *path; /* NULL: runs without the daemon */
	bool post;
	bool look; /* only reads state in the daemon's memory */
	bool asks; /* what it does cannot be taken back: a person at a terminal is asked before */
	bool span; /* takes a span of time in place of ids */
	size_t ids_min, ids_max;
	const char *word;       /* the one argument that it takes, and must have; NULL = none */
	const char *path_again; /* with --again; NULL: the option is refused */
};

/* One call. All texts are those of argv or of the environment. */
struct call {
	const struct command *command;
	const char *socket; /* NULL = the default paths */
	const char *key_file;
	bool json;
	bool live, ready;   /* health */
	bool inside, watch; /* status */
	bool again, wait;   /* process */
	bool yes;
	char **ids; /* arguments of the command: ticket ids; for unseal, the file; a span */
	size_t id_count;
};

/* The word of the command line that names the command, behind the options that come before it; NULL
 * when there is none, or help is asked for before it. */
const char *command_line_word(int argc, char **argv);
/* NULL: there is none of that name. */
const struct command *command_find(const char *name);
/* 0; 1 = nothing is left to do (help, version); -1 with a reason. */
int command_line_parse(struct call *call, int argc, char **argv, struct err *err) MUST_CHECK;
/* The number that an argument gives, checked before; 0 if it is none. It is converted because "007"
 * is not valid in JSON. */
uint64_t command_line_id(const char *word);

#endif
