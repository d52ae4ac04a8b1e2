/* Prints the statistics of days as a table: a row per day, a column for each of the most useful
 * numbers. */
#ifndef DAEMON_CTL_DAYS_H
#define DAEMON_CTL_DAYS_H

#include "base/json.h"

/* Appends the table of the first `most` entries of `days`, which has the form that /status gives
 * it (observe/statistics.h). A number that is missing or has another form is shown as "-". */
void days_print(const json_t *days, size_t most, struct buf *out);

#endif
