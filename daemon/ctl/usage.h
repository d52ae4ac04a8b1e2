/* The usage of ai-ticketctl, and what its table says of options. */
#ifndef DAEMON_CTL_USAGE_H
#define DAEMON_CTL_USAGE_H

#include "base/base.h"

/* Prints the usage to standard output. */
void usage_print(void);
/* Whether the word is an option, "--limit" or "-n", whose value is the next word. */
bool usage_takes_value(const char *word);

#endif
