/* The class of a row of the list of decisions: outcome, labels, and who decided, packed in one
 * number. Databases hold these numbers, so they never change; a label that is not known is 0. */
#ifndef DAEMON_STORE_SQLITE_CLASS_H
#define DAEMON_STORE_SQLITE_CLASS_H

#include "daemon/store/store_listed.h"

#define CLASS_ROWS_MAX 1024 /* there are fewer classes than that */

int64_t class_pack(const struct listed *listed);
/* Fills in what the class says. False when there is no such class. */
bool class_read(int64_t class, struct listed *ret) MUST_CHECK;
/* Whether rows of this class fit what the filter says of outcome, labels and who decided. */
bool class_fits(int64_t class, const struct store_listed_filter *filter);

#endif
