/* Asks the person at the terminal before something that cannot be taken back. */
#ifndef DAEMON_CTL_CONFIRM_H
#define DAEMON_CTL_CONFIRM_H

#include "base/base.h"

/* Whether there is a person to be asked: input and messages both go over a terminal. */
bool confirm_possible(void);
/* Asks "QUESTION [y/N] " and waits for a line: true only for "y" or "yes". */
bool confirm_ask(const char *question) MUST_CHECK;

#endif
