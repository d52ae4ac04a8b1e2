/* What can be had of a damaged database. */
#ifndef DAEMON_STORE_SQLITE_SALVAGE_H
#define DAEMON_STORE_SQLITE_SALVAGE_H

#include "daemon/store/sqlite/db.h"

/* Copies what can be read in the file `damaged` into a fresh database: the alive records, with
 * their serial numbers, the statistics and the small things, which are added to `memory` too. Fails
 * only when the fresh one does. */
enum store_result salvage_copy(struct store_db *db, const char *damaged,
                               struct store_memory *memory, struct err *err) MUST_CHECK;

#endif
