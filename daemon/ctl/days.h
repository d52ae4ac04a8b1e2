/* Prints the statistics of days as a table: a row for today, and one for the last seven days. */
#ifndef DAEMON_CTL_DAYS_H
#define DAEMON_CTL_DAYS_H

#include "base/json.h"

/* `days` has the form that /status gives it (observe/statistics.h), today first. A number that is
 * missing or has another form counts as 0. */
void days_print(const struct json *days, struct buf *out);

#endif
