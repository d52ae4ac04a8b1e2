/* What a person is told when no daemon answers: why it refused to start, or where it was looked
 * for. */
#ifndef DAEMON_CTL_SILENCE_H
#define DAEMON_CTL_SILENCE_H

#include "base/buf.h"

/* Prints to standard error; `why`: the lines of ask(). */
void silence_explain(const struct buf *why);

#endif
