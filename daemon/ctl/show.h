/* Any answer of the daemon, for people: its sentence first, then what else it says as a table.
 * Knows no answer in particular, so that a newer daemon shows all it has; only of a list "days" it
 * shows today and yesterday, in a table of their own. */
#ifndef DAEMON_CTL_SHOW_H
#define DAEMON_CTL_SHOW_H

#include "base/json.h"

void show_answer(struct buf *out, const json_t *tree);

#endif
