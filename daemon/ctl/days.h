/* The statistics of days as a table: a row a day, a column for each of the numbers that say
 * most. */
#ifndef DAEMON_CTL_DAYS_H
#define DAEMON_CTL_DAYS_H

#include "base/json.h"

/* `days` as /status has them (observe/statistics.h), the first `most` of them. What is not there,
 * or is of another form, is shown as "-". */
void days_print(const json_t *days, size_t most, struct buf *out);

#endif
