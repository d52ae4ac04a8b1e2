/* Salvages what can be read of a damaged database. */
#ifndef DAEMON_STORE_SQLITE_SALVAGE_H
#define DAEMON_STORE_SQLITE_SALVAGE_H

#include "daemon/store/sqlite/db.h"

/* Copies what can be read in the file `damaged` into the fresh database `db`: the alive records
 * with their serial numbers, the statistics, and the contents of struct store_memory, which are
 * also added to `memory`. Fails only when the fresh database fails. */
enum store_result salvage_copy(struct store_db *db, const char *damaged,
                               struct store_memory *memory, struct err *err) MUST_CHECK;

#endif
