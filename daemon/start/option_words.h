/* Error messages for words of the command line that getopt_long rejects; used by both programs. */
#ifndef DAEMON_START_OPTION_WORDS_H
#define DAEMON_START_OPTION_WORDS_H

#include "base/base.h"

/* Codes of options with only a long name begin here and so are never a letter: from the code that
 * getopt leaves in optopt, option_words_refuse knows which kind of option was meant. */
#define OPTION_LONG 256

/* Sets the reason. `code` is what getopt_long returned, ':' or '?'; it must have been called with
 * opterr = 0 and ':' before the letters. Always returns -1. */
int option_words_refuse(char *const *argv, int code, struct err *err);

#endif
