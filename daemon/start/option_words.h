/* What is wrong with a word of the command line, for both programs. */
#ifndef DAEMON_START_OPTION_WORDS_H
#define DAEMON_START_OPTION_WORDS_H

#include "base/base.h"

/* The code of an option with a long name only is this or more, and so never a letter: what getopt
 * leaves in optopt tells then which kind of option is meant. */
#define OPTION_LONG 256

/* `code`: what getopt_long returned, ':' or '?', called with opterr = 0 and ':' before the letters.
 * Always -1. */
int option_words_refuse(char *const *argv, int code, struct err *err);

#endif
