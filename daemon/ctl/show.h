/* Shows any answer of the daemon to people: first its sentence, then its other members as a table.
 * It knows no particular answer, so that all members of a newer daemon's answer are shown too. */
#ifndef DAEMON_CTL_SHOW_H
#define DAEMON_CTL_SHOW_H

#include "base/json.h"

/* Appends the answer to `out`. */
void show_answer(struct buf *out, const struct json *tree);
/* Appends a table of what /status tells of the inside of the service, without zeros. */
void show_inside(struct buf *out, const struct json *tree);

#endif
